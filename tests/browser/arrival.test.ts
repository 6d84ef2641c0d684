/**
 * Clients without a clock of the server's take what they are told as it is. Behind a link whose delay varies, it is
 * right when they hear it, but for what the link varies by.
 */

import { io } from "socket.io-client";
import { expect, test } from "vitest";
import type { Playback, ServerMessage } from "../../web/src/protocol.ts";
import { BadLink } from "./bad-link.ts";
import { film } from "./films.ts";
import { Server } from "./server.ts";
import { note } from "./stage.ts";
import { makeRoom, putOnFilm } from "./strangers/native.ts";
import { Socket, until } from "./strangers/socket.ts";

const LINK = { delayMs: 80, jitterMs: 40 };
/** What a link may take more or less, and as much again for what was learned of it from eight round trips. */
const OFF_MS = LINK.jitterMs + 25;
const MOVES = 24;

/** What somebody was told, and when. */
interface Told {
  atMs: number;
  /** Not with a start or a stop: it says of no place. */
  positionMs?: number;
  /** What held then. */
  playback?: Playback | undefined;
}

/** Where StreamGo's client goes: the latency that it is told is added. */
function streamGoHears(text: string, atMs: number): Told | undefined {
  const [, latency, state] = /^cmd:(\d+):state:(.*)$/.exec(text) ?? [];
  if (latency === undefined || state === undefined) return undefined;
  const { time } = JSON.parse(state) as { time: number };
  return { atMs, positionMs: time * 1000 + Number(latency) };
}

/** Where VideoSync's older player goes: half of what its clock says to have passed is added. */
function videoSyncHears(text: string, atMs: number): Told | undefined {
  const message = JSON.parse(text) as {
    type: string;
    timestamp: number;
    state: { currentTime: number; paused: boolean };
  };
  if (message.type !== "state_update") return undefined;
  const { currentTime, paused } = message.state;
  const late = paused ? 0 : (wall(atMs) - message.timestamp) / 2;
  return { atMs, positionMs: currentTime * 1000 + late };
}

const wall = (atMs: number) => performance.timeOrigin + atMs;

/** A server with a film, and a bad link to it. */
async function withServer(story: (server: Server, link: BadLink) => Promise<void>): Promise<void> {
  const server = await Server.start();
  server.addToLibrary(film("mp4"), "The General.mp4");
  await server.kill();
  await server.startAgain();
  const link = await BadLink.open(server.port, LINK, 7);
  try {
    await story(server, link);
  } finally {
    await link.close();
    await server.end();
  }
}

/** Somebody at the page beside the server, in a room with a film. */
async function hostIn(server: Server, room: string): Promise<Socket> {
  await putOnFilm(server.url, room);
  const ana = await Socket.open(server.url, `/api/rooms/${room}/ws`);
  ana.send({ type: "hello", protocol: 1, name: "Ana", tab: "a" });
  await until(() => ana.texts.length > 0);
  return ana;
}

/** Notes how far off all that was told is, and expects that of nearly all of it to be no more than what the link does. */
function expectRight(what: string, told: Told[], aheadMs: number): void {
  const off = told.map((it) => offMs(it, aheadMs)).sort((one, other) => one - other);
  const at = (share: number) => off[Math.ceil(off.length * share) - 1] ?? Number.NaN;
  const figures = [0.5, 0.95, 1].map((share) => at(share).toFixed(1));
  note(`arrival ${what}: off by p50 ${figures[0]} ms, p95 ${figures[1]} ms, max ${figures[2]} ms, ${off.length} told`);
  expect(at(0.95), what).toBeLessThanOrEqual(OFF_MS);
}

test("a position is right when it arrives, however far off its hearer is", { timeout: 120_000 }, () =>
  withServer(async (server, link) => {
    const room = await makeRoom(server.url);
    const ana = await hostIn(server, room);
    const sol = await Socket.open(link.url, "/", { protocol: `j#1#Sol#${room}#` });
    const heard: Record<string, Told[]> = { StreamGo: [], VideoSync: [] };
    sol.ws.on("message", (data) => {
      const told = streamGoHears(String(data), performance.now());
      if (told) heard.StreamGo?.push({ ...told, playback: newest(ana) });
      if (String(data) === "ping") sol.send("pong");
    });
    // One may have come with the handshake.
    if (sol.texts.includes("ping")) sol.send("pong");
    const vic = await Socket.open(link.url, `/ws?sessionKey=${room}`);
    vic.ws.on("message", (data) => {
      const told = videoSyncHears(String(data), performance.now());
      if (told) heard.VideoSync?.push({ ...told, playback: newest(ana) });
    });
    let pings = 0;
    vic.ws.on("ping", () => (pings += 1));
    await until(() => pings >= 7 && sol.texts.filter((text) => text === "ping").length >= 7);
    for (const told of Object.values(heard)) told.length = 0;

    const aheadMs = await serverAhead(ana);
    await moves(ana, heard);
    for (const [system, told] of Object.entries(heard)) {
      expect(told.length, system).toBeGreaterThanOrEqual(MOVES);
      expectRight(system, told, aheadMs);
    }
    for (const socket of [ana, sol, vic]) socket.close();
  }),
);

