/**
 * The plot: for each row, how far apart all were against time, with the goal's line. Colours that can be read on light
 * and on dark paper; no background.
 */

import type { Plain, Run } from "./figures.ts";

const WIDTH = 860;
const PANEL = 150;
const LEFT = 46;
const GAP = 40;
const INK = "#7d8590";
const LINES = ["#3b82f6", "#e08a1e", "#2f9e6e", "#c95aa5"];

/** Draws a panel for each row: the run whose p95 is the middle one. */
export function plot(rows: { plain: Plain; run: Run }[]): string {
  const height = rows.length * (PANEL + GAP) + 10;
  const panels = rows.map(({ plain, run }, index) => panel(plain, run, index)).join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>How far apart the browsers were, in milliseconds of film, against seconds since the film was started</title>
${panels}
</svg>
`;
}

function panel({ name, goal }: Plain, { line }: Run, index: number): string {
  const top = index * (PANEL + GAP) + 24;
  const seconds = Math.max(60, ...line.map(([at]) => at));
  const most = Math.max(goal.p95 * 2, 40);
  const x = (at: number) => (LEFT + (at / seconds) * (WIDTH - LEFT - 10)).toFixed(1);
  const y = (ms: number) => (top + PANEL - (Math.min(ms, most) / most) * PANEL).toFixed(1);
  const step = seconds > 240 ? 60 : 10;
  const times = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, count) => count * step);
  const marks = [0, goal.p95, most];
  return [
    `<text x="${LEFT}" y="${top - 8}" fill="${INK}" font-weight="600">${name}</text>`,
    ...marks.map(
      (ms) =>
        `<text x="${LEFT - 6}" y="${Number(y(ms)) + 4}" fill="${INK}" text-anchor="end">${ms}${ms === most ? " ms" : ""}</text>`,
    ),
    `<path d="M${LEFT} ${y(0)}H${WIDTH - 10}" stroke="${INK}" stroke-width="1"/>`,
    `<path d="M${LEFT} ${y(goal.p95)}H${WIDTH - 10}" stroke="${INK}" stroke-dasharray="5 4" stroke-width="1"/>`,
    ...times.map((at) => `<text x="${x(at)}" y="${top + PANEL + 14}" fill="${INK}" text-anchor="middle">${at}</text>`),
    `<path d="${pathOf(line, x, y)}" fill="none" stroke="${LINES[index % LINES.length]}" stroke-width="1.5" stroke-linejoin="round"/>`,
  ].join("\n");
}

/** A line, with gaps where the film stood. */
function pathOf(line: Run["line"], x: (at: number) => string, y: (ms: number) => string): string {
  return line
    .map(([at, ms], index) => {
      const goesOn = index > 0 && at - (line[index - 1]?.[0] ?? at) < 1;
      return `${goesOn ? "L" : "M"}${x(at)} ${y(ms)}`;
    })
    .join("");
}
