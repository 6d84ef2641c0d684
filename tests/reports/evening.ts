/**
 * An evening to measure: each person in a browser process of their own, some of them far away, all with the same small
 * film, so that what is measured is not how fast this machine decodes.
 */

import { setTimeout as later } from "node:timers/promises";
import { BadLink, type Quality } from "../browser/bad-link.ts";
import { filmOf } from "../browser/films.ts";
import { realTabs } from "../browser/mishaps.ts";
import { House, type Person } from "../browser/people.ts";
import { Server } from "../browser/server.ts";
import { putOnFilm } from "../browser/strangers/native.ts";
import { type Apart, apart } from "./apart.ts";
import { Follower, type System } from "./followers.ts";
import { machineNow, type Moment, record, taken } from "./recorder.ts";

/** What is watched: 320 × 180 at 24 pictures a second and stereo sound. */
const FILM = {
  extension: "mp4" as const,
  seconds: 1200,
  arguments: ["-vf", "scale=320:180,fps=24", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"].concat(
    ["-g", "48", "-b:v", "150k", "-movflags", "+faststart"],
    ["-c:a", "aac", "-b:a", "64k", "-ac", "2"],
  ),
};
/** So long after a change it is over, and what is measured is steady play. */
const STEADY_MS = 5_000;
const TAKEN_EVERY_MS = 5_000;

/** A change: since when it was being made, and when it was asked for. */
export interface Change {
  what: "play" | "pause" | "seek" | "speed";
  from: number;
  at: number;
}

/** What an evening was like. */
export interface Evening {
  from: number;
  changes: Change[];
  all: Apart[];
  recordings: Moment[][];
}

/** Someone's deeds during an evening: waits, and says what was changed. */
export interface Stage {
  people: Person[];
  wait(ms: number): Promise<void>;
  change(what: Change["what"], act: () => Promise<void>): Promise<void>;
}

/** How each person reaches the server: directly, or over a link that delays. */
export type Links = (Quality | null)[];

/** What somebody watches with: our page, or the client of another system. */
export type Client = "page" | System;

interface Company {
  /** The last one has a browser whose tabs go out of sight. */
  lastHasTabs?: boolean;
  /** What they watch with, in the order of their links. The first one is host. Without, it is our page for all. */
  clients?: Client[];
}

/** The room that all of Goblet's clients are in. */
const LOBBY = "LOBBY";

/** Lets people over these links have an evening, and records it. */
export async function spend(
  links: Links,
  seed: number,
  story: (stage: Stage) => Promise<void>,
  { lastHasTabs = false, clients = [] }: Company = {},
): Promise<Evening> {
  const server = await Server.start();
  const opened: { close(): Promise<void> }[] = [];
  try {
    server.addToLibrary(filmOf("small", FILM), "Measured.mp4");
    // What is there when it starts is there for clients of all systems.
    await server.kill();
    await server.startAgain();
    const people: Person[] = [];
    for (const [index, quality] of links.entries()) {
      const link = quality && (await BadLink.open(server.port, quality, seed * 100 + index));
      if (link) opened.push(link);
      const url = link?.url ?? server.url;
      if (lastHasTabs && index === links.length - 1) {
        const last = await realTabs(url);
        opened.unshift(last);
        people.push(last.person);
        continue;
      }
      const house = await House.open(url);
      opened.unshift(house);
      const client = clients[index] ?? "page";
      const person = await house.person({ viewport: { width: 960, height: 600 }, bypassCSP: client !== "page" });
      people.push(client === "page" ? person : new Follower(person.page, url, client));
    }
    if (clients[0] === "Goblet") await putOnFilm(server.url, LOBBY);
    await gather(people, clients.includes("Goblet") ? LOBBY : undefined);
    return await recorded(people, story);
  } finally {
    for (const it of opened) await it.close();
    await server.end();
  }
}

/** Brings all into this room, or one that the host makes, with the film on. */
async function gather([host, ...guests]: Person[], room?: string): Promise<void> {
  if (host === undefined) throw new Error("nobody is there");
  const code = await begin(host, room);
  for (const [index, guest] of guests.entries()) {
    if (guest instanceof Follower) await guest.enter(code);
    else await guest.join(`Guest ${index + 1}`, code);
  }
  for (const person of [host, ...guests]) await person.hasFilm();
}

async function begin(host: Person, room?: string): Promise<string> {
  if (host instanceof Follower) return host.enter(room);
  if (room === undefined) await host.createRoom("Ana");
  else await host.join("Ana", room);
  await host.pickFilm("Measured");
  await host.hasFilm();
  return host.code();
}

async function recorded(people: Person[], story: (stage: Stage) => Promise<void>): Promise<Evening> {
  for (const person of people) await record(person);
  const recordings: Moment[][] = people.map(() => []);
  const collect = async () => {
    const news = await Promise.all(people.map(taken));
    for (const [index, moments] of news.entries()) recordings[index]?.push(...moments);
  };
  const changes: Change[] = [];
  const from = machineNow();
  await story({
    people,
    async wait(ms) {
      const until = machineNow() + ms;
      while (machineNow() < until) {
        await later(Math.max(0, Math.min(TAKEN_EVERY_MS, until - machineNow())));
        await collect();
      }
    },
    async change(what, act) {
      const began = machineNow();
      await act();
      changes.push({ what, from: began, at: machineNow() });
    },
  });
  await collect();
  return { from, changes, all: apart(recordings), recordings };
}

/** Whether a moment is of steady play: after the first change, and neither within one nor soon after. */
export function isSteady(changes: Change[], at: number): boolean {
  return changes.some((it) => it.at <= at) && changes.every((it) => at < it.from || at > it.at + STEADY_MS);
}
