/** A crash of the server or of somebody's network ends nobody's evening. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
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

test("an upload goes on by itself after a kill of the server, and after a reload with its file chosen again", async () => {
  const people = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const [ana, ben] = people;
  for (const person of people) person.expects(LOST);
  const path = film("heavy");
  const whole = createHash("sha256").update(readFileSync(path)).digest("hex");
  const network = await ana.slowUpload(6_000_000);
  await ana.upload(path);
  await expect.poll(() => ben.uploaded()).toBeGreaterThan(5);
  await set.server.kill();
  await reconnecting(ben);
  const before = await ben.uploaded();
  await set.server.startAgain();
  await Promise.all(people.map((it) => it.connected(BACK_MS)));
  await expect.poll(() => ben.uploaded()).toBeGreaterThan(before);

  // The page is loaded again and has forgotten the file: it says so, and takes no other for it.
  await ana.page.reload();
  await ana.connected();
  const again = ana.see("upload-again");
  await again.waitFor();
  const kept = await ana.uploaded();
  expect(kept).toBeGreaterThan(before);
  await ana.chooses(again, film("webm"));
  await expect.poll(() => ana.see("error").textContent()).toMatch(/another file/);
  await network.detach();
  await ana.chooses(again, path);
  await Promise.all(people.map((it) => it.hasFilm()));
  await expect.poll(() => ben.see("upload-progress").count()).toBe(0);

  const served = await ben.page.evaluate(async () => {
    const film = await (await fetch(document.querySelector("video")?.currentSrc ?? "")).arrayBuffer();
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", film));
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  });
  expect(served).toBe(whole);
});

test("an upload whose first answer is lost is begun again, and is no second one", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  ana.expects(LOST);
  // Each is sent as slowly as shows whether there is another.
  const network = await ana.slowUpload(200_000);
  let lost = 0;
  await ana.page.route(/\/uploads\?/, async (route) => {
    if (lost === 2) return route.continue();
    lost += 1;
    await route.fetch();
    await route.abort("connectionreset");
  });
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await expect.poll(() => ben.uploaded()).toBeGreaterThan(1);
  expect(lost).toBe(2);
  expect(await ben.see("upload").count()).toBe(1);
  await network.detach();
  await ben.hasFilm();
  await expect.poll(() => ben.see("upload").count()).toBe(0);
});

test("uploads pause, go on and are removed, and the fourth waits its turn", async () => {
  const people = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const [ana, ben] = people;
  for (const person of people) person.expects(LOST);
  const network = await ana.slowUpload(200_000);
  const names = ["One.mp4", "Two.mp4", "Three.mp4", "Four.mp4"];
  await ana.upload(names.map((name) => onDisk(film("mp4"), name)));
  const row = (person: Person, name: string) => person.see("upload").filter({ hasText: name });
  await expect.poll(() => row(ana, "Four").textContent()).toMatch(/waits its turn/);
  await expect.poll(() => row(ana, "Three").textContent()).toMatch(/B\/s.*left/);
  await expect.poll(() => row(ben, "Three").textContent()).toMatch(/Ana is sending Three.*B\/s.*left/);
  expect(await ben.see("upload").count()).toBe(3);

  await row(ana, "One")
    .getByRole("button", { name: /^Pause/ })
    .click();
  await expect.poll(() => row(ben, "One").textContent()).toMatch(/paused/);
  // Its place is taken by the one that waited.
  await expect.poll(() => row(ben, "Four").count()).toBe(1);
  await row(ana, "Two")
    .getByRole("button", { name: /^Remove/ })
    .click();
  await expect.poll(() => row(ben, "Two").count()).toBe(0);
  await network.detach();
  await row(ana, "One")
    .getByRole("button", { name: /^Go on/ })
    .click();
  await Promise.all(people.map((it) => it.hasFilm()));
  await expect.poll(() => ben.see("upload").count()).toBe(0);
  await ana.openTab("Films");
  await expect.poll(() => ana.see("film").allInnerTexts()).toHaveLength(3);
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

test("who comes back into a room that was made anew sees its chat, and not that of the one before", async () => {
  const [ana, ben] = [await set.house.person(), await set.house.person()];
  await ana.join("Ana", "lobby");
  await ben.join("Ben", "lobby");
  for (const person of [ana, ben]) person.expects(LOST);
  for (const line of ["one", "two", "three", "four"]) await ana.say(line);
  await ben.hears("four");
  await set.server.killAndForget();
  await set.server.startAgain();
  await Promise.all([ana, ben].map((it) => it.connected(10_000)));
  await ana.say("there again");
  await ben.hears("there again");
  for (const person of [ana, ben]) expect(await person.see("chat-log").getByText("four").count()).toBe(0);
});

async function reconnecting(person: Person): Promise<void> {
  await expect
    .poll(() => person.see("connection").textContent(), { timeout: 30_000, message: "what the connection says" })
    .toMatch(/reconnecting/i);
}
