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
import { type Apart, apart } from "./apart.ts";
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

/** Lets people over these links have an evening, and records it; the last may need a browser whose tabs go out of sight. */
export async function spend(
  links: Links,
  seed: number,
  story: (stage: Stage) => Promise<void>,
  { lastHasTabs = false } = {},
): Promise<Evening> {
  const server = await Server.start();
  const opened: { close(): Promise<void> }[] = [];
  try {
    server.addToLibrary(filmOf("small", FILM), "Measured.mp4");
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
      people.push(await house.person({ viewport: { width: 960, height: 600 } }));
    }
    await gather(people);
    return await recorded(people, story);
  } finally {
    for (const it of opened) await it.close();
    await server.end();
  }
}

async function gather(people: Person[]): Promise<void> {
  const [host, ...guests] = people;
  if (host === undefined) throw new Error("nobody is there");
  const code = await host.createRoom("Ana");
  for (const [index, guest] of guests.entries()) await guest.join(`Guest ${index + 1}`, code);
  await host.openTab("Films");
  await host.see("rescan").click();
  await host.pickFilm("Measured");
  for (const person of people) await person.hasFilm();
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