/** A viewer of Goblet behind a link, once it is known how far off that is; what it hears of the film goes to `heard`. */
async function gobletViewer(link: BadLink, heard: (event: string, text: string) => void) {
  const answer = await fetch(`${link.url}/id`);
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const id = await answer.text();
  const ask = async (path: string) => (await fetch(link.url + path, { headers: { cookie } })).text();
  const socket = io(link.url, { extraHeaders: { cookie }, transports: ["websocket"] });
  let calls = 0;
  socket.on("role_call", () => {
    calls += 1;
    void ask(`/register?id=${id}`);
  });
  for (const event of ["play", "pause", "seek"]) socket.on(event, (text: string) => heard(event, text));
  await until(() => calls >= 8);
  return { where: () => ask(`/timesync?id=${id}`), leave: () => socket.disconnect() };
}

test("Goblet's players hear of starts and stops when they hold, and of the place that fits", { timeout: 120_000 }, () =>
  withServer(async (server, link) => {
    const ana = await hostIn(server, "LOBBY");
    const heard: Told[] = [];
    const viewer = await gobletViewer(link, (event, text) => {
      const place = event === "seek" ? { positionMs: Number.parseFloat(text) * 1000 } : {};
      heard.push({ atMs: performance.now(), playback: newest(ana), ...place });
    });
    const aheadMs = await serverAhead(ana);
    await moves(ana, { Goblet: heard });
    const events = [...heard];
    ana.send({ type: "play", id: MOVES + 1, seen: 1_000 });
    await until(() => heard.length > MOVES);
    const answers: Told[] = [];
    while (answers.length < MOVES) {
      const positionMs = Number.parseFloat(await viewer.where()) * 1000;
      answers.push({ atMs: performance.now(), positionMs, playback: newest(ana) });
    }
    expectRight("Goblet's events", events, aheadMs);
    expectRight("Goblet's /timesync", answers, aheadMs);
    viewer.leave();
    ana.close();
  }),
);

/** Moves, starts and stops the film, each when the one before has reached all. */
async function moves(ana: Socket, heard: Record<string, Told[]>): Promise<void> {
  for (let id = 1; id <= MOVES; id += 1) {
    const before = Object.values(heard).map((told) => told.length);
    const kind = ["play", "seek", "seek", "pause"][(id - 1) % 4];
    ana.send({ type: kind, id, seen: 1_000, ...(kind === "seek" ? { position_ms: 1_000 + id * 700 } : {}) });
    await until(() => Object.values(heard).every((told, index) => told.length > (before[index] ?? 0)));
  }
}

/** How far the server's clock is ahead of ours, by the quickest of some answers. */
async function serverAhead(ana: Socket): Promise<number> {
  let best = { trip: Number.POSITIVE_INFINITY, ahead: 0 };
  for (let count = 1; count <= 20; count += 1) {
    const t0 = performance.now();
    const answered = new Promise<number>((resolve) => ana.ws.once("message", () => resolve(performance.now())));
    ana.send({ type: "clock", t0 });
    const t3 = await answered;
    const answer = ana.of<{ t1: number; t2: number }>("clock").at(-1);
    if (answer && t3 - t0 < best.trip) best = { trip: t3 - t0, ahead: (answer.t1 - t0 + (answer.t2 - t3)) / 2 };
  }
  return best.ahead;
}

/** The newest playback that the one beside the server has heard of. */
function newest(ana: Socket): Playback | undefined {
  return ana
    .json<ServerMessage>()
    .flatMap((it) => (it.type === "playback" ? [it.playback] : []))
    .at(-1);
}

/** How far what was told is from where a player has to be then that goes on at once, or from when it holds. */
function offMs({ atMs, positionMs, playback }: Told, aheadMs: number): number {
  if (playback === undefined) return Number.POSITIVE_INFINITY;
  if (positionMs === undefined) return Math.abs(atMs + aheadMs - playback.at_ms);
  const moved = playback.paused ? 0 : (atMs + aheadMs - playback.at_ms) * playback.rate;
  return Math.abs(positionMs - Math.max(0, playback.position_ms + moved));
}
