/**
 * What is measured, row by row, and the figures that come of it.
 */

import { type Apart, quantile } from "./apart.ts";
import { type Client, type Evening, isSteady, type Links, spend, type Stage } from "./evening.ts";
import type { Row } from "./mishaps.ts";
import { machineNow } from "./recorder.ts";

/** What is promised of a row, in milliseconds. */
export interface Goal {
  p50: number;
  p95: number;
  /** How far apart they may be so many seconds after a change. */
  after: { ms: number; seconds: number };
}

/** An evening of steady play, with some changes at its start. */
interface Plan {
  name: string;
  links: Links;
  rate: 1 | 1.5;
  clients?: Client[];
}

/** A row of it, of our page. */
export interface Plain extends Plan {
  goal: Goal;
}

const BAD = { delayMs: 80, jitterMs: 40 };

export const plain: Record<string, Plain> = {
  loopback: {
    name: "2 browsers, loopback",
    links: [null, null],
    rate: 1,
    goal: { p50: 5, p95: 15, after: { ms: 25, seconds: 2 } },
  },
  bad: {
    name: "2 browsers, one of them over 80 ± 40 ms",
    links: [null, BAD],
    rate: 1,
    goal: { p50: 10, p95: 30, after: { ms: 40, seconds: 3 } },
  },
  five: {
    name: "5 browsers: loopback, 20 ± 10, 50 ± 25, 80 ± 40 and 150 ± 60 ms",
    links: [null, { delayMs: 20, jitterMs: 10 }, { delayMs: 50, jitterMs: 25 }, BAD, { delayMs: 150, jitterMs: 60 }],
    rate: 1,
    goal: { p50: 15, p95: 40, after: { ms: 60, seconds: 4 } },
  },
  fast: {
    name: "2 browsers, loopback, at 1.5 × speed",
    links: [null, null],
    rate: 1.5,
    goal: { p50: 7.5, p95: 22.5, after: { ms: 37.5, seconds: 2 } },
  },
};

/** So many seconds after a change it is looked at how far clients of other systems are apart. */
export const OTHERS_AFTER_S = 3;

/** Rows of clients of other systems, which nothing is promised of. */
export const others: Record<string, Plan> = {
  streamGo: among("2 StreamGo, loopback", [null, null], ["StreamGo", "StreamGo"]),
  streamGoFar: among("2 StreamGo, the guest over 80 ± 40 ms", [null, BAD], ["StreamGo", "StreamGo"]),
  streamGoLed: among("our page leads, StreamGo over 80 ± 40 ms", [null, BAD], ["page", "StreamGo"]),
  videoSync: among("2 VideoSync, loopback", [null, null], ["VideoSync", "VideoSync"]),
  videoSyncFar: among("2 VideoSync, the guest over 80 ± 40 ms", [null, BAD], ["VideoSync", "VideoSync"]),
  videoSyncLed: among("our page leads, VideoSync over 80 ± 40 ms", [null, BAD], ["page", "VideoSync"]),
  goblet: among("2 Goblet, loopback", [null, null], ["Goblet", "Goblet"]),
  gobletFar: among("2 Goblet, the guest over 80 ± 40 ms", [null, BAD], ["Goblet", "Goblet"]),
  gobletLed: among("our page leads, Goblet over 80 ± 40 ms", [null, BAD], ["page", "Goblet"]),
};

function among(name: string, links: Links, clients: Client[]): Plan {
  return { name, links, rate: 1, clients };
}

/** What came of a row's one run, in milliseconds. */
export interface Run {
  p50: number;
  p95: number;
  max: number;
  /** How far apart they were at most, from the promised time after a change until it was over: for each change. */
  after: number[];
  /** In steady play: seeks of all, and by how much a rate left the room's at most, as a share. */
  seeks: number;
  bend: number;
  /** For the plot: the spread against seconds since the evening began, the greatest of each piece of time. */
  line: [number, number][];
}

const CHANGE_OVER_MS = 5_000;
const LINE_STEP_MS = 500;

