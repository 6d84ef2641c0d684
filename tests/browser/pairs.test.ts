/**
 * One room, every client: what one system's client does is seen with every other system's that can show it. One
 * test for each ordered pair of systems that share a facet; Goblet's clients have only their lobby.
 */

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { film } from "./films.ts";
import { Server } from "./server.ts";
import { goblet } from "./strangers/goblet.ts";
import { makeRoom, native, putOnFilm } from "./strangers/native.ts";
import { partySockets1, partySockets2 } from "./strangers/party-sockets.ts";
import { streamGo } from "./strangers/streamgo.ts";
import { streamingRoom } from "./strangers/streaming-room.ts";
import type { Enter, Standing, Stranger } from "./strangers/stranger.ts";
import { videoSync } from "./strangers/video-sync.ts";

const systems = {
  Matinee: native,
  StreamGo: streamGo,
  "Streaming Room": streamingRoom,
  "Party-Sockets 1": partySockets1,
  "Party-Sockets 2": partySockets2,
  Goblet: goblet,
  VideoSync: videoSync,
} satisfies Record<string, Enter>;
type System = keyof typeof systems;

const everybody = Object.keys(systems) as System[];
/** VideoSync tells its clients nothing of each other. */
const showMembers = everybody.filter((system) => system !== "VideoSync");
const chat: System[] = ["Matinee", "StreamGo", "Streaming Room"];
const follow: System[] = ["Matinee", "StreamGo", "Goblet", "VideoSync"];
const relay: System[] = ["Matinee", "Party-Sockets 1", "Party-Sockets 2"];
const makeHosts: System[] = ["Matinee", "StreamGo"];
const showHosts: System[] = ["Matinee", "StreamGo", "VideoSync"];

/** Seconds by which two clients may differ in where the film stands: StreamGo's own rule is 0.3. */
const TOLERANCE = 0.5;

let server: Server;
const there: Stranger[] = [];

beforeAll(async () => {
  server = await Server.start(["--lobby", "lobby"]);
  server.addToLibrary(film("mp4"), "The General.mp4");
  await server.kill();
  await server.startAgain();
  // The first one opens the lobby.
  const opener = await goblet(server.url, "LOBBY", "Gil");
  await putOnFilm(server.url, "LOBBY");
  opener.leave();
});

afterEach(() => {
  for (const stranger of there.splice(0)) stranger.leave();
});

afterAll(async () => {
  await server.end();
  expect(server.complaints()).toEqual([]);
});

function pairs(actors: System[], seers: System[]): Array<[System, System]> {
  return actors.flatMap((actor) =>
    seers.filter((seer) => seer !== actor).map((seer): [System, System] => [actor, seer]),
  );
}

/** A room for clients of these systems; everybody is host there. */
async function roomFor(...who: System[]): Promise<string> {
  if (who.includes("Goblet")) return "LOBBY";
  const room = await makeRoom(server.url);
  await putOnFilm(server.url, room);
  return room;
}

/** A client comes in, to leave when the test is over. */
async function enters(system: System, room: string, name: string): Promise<Stranger> {
  const stranger = await systems[system](server.url, room, name);
  there.push(stranger);
  return stranger;
}

test.each(pairs(everybody, showMembers))("who comes and goes with %s is seen with %s", async (actor, seer) => {
  const room = await roomFor(actor, seer);
  const watcher = await enters(seer, room, "Wanda");
  await expect.poll(() => watcher.present?.()).toBe(1);
  const comer = await enters(actor, room, "Carl");
  await expect.poll(() => watcher.present?.()).toBe(2);
  comer.leave();
  await expect.poll(() => watcher.present?.()).toBe(1);
});

test.each(pairs(chat, chat))("what is said with %s is heard with %s", async (actor, seer) => {
  const room = await roomFor(actor, seer);
  const listener = await enters(seer, room, "Lin");
  const speaker = await enters(actor, room, "Sam #1");
  speaker.say?.("hello: 100 % 🎬");
  await expect.poll(() => listener.heard?.()).toContain("Sam #1: hello: 100 % 🎬");
});

test.each(pairs(follow, follow))("a film that is moved with %s moves with %s", async (actor, seer) => {
  const room = await roomFor(actor, seer);
  const watcher = await enters(seer, room, "Wanda");
  const mover = await enters(actor, room, "Moe");
  const stands = async (expected: Standing) => {
    await expect.poll(async () => (await watcher.standing?.())?.paused).toBe(expected.paused);
    await expect
      .poll(async () => Math.abs(((await watcher.standing?.())?.time ?? Number.NaN) - expected.time))
      .toBeLessThan(TOLERANCE);
  };
  await mover.move?.({ paused: true, time: 4 });
  await stands({ paused: true, time: 4 });
  await mover.move?.({ paused: false, time: 2 });
  await expect.poll(async () => (await watcher.standing?.())?.paused).toBe(false);
  await mover.move?.({ paused: true, time: 7 });
  await stands({ paused: true, time: 7 });
});

test.each(pairs(relay, relay))("a game's data goes from %s to %s", async (actor, seer) => {
  const room = await roomFor(actor, seer);
  const listener = await enters(seer, room, "Lin");
  const sender = await enters(actor, room, "Sam");
  const data = { move: ["left", 2.5, null], who: "Zoë 🎲" };
  sender.pass?.(data);
  await expect.poll(() => listener.passed?.()).toContainEqual(data);
});

test.each(pairs(makeHosts, showHosts))("who is made host or none with %s learns it with %s", async (actor, seer) => {
  const room = await roomFor(actor, seer);
  const other = await enters(seer, room, "Otto");
  const maker = await enters(actor, room, "Mia");
  expect(other.isHost?.()).toBe(true);
  const name = seer === "VideoSync" ? "Viewer" : "Otto";
  maker.makeHost?.(name);
  await expect.poll(() => other.isHost?.()).toBe(false);
  maker.makeHost?.(name);
  await expect.poll(() => other.isHost?.()).toBe(true);
});
