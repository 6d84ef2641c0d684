/** Players of VideoSync, on a page of another site, share rooms with people at Matinee's page. */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RawData, WebSocket } from "ws";
import { film } from "./films.ts";
import type { Person } from "./people.ts";
import { Site } from "./site.ts";
import { type Skew, skewBetween } from "./skew.ts";
import { company, note, stage } from "./stage.ts";

const set = stage();
let site: Site;

beforeAll(async () => {
  // Films that are there when the server starts are there for everybody without a scan.
  set.server.addToLibrary(film("mp4"), "A General.mp4");
  set.server.addToLibrary(film("webm"), "Kid.webm");
  await set.server.kill();
  await set.server.startAgain();
  const page = readFileSync(path.join(import.meta.dirname, "videosync-player.html"));
  site = await new Site((_, response) => response.setHeader("content-type", "text/html").end(page)).start();
});

afterAll(() => site.end());

/** Somebody with a player of VideoSync: in a session of their own, or in that of a key. */
async function player(generation: "older" | "newer", key?: string): Promise<Person> {
  const person = await set.house.person();
  // Their browsers ask for an icon, and for a film where there is none yet.
  person.expects(/Failed to load resource/);
  const query = new URLSearchParams({ server: set.server.url, [generation]: "" });
  if (key !== undefined) query.set("key", key);
  await person.page.goto(`${site.url}/player.html?${query}`);
  await person.page
    .locator("#role")
    .filter({ hasText: /Host|Participant/ })
    .waitFor();
  return person;
}

const keyOf = (person: Person) => person.page.evaluate(() => document.body.dataset["key"] ?? "");

const roleOf = (person: Person) => person.page.locator("#role").textContent();

/** What a hand does to a player's own controls. */
const handles = (person: Person, what: "play" | "pause" | number) =>
  person.page.evaluate(async (what) => {
    const video = document.querySelector("video");
    if (!video) throw new Error("no video");
    if (what === "play") await video.play();
    else if (what === "pause") video.pause();
    else video.currentTime = what;
  }, what);

/** Waits until all stand still within 300 ms of each other, and gives the first one's position. */
async function standTogether(people: Person[]): Promise<number> {
  const positions = await Promise.all(people.map((it) => it.stands()));
  const apart = async () => {
    const positions = await Promise.all(people.map((it) => it.mediaTime()));
    return Math.max(...positions) - Math.min(...positions);
  };
  await expect.poll(apart).toBeLessThan(0.3);
  return positions[0] ?? Number.NaN;
}

/** Waits until two play within 300 ms of each other, and keeps how far apart they were. */
async function playTogether(one: Person, other: Person, what: string): Promise<void> {
  let skew: Skew | undefined;
  const apart = async () => (skew = await skewBetween(one, other, 1000)).p95;
  await expect.poll(apart).toBeLessThan(300);
  note(`${what}: p50 ${skew?.p50.toFixed(0)} ms, p95 ${skew?.p95.toFixed(0)} ms`);
}

for (const generation of ["older", "newer"] as const) {
  test(`a session made by the ${generation} player leads the page`, async () => {
    const host = await player(generation);
    expect(await roleOf(host)).toBe("Host");
    await host.hasFilm();
    const ana = await set.house.person();
    await ana.join("Ana", `${set.server.url}/r/${await keyOf(host)}`);
    await ana.openTab("People");
    await expect.poll(() => ana.see("members").textContent()).toContain("with VideoSync, without chat");
    expect(await ana.isHost("Viewer")).toBe(true);
    await ana.hasFilm();

    await handles(host, 30);
    await expect.poll(() => ana.mediaTime()).toBeCloseTo(30, 0);
    await handles(host, "play");
    await Promise.all([host.watches(), ana.watches()]);
    await playTogether(host, ana, `VideoSync's ${generation} player leads`);
    await handles(host, "pause");
    expect(await standTogether([host, ana])).toBeGreaterThan(30);
  });

  test(`the ${generation} player follows the page, and leads it once it is a host`, async () => {
    const [ana] = (await company(set.house, ["Ana"])) as [Person];
    await ana.pickFilm("A General");
    await ana.hasFilm();
    const guest = await player(generation, await ana.code());
    expect(await roleOf(guest)).toBe("Participant");
    await guest.hasFilm();
    await ana.seekTo(60);
    await expect.poll(() => guest.mediaTime()).toBeCloseTo(60, 0);
    await ana.play();
    await Promise.all([ana.watches(), guest.watches()]);
    await playTogether(ana, guest, `VideoSync's ${generation} player follows`);
    await ana.pause();
    await standTogether([ana, guest]);

    // What the player does on its own stays its own, until Ana lets it lead.
    await handles(guest, 5);
    await ana.makeHost("Viewer");
    await expect.poll(() => roleOf(guest)).toBe("Host");
    await handles(guest, 90);
    await expect.poll(() => ana.mediaTime()).toBeCloseTo(90, 0);
    await handles(guest, "play");
    await ana.watches();
    await handles(guest, "pause");
    await standTogether([ana, guest]);
  });
}

