/** Waiting for somebody whose player runs dry: the others see for whom, and play on when it has been long enough. */

import { beforeAll, expect, test } from "vitest";
import { artifacts } from "./artifacts.ts";
import { film } from "./films.ts";
import type { Person } from "./people.ts";
import { skewBetween } from "./skew.ts";
import { company, note, stage } from "./stage.ts";

const set = stage();
beforeAll(() => set.server.addToLibrary(film("heavy"), "Heavy.mp4"));

/** The film needs a million bytes a second. */
const TOO_SLOW = 150_000;
const WAIT_MS = 5_000;
/** What a loaded machine may add to a wait. */
const SLACK_MS = 3_000;
const RUNS_DRY_MS = 40_000;
/** So long that a second wait would show. */
const WATCHED_S = 15;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const FOR_BEN = /^Waiting for Ben(, \d s buffered)? · going on in [0-5] s$/;

test("the others wait a few seconds for somebody with a slow line, and who is late catches up", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const cleo = await set.house.person(PHONE);
  await cleo.join("Cleo", ana.link());
  const line = await ben.slowDownload(TOO_SLOW);
  await putOn(ana);
  await Promise.all([ana, cleo].map((it) => it.hasFilm()));
  await ana.play();

  await ana.see("held").waitFor({ timeout: RUNS_DRY_MS });
  const since = Date.now();
  expect(await cleo.see("held").innerText()).toMatch(FOR_BEN);
  expect(await ana.see("held").innerText()).toMatch(FOR_BEN);
  expect(await ben.see("held").innerText()).toMatch(/^Waiting for you/);
  await ana.wake();
  const toggle = ana.see("play-toggle");
  expect(await toggle.getAttribute("aria-label")).toBe("Play on without waiting");
  for (const [name, person] of Object.entries({ desktop: ana, phone: cleo })) {
    await person.page.screenshot({ path: `${artifacts}/waiting-${name}.png` });
  }
  await ana.see("held").waitFor({ state: "detached", timeout: WAIT_MS + SLACK_MS });
  note(`two waited ${Date.now() - since} ms for a third with a slow line`);
  await Promise.all([ana, cleo].map((it) => it.watches()));

  await line.detach();
  await ben.watches();
  await expect.poll(async () => (await skewBetween(ana, ben, 1_000)).p95, { timeout: RUNS_DRY_MS }).toBeLessThan(100);
});

test("the film goes on as soon as the one waited for has enough of it, or a host presses play", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  await putOn(ana);
  await waitAtMost(ana, "At most 20 s");
  await Promise.all([ana, ben].map((it) => it.hasFilm()));
  await ana.play();
  await Promise.all([ana, ben].map((it) => it.watches()));
  const line = await ben.slowDownload(TOO_SLOW);
  await ana.seekTo(50);
  await ana.see("held").waitFor({ timeout: RUNS_DRY_MS });
  await expect
    .poll(() => ana.see("held").innerText(), { timeout: RUNS_DRY_MS })
    .toMatch(/^Waiting for Ben, 1 s buffered/);
  const since = Date.now();
  await line.detach();
  await ana.see("held").waitFor({ state: "detached" });
  const took = Date.now() - since;
  note(`the film went on ${took} ms after the line was fast again`);
  expect(took).toBeLessThan(10_000);
  await Promise.all([ana, ben].map((it) => it.watches()));

  await ben.slowDownload(TOO_SLOW);
  await ana.seekTo(25);
  await ana.see("held").waitFor({ timeout: RUNS_DRY_MS });
  await ana.wake();
  await ana.see("play-toggle").and(ana.page.getByLabel("Play on without waiting")).click();
  await ana.see("held").waitFor({ state: "detached", timeout: 3_000 });
  await ana.watches();
});

test("who said to be ready and runs dry holds the others for a few seconds, once", async () => {
  const people = (await company(set.house, ["Ana", "Ben", "Cleo"])) as [Person, Person, Person];
  const [ana, ben, cleo] = people;
  const line = await cleo.slowDownload(TOO_SLOW);
  await putOn(ana);
  await Promise.all([ana, ben].map((it) => it.hasFilm()));
  await ana.see("ready-ask").click();
  await ben.see("ready").click();
  await cleo.see("ready").click();
  await ana.see("ready-check").waitFor({ state: "detached" });
  const since = Date.now();
  await ana.see("held").waitFor({ timeout: RUNS_DRY_MS });
  expect(await ben.see("held").innerText()).toMatch(/^Waiting for Cleo/);
  await expect.poll(() => ben.mediaTime(), { timeout: RUNS_DRY_MS }).toBeGreaterThan(WATCHED_S);
  const extra = Date.now() - since - WATCHED_S * 1_000;
  note(`${WATCHED_S} s of a film took three ${extra} ms longer, with one of them on a slow line`);
  expect(extra).toBeLessThan(WAIT_MS + SLACK_MS);

  await line.detach();
  await Promise.all(people.map((it) => it.watches()));
});

test("hosts set that nobody is waited for", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  await waitAtMost(ana, "Never");
  await ben.slowDownload(TOO_SLOW);
  await putOn(ana);
  await ana.hasFilm();
  await ana.play();
  await ana.page.getByText("Ben is buffering").waitFor({ timeout: RUNS_DRY_MS });
  expect(await ana.see("held").count()).toBe(0);
  await ana.watches();
});

async function putOn(host: Person): Promise<void> {
  await host.openTab("Films");
  await host.see("rescan").click();
  await host.pickFilm("Heavy");
}

async function waitAtMost(host: Person, choice: string): Promise<void> {
  await host.page.getByRole("button", { name: "Settings" }).click();
  await host.see("wait-seconds").selectOption({ label: choice });
  await host.see("save-settings").click();
  await host.see("save-settings").waitFor({ state: "detached" });
}