/** Plays for so many minutes, with four changes in the first of them. */
export async function measure(plan: Plan, afterS: number, minutes: number, seed: number): Promise<Run> {
  const { links, rate, clients = [] } = plan;
  const story = async (stage: Stage) => {
    const [host] = stage.people;
    if (host === undefined) return;
    const from = machineNow();
    if (rate !== 1) await stage.change("speed", () => host.setRate("1.5"));
    await stage.change("play", () => host.play());
    await stage.wait(12_000);
    await stage.change("seek", () => host.seekTo(120));
    await stage.wait(12_000);
    await stage.change("pause", () => host.pause());
    await Promise.all(stage.people.map((it) => it.stands()));
    await stage.wait(1_500);
    await stage.change("play", () => host.play());
    await stage.wait(12_000);
    await stage.change("seek", () => host.seekTo(30));
    await stage.wait(minutes * 60_000 - (machineNow() - from));
  };
  return figures(await spend(links, seed, story, { clients }), afterS);
}

function figures({ from, changes, all, recordings }: Evening, afterS: number): Run {
  const steady = all.filter(({ at }) => isSteady(changes, at)).map(({ spread }) => spread);
  const notes = recordings.map((moments) => moments.filter(({ at, still }) => !still && isSteady(changes, at)));
  const changesOfPlace = changes.filter(({ what }) => what === "play" || what === "seek");
  return {
    p50: quantile(steady, 0.5),
    p95: quantile(steady, 0.95),
    max: quantile(steady, 1),
    after: changesOfPlace.map(({ at }) =>
      greatest(all, at + afterS * 1000, at + Math.max(CHANGE_OVER_MS, afterS * 1000 + 1000)),
    ),
    seeks: recordings.map((moments) => steadySeeks(moments, changes)).reduce((sum, it) => sum + it, 0),
    bend: Math.max(...notes.flatMap((moments) => moments.map(({ rate }) => bendOf(rate)))),
    line: lineOf(all, from),
  };
}

/** How far a rate is from the nearest speed that rooms have. */
function bendOf(rate: number): number {
  return Math.min(...[1, 1.5].map((nominal) => Math.abs(rate / nominal - 1)));
}

function steadySeeks(moments: Evening["recordings"][number], changes: Evening["changes"]): number {
  return moments.filter(
    ({ at, seeks }, index) => isSteady(changes, at) && index > 0 && seeks > (moments[index - 1]?.seeks ?? seeks),
  ).length;
}

/** How far apart they were at most between two moments; not a number if nothing is known of that time. */
export function greatest(all: Apart[], from: number, until: number): number {
  const within = all.filter(({ at }) => at >= from && at < until).map(({ spread }) => spread);
  return within.length === 0 ? Number.NaN : Math.max(...within);
}

function lineOf(all: Apart[], from: number): [number, number][] {
  const pieces = new Map<number, number>();
  for (const { at, spread } of all) {
    const piece = Math.floor((at - from) / LINE_STEP_MS);
    pieces.set(piece, Math.max(pieces.get(piece) ?? 0, spread));
  }
  return [...pieces].map(([piece, spread]) => [(piece * LINE_STEP_MS) / 1000, Math.round(spread * 10) / 10]);
}

/** What came of something that happens to one of two people. */
export interface Mishap {
  /** How far apart they were at most while it lasted, if that could be seen. */
  during: number;
  /** How many seconds after it they were within 40 ms for good. */
  backAfterS: number;
  /** How far apart they were at most from 5 seconds after it on. */
  later: number;
  seeks: number;
}

const WITHIN_MS = 40;
const SETTLED_MS = 12_000;
const WATCHED_MS = 15_000;

/** Lets something happen to the second of two people who have played for a while. */
export async function measureMishap({ lastsMs, hasTabs = false, happens }: Row, seed: number): Promise<Mishap> {
  let [from, until] = [0, 0];
  const story = async ({ people, wait, change }: Stage) => {
    const [first, second] = people;
    if (first === undefined || second === undefined) return;
    await change("play", () => first.play());
    await wait(SETTLED_MS);
    from = machineNow();
    const end = await happens(second);
    await wait(lastsMs);
    await end();
    until = machineNow();
    await wait(WATCHED_MS);
  };
  const { all, recordings } = await spend([null, null], seed, story, { lastHasTabs: hasTabs });
  const after = all.filter(({ at }) => at > until);
  const lastOut = after.findLast(({ spread }) => spread > WITHIN_MS)?.at ?? until;
  const seeks = recordings.map(
    (moments) => (moments.at(-1)?.seeks ?? 0) - (moments.find(({ at }) => at > from)?.seeks ?? 0),
  );
  return {
    during: greatest(all, from, until),
    backAfterS: after.length === 0 ? Number.NaN : (lastOut - until) / 1000,
    later: greatest(all, until + 5_000, Number.POSITIVE_INFINITY),
    seeks: seeks.reduce((sum, it) => sum + it, 0),
  };
}
