// Measures how far apart the films of several people in a room are, and writes docs/sync.md: `make sync-report`.
//
//   --minutes 10         how long each row plays (1)
//   --runs 3             how often (1); the run in the middle counts
//   --rows loopback,bad  only these; the others keep their figures

import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    runs: { type: "string", default: "1" },
    rows: { type: "string", default: "" },
  },
});
const number = (name) => {
  const value = Number(values[name]);
  if (value >= 1) return String(value);
  console.error(`--${name} takes a number from 1 on.`);
  process.exit(2);
};
const env = { ...process.env, SYNC_MINUTES: number("minutes"), SYNC_RUNS: number("runs"), SYNC_ROWS: values.rows };
const { status } = spawnSync("npm", ["run", "--silent", "sync-report", "--workspace", "tests"], {
  cwd: new URL("..", import.meta.url).pathname,
  stdio: "inherit",
  env,
});
process.exit(status ?? 1);
