/** Who looks sees how far off everybody is, and only they are told. */

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { BadLink } from "./bad-link.ts";
import { film } from "./films.ts";
import { House, onDisk, type Person } from "./people.ts";
import { stage } from "./stage.ts";

const set = stage();
/** Figures come every three seconds, later on a busy machine. */
const TOLD = { timeout: 20_000 };
/** Players that are further apart than this were never brought together. */
const OFF_MS_MAX = 1000;

interface Skews {
  skews: { member: number; latency_ms: number; skew: { at_ms: number; mean_ms: number } | null }[];
}

/** Every `skews` that a page is sent from now on. */
function skewsFor(page: Page): Skews[] {
  const heard: Skews[] = [];
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => {
      const message = JSON.parse(String(payload)) as { type: string } & Skews;
      if (message.type === "skews") heard.push(message);
    });
  });
  return heard;
}

/** At how many times a member's player has told something, of those that were heard. */
function times(heard: Skews[], member: number): number {
  const all = heard.flatMap(({ skews }) => skews.filter((it) => it.member === member));
  return new Set(all.flatMap(({ skew }) => skew?.at_ms ?? [])).size;
}

/** The figures of a person in the open panel: off by, mostly within, from the server. */
async function figures(person: Person, of: string): Promise<string[]> {
  return person.see("standing").filter({ hasText: of }).locator("td").allInnerTexts();
}

test("how far off everybody is, over a bad link too", { timeout: 120_000 }, async () => {
  const link = await BadLink.open(set.server.port, { delayMs: 80, jitterMs: 40 }, 1);
  const elsewhere = await House.open(link.url);
  try {
    const [ana, ben] = [await set.house.person(), await elsewhere.person()];
    const [anaHeard, benHeard] = [skewsFor(ana.page), skewsFor(ben.page)];
    const code = await ana.createRoom("Ana");
    await ben.join("Ben", code);
    await ana.upload(onDisk(film("mp4"), "Measured.mp4"));
    await Promise.all([ana.hasFilm(), ben.hasFilm()]);
    await ana.play();
    await Promise.all([ana.watches(), ben.watches()]);
    expect([...anaHeard, ...benHeard], "what those heard who did not look").toEqual([]);

    await ana.openTab("People");
    for (const name of ["Ana", "Ben"]) {
      const off = ana.member(name).getByTestId("off");
      await expect.poll(() => off.innerText(), TOLD).toMatch(/^\d[\d.]* m?s( ahead| behind)?$/);
    }
    await ana.press(ana.see("open-in-step"));
    await expect.poll(() => ana.see("verdict").innerText(), TOLD).toMatch(/ (milliseconds?|ms|s)\b/);
    await expect.poll(() => figures(ana, "Ben").then(([, , latency]) => latency)).toMatch(/^\d+ ms$/);
    expect(parseInt((await figures(ana, "Ben"))[2] ?? "", 10), "Ben's way from the server").toBeGreaterThan(30);

    const path = ana.see("skew-plot").locator("path");
    for (const [at, member] of [1, 2].entries()) {
      await expect.poll(() => times(anaHeard, member), TOLD).toBeGreaterThan(2);
      await expect.poll(() => path.nth(at).getAttribute("d")).toMatch(/L.*L/);
    }
    const means = anaHeard.at(-1)?.skews.map(({ skew }) => skew?.mean_ms ?? Number.NaN);
    expect(means).toHaveLength(2);
    for (const mean of means ?? []) expect(Math.abs(mean)).toBeLessThan(OFF_MS_MAX);

    // Ana looks away; Ben looks, by the chip over the film, and hears what she does not.
    await ana.page.keyboard.press("Escape");
    await ana.see("in-step").waitFor({ state: "detached" });
    await ana.openTab("Chat");
    await ben.press(ben.see("connection"));
    await ben.see("verdict").waitFor();
    await expect.poll(() => benHeard.length, TOLD).toBeGreaterThan(0);
    const already = anaHeard.length;
    await expect.poll(() => times(benHeard, 1), TOLD).toBeGreaterThan(2);
    expect(anaHeard, "what Ana heard after she had looked away").toHaveLength(already);
    expect(await figures(ben, "Ana")).toHaveLength(3);
    await elsewhere.empty();
  } finally {
    await elsewhere.close();
    await link.close();
  }
});
