/** What happens to one person while others watch; each gives what ends it. */

import type { Person } from "./people.ts";

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
