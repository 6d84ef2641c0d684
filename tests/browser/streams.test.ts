/** Films that this browser does not play as they are: streams of them, from their first pieces on. */

import { expect, test } from "vitest";
import { film, type FilmName } from "./films.ts";
import type { Person } from "./people.ts";
import { skewBetween } from "./skew.ts";
import { company, note, stage } from "./stage.ts";

const set = stage();
const SAME_S = 0.1;

/** Has somebody put a film of the library on, and says how long it took until it could be seen. */
async function putOn(host: Person, name: FilmName, title: string): Promise<void> {
  set.server.addToLibrary(film(name), `${title}.mkv`);
  await host.openTab("Films");
  await host.see("rescan").click();
  await host.film(title).waitFor();
  const began = Date.now();
  await host.pickFilm(title);
  await host.hasFilm();
  note(`${title}: ${Date.now() - began} ms from the pick to the first picture`);
}

/** Whether the film comes as a stream, and sounds. */
function sounds(person: Person): Promise<boolean> {
  return person.page.evaluate(() => {
    const video = document.querySelector("video") as
      (HTMLVideoElement & { webkitAudioDecodedByteCount: number }) | null;
    return video !== null && video.src.startsWith("blob:") && video.webkitAudioDecodedByteCount > 0;
  });
}

async function inStep(a: Person, b: Person, what: string): Promise<void> {
  await expect.poll(async () => (await skewBetween(a, b, 500)).p95).toBeLessThan(SAME_S * 1000);
  const { p50, p95 } = await skewBetween(a, b, 2000);
  note(`${what}: ${p50.toFixed(0)} ms apart, p95 ${p95.toFixed(0)} ms`);
  expect(p95).toBeLessThan(SAME_S * 1000);
}

test("H.264 with AC-3 is seen and heard by both, in step, and sought in", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  await putOn(ana, "mkv", "Remuxed");
  await ben.hasFilm();
  await ana.play();
  await Promise.all([ana, ben].map((it) => it.watches()));
  await expect.poll(() => sounds(ana)).toBe(true);
  await inStep(ana, ben, "a stream with its own picture");
  await ana.seekTo(40);
  for (const person of [ana, ben]) await expect.poll(() => person.mediaTime()).toBeGreaterThan(39);
  await inStep(ana, ben, "the same after a seek");
});

test("HEVC is watched by all, also by who comes later, and everywhere in it", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await putOn(ana, "hevc", "Encoded");
  // Seconds of work on the fastest of machines.
  await ana.see("stream-progress").waitFor();
  await ana.play();
  await ana.watches();
  const ben = await set.house.person();
  await ben.join("Ben", ana.link());
  await ben.watches();
  await inStep(ana, ben, "a stream in the making");
  const all = await ana.see("seek").getAttribute("max");
  expect(Number(all), "the film's own length, whatever is made of it").toBeCloseTo(150, 0);
  // Whether or not it is made that far already: that depends on the machine.
  await ana.seekTo(140);
  await ana.pause();
  for (const person of [ana, ben]) {
    await expect.poll(() => person.mediaTime(), { timeout: 40_000 }).toBeGreaterThan(139);
    await person.see("preparing").waitFor({ state: "detached" });
  }
});

test("of two sound tracks, each hears their own, and the browser remembers it", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const fetched = new Map([ana, ben].map((person) => [person, new Set<string>()]));
  for (const [person, tracks] of fetched) {
    person.page.on("request", (request) => {
      const track = /sound(\d)-\d+\.m4s/.exec(request.url())?.[1];
      if (track !== undefined) tracks.add(track);
    });
  }
  await putOn(ana, "sounds", "Dubbed");
  await ben.hasFilm();
  await ana.openTracks();
  expect(await ana.tracks("sound")).toEqual(["English", "French"]);
  await ana.track("sound", "French").check();
  await ana.closeTracks();
  await ana.play();
  await Promise.all([ana, ben].map((it) => it.watches()));
  await inStep(ana, ben, "each with another sound");
  expect(fetched.get(ana)).toContain("1");
  expect([...(fetched.get(ben) ?? [])]).toEqual(["0"]);
  await ana.page.reload();
  await ana.inRoom();
  await ana.hasFilm();
  await ana.openTracks();
  await expect.poll(() => ana.track("sound", "French").isChecked()).toBe(true);
});
