/** What happens to one person while others watch; each gives what ends it. */

import { chromium } from "playwright-core";
import { browserFlags, executablePath, Person, WAIT_MS } from "./people.ts";
import { freePort } from "./server.ts";

type End = () => Promise<void>;

/** The machine becomes slow, by so many times. */
export async function slowed(person: Person, times: number): Promise<End> {
  const devtools = await person.page.context().newCDPSession(person.page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: times });
  return async () => {
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    await devtools.detach();
  };
}

/** Somebody at a browser whose tabs go out of sight: those of others believe that they are always looked at. */
export async function realTabs(address: string): Promise<{ person: Person; close: End }> {
  const port = await freePort();
  const args = [...browserFlags, `--remote-debugging-port=${port}`];
  const browser = await chromium.launch({ executablePath, headless: true, args });
  const asItIs = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  const page = await asItIs.contexts()[0]?.newPage();
  if (page === undefined) throw new Error("this browser has no profile of its own");
  page.setDefaultTimeout(WAIT_MS);
  await page.setViewportSize({ width: 1280, height: 800 });
  const close = async () => {
    await asItIs.close();
    await browser.close();
  };
  return { person: new Person(page, address, false), close };
}

/** Another tab comes before the room's; for people with real tabs. */
export async function outOfSight(person: Person): Promise<End> {
  const other = await person.page.context().newPage();
  await other.bringToFront();
  await isSeen(person, "hidden");
  return async () => {
    await person.page.bringToFront();
    await isSeen(person, "visible");
    await other.close();
  };
}

async function isSeen(person: Person, how: DocumentVisibilityState): Promise<void> {
  await person.page.waitForFunction((it) => document.visibilityState === it, how, { polling: 200 });
}

/** The wall clock is set, as far as the page's scripts can see. */
export async function clockSet(person: Person, byMs: number): Promise<End> {
  await person.page.evaluate((by) => {
    const { now } = Date;
    Object.assign(window, { rightNow: now });
    Date.now = () => now() + by;
  }, byMs);
  return () =>
    person.page.evaluate(() => {
      Date.now = (window as unknown as { rightNow: () => number }).rightNow;
    });
}
