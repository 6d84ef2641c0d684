/** How far apart the films of several people are: measures it row by row, and writes docs/sync.md. */

import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { test } from "vitest";
import { executablePath } from "../browser/people.ts";
import { measure, measureMishap, others, OTHERS_AFTER_S, type Plain, plain, type Run } from "./figures.ts";
import { mishaps } from "./mishaps.ts";
import { type Findings, type Measured, paper } from "./paper.ts";
import { plot } from "./plot.ts";

const docs = path.resolve(import.meta.dirname, "../../docs");
/** Rows that are not measured now keep what was measured of them before. */
const kept = path.join(import.meta.dirname, "found.json");

const minutes = Number(process.env["SYNC_MINUTES"] ?? 1);
const runs = Number(process.env["SYNC_RUNS"] ?? 1);
const asked = (process.env["SYNC_ROWS"] ?? "").split(",").filter((it) => it !== "");
const wants = (row: string) => asked.length === 0 || asked.includes(row);

test("how far apart they are", async () => {
  const findings = before();
  findings.machine = `${machine()}, ${await browserName()}`;
  for (const [key, row] of Object.entries(plain)) {
    if (!wants(key)) continue;
    findings.rows[key] = {
      minutes,
      runs: await measured(key, (run) => measure(row, row.goal.after.seconds, minutes, run)),
    };
    write(findings);
  }
  for (const [key, row] of Object.entries(others)) {
    if (!wants(key)) continue;
    findings.others[key] = { minutes, runs: await measured(key, (run) => measure(row, OTHERS_AFTER_S, minutes, run)) };
    write(findings);
  }
  for (const [key, row] of Object.entries(mishaps)) {
    if (!wants(key)) continue;
    findings.mishaps[key] = await measured(key, (run) => measureMishap(row, run));
    write(findings);
  }
  write(findings);
});

async function measured<Found extends object>(key: string, one: (run: number) => Promise<Found>): Promise<Found[]> {
  const found: Found[] = [];
  for (let run = 1; run <= runs; run++) {
    found.push(await one(run));
    console.log(key, JSON.stringify({ ...found.at(-1), line: undefined }));
  }
  return found;
}

function before(): Findings {
  const none: Findings = { machine: "", rows: {}, others: {}, mishaps: {} };
  try {
    const found = JSON.parse(readFileSync(kept, "utf8"), (_, value) => (value === null ? Number.NaN : value));
    return { ...none, ...found };
  } catch {
    return none;
  }
}

function write(findings: Findings): void {
  const inOrder = <T>(of: Record<string, T>, order: object) =>
    Object.fromEntries(Object.keys(order).flatMap((key) => (of[key] === undefined ? [] : [[key, of[key]]])));
  findings.rows = inOrder(findings.rows, plain);
  findings.others = inOrder(findings.others, others);
  findings.mishaps = inOrder(findings.mishaps, mishaps);
  for (const part of [findings.rows, findings.others]) {
    for (const [key, row] of Object.entries(part)) part[key] = withoutOtherLines(row);
  }
  writeFileSync(kept, `${JSON.stringify(findings)}\n`);
  writeFileSync(path.join(docs, "sync.md"), paper(findings));
  const drawn = Object.entries(findings.rows).map(([key, row]) => ({
    plain: plain[key] as Plain,
    run: middleOf(row.runs),
  }));
  writeFileSync(path.join(docs, "sync.svg"), plot(drawn));
}

/** Only the run that is drawn keeps its line, which is most of the file. */
function withoutOtherLines({ runs, ...measured }: Measured): Measured {
  const drawn = middleOf(runs);
  return { ...measured, runs: runs.map((run) => (run === drawn ? run : { ...run, line: [] })) };
}

function middleOf(of: Run[]): Run {
  return of.toSorted((a, b) => a.p95 - b.p95)[of.length >> 1] as Run;
}

function machine(): string {
  const [first] = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores (${first?.model.trim() ?? "unknown"}), ${gib} GiB, Node.js ${process.versions.node}`;
}

async function browserName(): Promise<string> {
  const browser = await chromium.launch({ executablePath, headless: true, args: ["--no-sandbox"] });
  const version = browser.version();
  await browser.close();
  return `Chromium ${version}`;
}
