/** Films from the server's own folder, and files that are no films. */

import { expect, test } from "vitest";
import { film } from "./films.ts";
import type { Person } from "./people.ts";
import { company, stage } from "./stage.ts";

const set = stage();

test("a film in a subfolder is there to pick, and a new one after a rescan", async () => {
  set.server.addToLibrary(film("mp4"), "Silent/The General.mp4");
  const people = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const [ana] = people;
  await ana.openTab("Films");
  const shelf = ana.see("library");
  if ((await ana.film("The General").count()) === 0) await ana.see("rescan").click();
  await ana.film("The General").waitFor();
  await shelf.getByText("Silent").first().waitFor();

  set.server.addToLibrary(film("webm"), "Sherlock Jr.webm");
  expect(await ana.film("Sherlock Jr").count()).toBe(0);
  await ana.see("rescan").click();
  await ana.film("Sherlock Jr").waitFor();

  await ana.pickFilm("Sherlock Jr");
  await Promise.all(people.map((it) => it.hasFilm()));
  await ana.play();
  await Promise.all(people.map((it) => it.watches()));
  await ana.pickFilm("The General");
  await expect.poll(() => people[1].page.evaluate(() => document.querySelector("video")?.duration)).toBeCloseTo(120, 0);
  await people[1].hears(/The General/);
});

test("a folder that is called as the library itself is shown beside it", async () => {
  set.server.addToLibrary(film("short"), "Library/One Week.mp4");
  set.server.addToLibrary(film("mp4"), "Cops.mp4");
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await ana.openTab("Films");
  await ana.see("rescan").click();
  await ana.film("One Week").waitFor();
  await ana.film("Cops").waitFor();
  await expect.poll(() => ana.see("library").getByText("Library", { exact: true }).count()).toBe(2);
});

test("a film that is deleted while it plays is told in a sentence, and the evening goes on", async () => {
  set.server.addToLibrary(film("heavy"), "Gone.mp4");
  set.server.addToLibrary(film("mp4"), "Still here.mp4");
  const people = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const [ana, ben] = people;
  for (const person of people) person.expects(/Failed to load resource/);
  await ana.openTab("Films");
  await ana.see("rescan").click();
  await ana.pickFilm("Gone");
  await Promise.all(people.map((it) => it.hasFilm()));
  await ana.play();
  await Promise.all(people.map((it) => it.watches()));

  set.server.removeFromLibrary("Gone.mp4");
  await ana.seekTo(55);
  for (const person of people) await saysSentence(person);

  await ana.pickFilm("Still here");
  await Promise.all(people.map((it) => it.hasFilm()));
  await ana.play();
  await Promise.all(people.map((it) => it.watches()));
  await expect.poll(() => ben.see("error").filter({ visible: true }).count()).toBe(0);
});

test("a file that is no film is refused in a sentence, in place", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  ana.expects(/Failed to load resource/);
  await ana.upload({ name: "notes.mp4", mimeType: "video/mp4", buffer: Buffer.from("Dear diary, ".repeat(2000)) });
  await saysSentence(ana);
  await ana.see("upload-progress").waitFor({ state: "detached" });
  await ana.say("still here");
  await ana.hears("still here");
});

/** Waits for an error that is a sentence for people: words, no code or number alone. */
async function saysSentence(person: Person): Promise<void> {
  const error = person.see("error").filter({ visible: true }).first();
  await error.waitFor({ timeout: 20_000 });
  expect((await error.innerText()).trim()).toMatch(/^[“"\p{L}][^{}]+\.(\s|$)/u);
}
