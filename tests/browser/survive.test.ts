/** A crash of the server or of somebody's network ends nobody's evening. */

import { expect, test } from "vitest";
import { film } from "./films.ts";
import { onDisk, type Person } from "./people.ts";
import { skewBetween } from "./skew.ts";
import { company, note, stage } from "./stage.ts";

const set = stage();
const LOST = /WebSocket|Failed to load resource|ERR_/;
const BACK_MS = 5000;

test("a server that was killed comes back with the room as it was, playing on", async () => {
  const people = (await company(set.house, ["Ana", "Ben", "Cleo"])) as [Person, Person, Person];
  const [ana, ben, cleo] = people;
  for (const person of people) person.expects(LOST);
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await Promise.all(people.map((it) => it.hasFilm()));
  await ana.makeHost("Cleo");
  await ana.say("said before the crash");
  await ben.hears("said before the crash");
  await ana.play();
  await Promise.all(people.map((it) => it.watches()));
  const before = { position: await ana.mediaTime(), at: Date.now() };

  await set.server.kill();
  for (const person of people) await reconnecting(person);
  await ben.say("typed in the dark");
  await set.server.startAgain();
  const up = Date.now();
  await Promise.all(people.map((it) => it.connected(BACK_MS)));
  await expect
    .poll(async () => Math.max((await skewBetween(ana, ben, 300)).p95, (await skewBetween(ana, cleo, 300)).p95), {
      timeout: Math.max(BACK_MS - (Date.now() - up), 1),
    })
    .toBeLessThan(100);
  note(`back in step ${((Date.now() - up) / 1000).toFixed(1)} s after the server was up`);

  const expected = before.position + (Date.now() - before.at) / 1000;
  expect(Math.abs((await ana.mediaTime()) - expected)).toBeLessThan(1);
  for (const person of people) {
    await person.sees(3);
    await person.hears("said before the crash");
    await person.hears("typed in the dark");
    expect(await person.see("chat-log").getByText("typed in the dark", { exact: true }).count()).toBe(1);
  }
  expect(await ben.isHost("Ana")).toBe(true);
  expect(await ben.isHost("Cleo")).toBe(true);
  expect(await ben.isHost("Ben")).toBe(false);

  await cleo.pause();
  await Promise.all(people.map((it) => it.stands()));
});

test("somebody whose network drops sees it, and is back by themselves", async () => {
  const people = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const [ana, ben] = people;
  ben.expects(LOST);
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await Promise.all(people.map((it) => it.hasFilm()));
  await ana.play();
  await Promise.all(people.map((it) => it.watches()));

  await ben.page.context().setOffline(true);
  await reconnecting(ben);
  await ana.say("said while Ben was away");
  await ben.page.context().setOffline(false);
  await ben.connected();
  await ben.hears("said while Ben was away");
  await ana.sees(2);
  await ben.watches();
  await expect.poll(async () => (await skewBetween(ana, ben, 500)).p95, { timeout: 10_000 }).toBeLessThan(100);
});

async function reconnecting(person: Person): Promise<void> {
  await expect
    .poll(() => person.see("connection").textContent(), { timeout: 30_000, message: "what the connection says" })
    .toMatch(/reconnecting/i);
}
