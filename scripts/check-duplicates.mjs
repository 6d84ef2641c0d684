// One version of each crate in the binary, but for those that others force on us.

import { spawnSync } from "node:child_process";

/** What holds older versions of crates in the binary, and of which. */
const HELD = {
  cookie: ["block-buffer", "cpufeatures", "crypto-common", "digest", "getrandom", "hmac", "rand", "rand_core", "sha2"],
  governor: ["hashbrown"],
};
const known = new Set(Object.values(HELD).flat());

const cargo = spawnSync(
  "cargo",
  [
    "tree",
    "-p",
    "matinee-server",
    "--edges",
    "normal,no-proc-macro",
    "--duplicates",
    "--depth",
    "0",
    "--prefix",
    "none",
  ],
  { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
);
if (cargo.status !== 0) process.exit(1); // cargo has said why

const versions = new Map();
for (const row of cargo.stdout.split("\n").filter(Boolean)) {
  const [name, version] = row.split(" ");
  versions.set(name, (versions.get(name) ?? new Set()).add(version));
}
const broken = [];
for (const [name, all] of versions) {
  if (all.size > 1 && !known.has(name)) {
    const twice = [...all].join(" and ");
    broken.push(
      `${name} is in the binary as ${twice}; see cargo tree -i ${name}, or add it to scripts/check-duplicates.mjs.`,
    );
  }
}
for (const name of known) {
  if ((versions.get(name)?.size ?? 0) < 2)
    broken.push(`${name} comes once now: take it out of scripts/check-duplicates.mjs.`);
}
for (const sentence of broken) console.error(sentence);
process.exit(broken.length ? 1 : 0);
