/** A film that has been played to its end, of a length that is no whole number of milliseconds. */

import { beforeAll, expect, test } from "vitest";
import { film, lengthOf } from "./films.ts";
import type { Person } from "./people.ts";
import { company, stage } from "./stage.ts";

const set = stage();
beforeAll(() => {
  set.server.addToLibrary(film("uneven"), "Film A.mp4");
  set.server.addToLibrary(film("short"), "Film B.mp4");
});
const NEAR_END_S = lengthOf("uneven") - 3;
const COMES_MS = 30_000;
/** Long enough for a player that begins anew to be seen beginning anew, again and again. */
const STAYS_MS = 6_000;

test("an uneven film stays at its end, is sought back from it, and another one follows it", async () => {
  const people = await evening();
  const [ana] = people;
  await ana.play();
  await ana.seekTo(NEAR_END_S);
  const endS = await atItsEnd(people);
  for (const samples of await Promise.all(people.map((it) => it.clock(STAYS_MS))))
    expect(Math.min(...samples.map(({ position }) => position))).toBeGreaterThan(endS - 0.1);
  expect(await ana.see("held").count()).toBe(0);

  await ana.seekTo(2);
  await Promise.all(people.map((it) => it.watches()));
  for (const person of people) expect(await person.mediaTime()).toBeLessThan(endS - 3);

  await ana.page.getByRole("button", { name: "Add Film B to the queue" }).click();
  await ana.seekTo(NEAR_END_S);
  for (const { page } of people)
    await page.getByRole("heading", { name: "Film B", exact: true }).waitFor({ timeout: COMES_MS });
  await Promise.all(people.map((it) => it.watches()));
});

test("an uneven film is repeated when a host says so, once its pause is over", async () => {
  const people = await evening();
  const [ana] = people;
  await ana.see("repeat").selectOption("film");
  await ana.play();
  await ana.seekTo(NEAR_END_S);
  const endS = await atItsEnd(people);
  for (const samples of await Promise.all(people.map((it) => it.clock(2_000))))
    expect(Math.min(...samples.map(({ position }) => position))).toBeGreaterThan(endS - 0.1);
  for (const person of people)
    await expect.poll(() => person.mediaTime(), { timeout: COMES_MS }).toBeLessThan(NEAR_END_S / 2);
  await Promise.all(people.map((it) => it.watches()));
});

/** Two in a room where that film is on and paused. */
async function evening(): Promise<[Person, Person]> {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  await ana.openTab("Films");
  await ana.see("rescan").click();
  await ana.pickFilm("Film A");
  await Promise.all([ana, ben].map((it) => it.hasFilm()));
  return [ana, ben];
}

/** Waits until all have seen the film to its end, and gives where that is, in seconds. */
async function atItsEnd(people: Person[]): Promise<number> {
  const ends = await Promise.all(
    people.map(({ page }) =>
      page
        .waitForFunction(
          () => {
            const video = document.querySelector("video");
            return video !== null && video.paused && video.currentTime > video.duration - 0.1 && video.duration;
          },
          undefined,
          { timeout: COMES_MS },
        )
        .then((end) => end.jsonValue()),
    ),
  );
  const endS = Math.max(...ends.map(Number));
  // The film is what its recipe says: what browsers and the server find differs by a part of a millisecond.
  expect((endS * 1_000) % 1).toBeGreaterThan(0.05);
  expect((endS * 1_000) % 1).toBeLessThan(0.5);
  return endS;
}
