/**
 * The page that the report writes, docs/sync.md: all its words and figures.
 */

import { quantile } from "./apart.ts";
import { type Mishap, others, OTHERS_AFTER_S, type Plain, plain, type Run } from "./figures.ts";
import { mishaps } from "./mishaps.ts";

/** A row, with how often and how long it was measured. */
export interface Measured {
  minutes: number;
  runs: Run[];
  /** What was not as always. */
  remark?: string;
}

/** What was measured so far: each row by itself, with how it was. */
export interface Findings {
  /** On which machine, with which browser. */
  machine: string;
  rows: Record<string, Measured>;
  others: Record<string, Measured>;
  mishaps: Record<string, Mishap[]>;
}

const ms = (value: number) =>
  Number.isNaN(value) ? "not seen" : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const middle = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Writes the page. */
export function paper(findings: Findings): string {
  return `# In step to the frame

How far apart the films of several people in one room are, measured by \`make sync-report\`. This page is written by that
command, text and figures: \`make sync-report ARGS="--minutes 10 --runs 3"\` measures longer, \`--rows loopback,slow\` only
some rows anew.

## How it is measured

Each person is a Chromium process of its own, with the page of a real server, all on one machine. Those with a bad link
reach the server through a proxy that lets every byte wait, each way by itself and by another time each time, from a
seed. The film is small (320 × 180, 24 pictures a second, AAC), so that the machine's two cores are not what is measured.

Forty times a second each browser notes \`currentTime\` of its \`<video>\`, the media clock that picture and sound go by,
against the machine's monotonic clock, which all processes share. Between notes it is reckoned in a straight line. How
far apart they are is the distance between the first and the last of all, in milliseconds of film; a picture lasts 42 ms.
What lies behind the media clock, from the sound card to the screen, is not seen.

Somebody starts the film, seeks, pauses and plays, and seeks once more, all within the first minute; then it plays on.
*Steady* is all time from 5 seconds after each of these on. *After a change* is the greatest distance from so many
seconds after the click until the change is 5 seconds old, the worst of all changes. Of several runs it is the one in
the middle.

## Figures

| who | goal | steady p50 | steady p95 | greatest | after a change | seeks in steady play | rate within | measured |
|---|---|---:|---:|---:|---:|---:|---:|---|
${Object.entries(findings.rows)
  .map(([key, row]) => rowOf(plain[key], row))
  .join("\n")}

Seeks are those of all browsers and runs; the goal is none. "Rate within" is how far the speed of any of them left the
room's at most in steady play; the goal is ± 0.5 % for whoever is within 20 ms. More is what brings back a player that was
further off, for instance because the machine had something else to do.

![How far apart they were against time](sync.svg)

Distance against seconds since the start, the greatest of each half second, of the run in the middle. The dashed line is the goal for
95 % of steady play. The peaks at the start are the changes.

## Bad moments

Two browsers over loopback; this happens to one of them. Back is when they are within 40 ms for good; the goal is 5 seconds.

| what | apart meanwhile | back after | greatest from 5 s after it | seeks |
|---|---:|---:|---:|---:|
${Object.entries(findings.mishaps)
  .map(([key, found]) => mishapOf(mishaps[key]?.name ?? key, found))
  .join("\n")}

While a tab is out of sight its clock can be read only now and then, and what is seen of that minute is told. The wall
clock is set for the page's scripts (\`Date\`), not for the machine.

${othersOf(findings.others)}## The machine

${findings.machine}, headless and without a sound card: sound is played into nothing, at the pace of the
machine's clock. A real sound card has a pace of its own, some ten parts in a million off.
`;
}

function rowOf(row: Plain | undefined, { minutes, runs, remark }: Measured): string {
  if (row === undefined) return "";
  const { p50, p95, after } = row.goal;
  const figure = (of: (run: Run) => number) => middle(runs.map(of));
  const judged = (value: number, goal: number) => `${ms(value)}${value <= goal ? "" : " (**missed**)"}`;
  return `| ${[
    row.name,
    `p50 ≤ ${p50}, p95 ≤ ${p95}, ≤ ${after.ms} ms after ${after.seconds} s`,
    judged(
      figure((run) => run.p50),
      p50,
    ),
    judged(
      figure((run) => run.p95),
      p95,
    ),
    ms(figure((run) => run.max)),
    judged(
      figure((run) => quantile(run.after, 1)),
      after.ms,
    ),
    Math.max(...runs.map((run) => run.seeks)),
    `± ${(Math.max(...runs.map((run) => run.bend)) * 100).toFixed(2)} %`,
    `${runs.length} × ${minutes} min${remark === undefined ? "" : `, ${remark}`}`,
  ].join(" | ")} |`;
}

/** The part on clients of other systems, once any of them has been measured. */
function othersOf(measured: Findings["others"]): string {
  if (Object.keys(measured).length === 0) return "";
  return `## Clients of other systems, by their own rules

A bare \`<video>\` in a browser like the others, muted, is steered by what each system's own client does; the server is
ours. The same film and the same changes, made by the first one named.

- **StreamGo**: a host tells each second where it is; the others seek when they are more than 300 ms off
  (\`MAX_SYNC_DELAY_MS\` of its \`PartyService.ts\`).
- **VideoSync**: a host tells what it does when it does it; the others seek then if they are more than 500 ms off (0.5 in
  its \`video_player.js\`). They reckon by the computers' wall clocks, which here are one.
- **Goblet**: everybody does what they are told when they hear it, and goes to whole seconds (\`parseInt\` in its
  \`main.js\`); whoever presses play asks the server where the film is.

| who | steady p50 | steady p95 | ${OTHERS_AFTER_S} s after a change | seeks in steady play | measured |
|---|---:|---:|---:|---:|---|
${Object.entries(measured)
  .map(([key, row]) => otherOf(others[key]?.name ?? key, row))
  .join("\n")}

None of these rules bends a rate: what a start or a seek leaves between two of them stays until it passes the threshold.
Where the server tells, it can make that small, by telling each what is right when they hear it; where a host of their own
leads, they are as far apart as their system makes them. Our page's figures are above.

`;
}

function otherOf(name: string, { minutes, runs }: Measured): string {
  const figure = (of: (run: Run) => number) => ms(middle(runs.map(of)));
  const cells = [
    name,
    figure((run) => run.p50),
    figure((run) => run.p95),
    figure((run) => quantile(run.after, 1)),
    Math.max(...runs.map((run) => run.seeks)),
    `${runs.length} × ${minutes} min`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function mishapOf(name: string, found: Mishap[]): string {
  const figure = (of: (it: Mishap) => number) => middle(found.map(of));
  const cells = [
    name,
    ms(figure((it) => it.during)),
    `${figure((it) => it.backAfterS).toFixed(1)} s`,
    ms(figure((it) => it.later)),
    Math.max(...found.map((it) => it.seeks)),
  ];
  return `| ${cells.join(" | ")} |`;
}