test("an older player goes where the film goes: to another one, and to another address", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  const guest = await player("older", await ana.code());
  await ana.pickFilm("A General");
  await guest.hasFilm();
  const source = () => guest.page.evaluate(() => document.querySelector("video")?.currentSrc ?? "");
  const first = await source();
  await ana.pickFilm("Kid");
  await expect.poll(source).not.toBe(first);
  await expect.poll(() => guest.page.evaluate(() => document.querySelector("video")?.duration)).toBeCloseTo(90, 0);
  await ana.hasFilm();
  await ana.seekTo(20);
  await expect.poll(() => guest.mediaTime()).toBeCloseTo(20, 0);

  // Its own button loads the film anew for itself.
  const loads = guest.page.waitForRequest(/\/video\/[0-9a-f]{32}\.0\/video\?t=\d/);
  await guest.page.locator("#migrate").click();
  await loads;
  await guest.hasFilm();
  await expect.poll(() => guest.mediaTime()).toBeCloseTo(20, 0);
  await ana.play();
  await Promise.all([ana.watches(), guest.watches()]);
});

test("a player comes back by itself after the server was gone, to the same session", async () => {
  const host = await player("older");
  await host.hasFilm();
  await handles(host, 45);
  const key = await keyOf(host);
  const position = async () => {
    const answer = await fetch(`${set.server.url}/api/sessions/${key}`);
    return ((await answer.json()) as { currentTime: number }).currentTime;
  };
  await expect.poll(position).toBeCloseTo(45, 0);
  const guest = await player("newer", key);
  await expect.poll(() => guest.mediaTime()).toBeCloseTo(45, 0);
  // What the room has said is written within a fifth of a second; the newcomer took longer than that.
  host.expects(/WebSocket|ERR_CONNECTION/);
  guest.expects(/WebSocket|ERR_CONNECTION/);
  await set.server.kill();
  await set.server.startAgain();
  const members = async () => {
    const answer = await fetch(`${set.server.url}/api/rooms/${key}`);
    return ((await answer.json()) as { viewers: number }).viewers;
  };
  await expect.poll(members).toBe(2);
  await expect.poll(() => roleOf(host)).toBe("Host");
  await handles(host, 50);
  await expect.poll(() => guest.mediaTime()).toBeCloseTo(50, 0);
});

test("a program without a browser makes a session and leads it", async () => {
  const made = await fetch(`${set.server.url}/api/sessions`, { method: "POST" });
  expect(made.status).toBe(201);
  const { sessionKey, hostToken } = (await made.json()) as { sessionKey: string; hostToken: string };
  const ana = await set.house.person();
  await ana.join("Ana", `${set.server.url}/r/${sessionKey}`);
  await ana.hasFilm();
  const address = `${set.server.url.replace("http", "ws")}/ws?sessionKey=${sessionKey}&hostToken=${hostToken}`;
  const socket = new WebSocket(address);
  const heard: Array<{ type: string; isHost?: boolean }> = [];
  socket.on("message", (data: RawData) => heard.push(JSON.parse(String(data))));
  try {
    await once(socket, "open");
    await expect.poll(() => heard.map(({ type }) => type)).toEqual(["init", "state_update"]);
    expect(heard[0]?.isHost).toBe(true);
    const state = { paused: false, currentTime: 40, playbackRate: 1 };
    socket.send(JSON.stringify({ type: "state_update", state }));
    await ana.watches();
    expect(await ana.mediaTime()).toBeGreaterThan(39);
    socket.send(JSON.stringify({ type: "state_update", state: { ...state, paused: true, currentTime: 70 } }));
    await expect.poll(() => ana.mediaTime()).toBeCloseTo(70, 0);
    await ana.stands();
  } finally {
    socket.terminate();
  }
  const stranger = new WebSocket(`${set.server.url.replace("http", "ws")}/ws?sessionKey=nobody`);
  const [code, reason] = (await once(stranger, "close")) as [number, Buffer];
  expect([code, String(reason)]).toEqual([4001, "invalid_session"]);
});
