/** Where somebody was in a film, and watching on one's own for a while. */

import path from "node:path";
import { setTimeout as later } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { artifacts } from "./artifacts.ts";
import { film } from "./films.ts";
import type { Person } from "./people.ts";
import { skewBetween } from "./skew.ts";
import { company, note, stage } from "./stage.ts";

const set = stage();
// Once: a film that is written anew is another one.
beforeAll(() => set.server.addToLibrary(film("mp4"), "The General.mp4"));
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
/** A place is told after so long at the latest. */
const TOLD_MS = 30_000;
const SETTLE_MS = 4_000;
const SKEW_MS = 80;

test("who comes back to a film is offered where they were, alone or with all", async () => {
  const [cai] = (await company(set.house, ["Cai"])) as [Person];
  await putOn(cai, "The General");
  expect(await cai.see("offer").count(), "nobody has watched it").toBe(0);
  await cai.seekTo(50);
  const told = placeTold(cai);
  await cai.play();
  await told;
  const since = await cai.mediaTime();
  await expect.poll(() => cai.mediaTime()).toBeGreaterThan(since + 5);
  const at = await cai.mediaTime();
  await cai.page.goto("about:blank");

  // Another room, some other evening.
  await cai.createRoom("Cai");
  const ben = await set.house.person(PHONE);
  await ben.join("Ben", cai.link());
  await cai.sees(2);
  await putOn(cai, "The General");
  await ben.hasFilm();
  await cai.see("offer").waitFor();
  await cai.page.screenshot({ path: path.join(artifacts, "spot-offered.png") });
  expect(await ben.see("offer").count(), "Ben was never there").toBe(0);
  const goOn = cai.see("offer").getByRole("button", { name: /^Go on at 1:\d\d$/ });
  await goOn.click();
  await cai.see("offer").waitFor({ state: "detached" });
  // Where it was left, not where it was told some seconds before.
  const near = (seconds: number) => seconds > at - 1 && seconds < at + 4;
  for (const person of [cai, ben]) await expect.poll(async () => near(await person.mediaTime())).toBe(true);
  expect(await cai.stands(), "for all, and paused as it was").toBeCloseTo(await ben.stands(), 1);

  // Put on again: it can be waved away, and stays away.
  await putOn(cai, "The General");
  await cai.see("offer").getByRole("button", { name: "Not now" }).click();
  await cai.see("offer").waitFor({ state: "detached" });
  await cai.play();
  await Promise.all([cai.watches(), ben.watches()]);
});

test("a guest goes ahead until the party starts, and is in step when it does", async () => {
  const ben = await set.house.person(PHONE);
  await ben.createRoom("Ben");
  await putOn(ben, "The General");
  await ben.seekTo(40);
  const told = placeTold(ben);
  await ben.play();
  await told;
  await ben.pause();

  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await ben.page.goto(ana.link());
  await ben.inRoom();
  await ana.sees(2);
  await putOn(ana, "The General");
  await ben.see("offer").waitFor();
  expect(await ana.see("offer").count()).toBe(0);
  await letGo(ben).waitFor();
  await fits(ben);
  await ben.page.screenshot({ path: path.join(artifacts, "spot-offered-phone.png") });
  expect(await ben.see("offer").getByRole("button", { name: /Go on/ }).count(), "a guest moves nobody").toBe(0);
  await ben.press(ben.see("offer").getByRole("button", { name: /on my own/ }));
  await ben.watches();
  expect(await ben.mediaTime()).toBeGreaterThan(50);
  await ben.see("on-own").getByText("until the others start").waitFor();
  await fits(ben);
  await ben.page.screenshot({ path: path.join(artifacts, "on-own-phone.png") });
  await ana.hears("Ben watches on their own");
  await ana.openTab("People");
  await ana.member("Ben").getByText("on their own").waitFor();
  expect(await ana.stands()).toBeLessThan(1);

  await ana.play();
  await ben.see("on-own").waitFor({ state: "detached" });
  await inStep("after the party's start", ana, ben);
  expect(await ben.mediaTime()).toBeLessThan(30);
});

test("somebody lets go mid-film, comes over a reload as they were, and is back in step at once", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  await putOn(ana, "The General");
  await ben.hasFilm();
  await ana.seekTo(20);
  await ana.play();
  await Promise.all([ana.watches(), ben.watches()]);

  await ben.wake();
  await letGo(ben).click();
  await ben.see("on-own").getByText("where the others are").waitFor();
  await ben.pause();
  const paused = await ben.stands();
  await ana.watches();
  await ben.see("on-own").getByText("behind the others").waitFor();
  await ben.seekTo(90);
  await ben.play();
  await ben.setRate("1.25");
  await expect.poll(() => ben.mediaTime()).toBeGreaterThan(90);
  await ben.see("on-own").getByText("ahead of the others").waitFor();
  await ben.page.screenshot({ path: path.join(artifacts, "on-own.png") });
  await ana.page.screenshot({ path: path.join(artifacts, "others-on-own.png") });
  expect(paused).toBeLessThan(60);
  expect(await ana.mediaTime(), "nobody else is moved").toBeLessThan(60);

  await ben.page.reload();
  await ben.inRoom();
  await ben.see("on-own").waitFor();
  await expect.poll(() => ben.mediaTime()).toBeGreaterThan(90);

  await ben.wake();
  await ben.see("on-own").getByRole("button", { name: "Back in step" }).click();
  await ben.see("on-own").waitFor({ state: "detached" });
  await ana.hears("Ben is back in step");
  await inStep("after coming back", ana, ben);

  // A host who watches alone moves nobody; the next film is for all.
  await ana.wake();
  await letGo(ana).click();
  await ana.see("on-own").waitFor();
  await ana.pause();
  await ana.stands();
  await ben.watches();
  await putOn(ana, "The General");
  await ana.see("on-own").waitFor({ state: "detached" });
  expect(await ben.stands()).toBeLessThan(1);
});

function letGo(person: Person): Locator {
  return person.page.getByRole("button", { name: "Watch on your own" });
}

async function putOn(host: Person, title: string): Promise<void> {
  await host.openTab("Films");
  if ((await host.film(title).count()) === 0) await host.see("rescan").click();
  await host.pickFilm(title);
  await host.hasFilm();
  await expect.poll(async () => Number(await host.see("seek").getAttribute("max"))).toBeGreaterThan(0);
}

/** All controls of the film are within the screen. */
async function fits(person: Person): Promise<void> {
  const { width } = person.page.viewportSize() ?? { width: 0 };
  for (const button of await person.page.locator(".screen button:visible").all()) {
    const box = await button.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0), (await button.getAttribute("aria-label")) ?? "").toBeLessThanOrEqual(
      width,
    );
  }
}

/** The next place that the server has noted of somebody. */
async function placeTold(person: Person): Promise<void> {
  const isPlace = (url: string, method: string) => method === "PUT" && url.endsWith("/spot");
  await person.page.waitForResponse((it) => isPlace(it.url(), it.request().method()) && it.status() === 204, {
    timeout: TOLD_MS,
  });
}

async function inStep(what: string, a: Person, b: Person): Promise<void> {
  await Promise.all([a.watches(), b.watches()]);
  await later(SETTLE_MS); // the promise is about the time from here on
  const skew = await skewBetween(a, b, 3_000);
  note(`skew ${what}: p50 ${skew.p50.toFixed(1)} ms, p95 ${skew.p95.toFixed(1)} ms, ${skew.samples} samples`);
  expect(skew.samples, "frames measured").toBeGreaterThan(30);
  expect(skew.p95, what).toBeLessThanOrEqual(SKEW_MS);
}
