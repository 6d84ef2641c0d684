// What ships in the binary must be free to ship: the licence of every crate and of every npm package in the page.
//
// An SPDX expression passes if its ANDs and ORs can be met from the list below.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const ALLOWED = new Set([
  "MIT",
  "MIT-0",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "Unicode-3.0",
  "Zlib",
  "0BSD",
  "CC0-1.0",
  "Unlicense",
  "BSL-1.0",
  "MPL-2.0",
  "OFL-1.1",
]);

/** Whether an SPDX expression can be met; the old "MIT/Apache-2.0" is an OR. */
function permitted(expression) {
  const tokens = expression.replaceAll("/", " OR ").match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  function term() {
    const token = tokens[at++];
    if (token === "(") {
      const inner = either();
      at++;
      return inner;
    }
    if (tokens[at] === "WITH") at += 2; // an exception only ever allows more
    return ALLOWED.has(token);
  }
  function both() {
    let good = term();
    while (tokens[at] === "AND") {
      at++;
      good = term() && good;
    }
    return good;
  }
  function either() {
    let good = both();
    while (tokens[at] === "OR") {
      at++;
      good = both() || good;
    }
    return good;
  }
  return either() && at === tokens.length;
}

/** Crates that ship: normal dependencies of the server, all the way down. */
function crates() {
  const cargo = spawnSync(
    "cargo",
    [
      "tree",
      "-p",
      "matinee-server",
      "--edges",
      "normal",
      "--target",
      "all",
      "--prefix",
      "none",
      "--format",
      "{p}\t{l}",
    ],
    { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] },
  );
  if (cargo.status !== 0) process.exit(1); // cargo has said why
  const rows = cargo.stdout
    .split("\n")
    .filter(Boolean)
    .map((row) => row.replace(" (*)", "").split("\t"));
  return new Map(rows.map(([name, licence]) => [name, licence ?? ""]));
}

/** npm packages that ship: what the lock file holds and does not call a development tool. */
function npmPackages() {
  const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
  const shipped = Object.entries(lock.packages).filter(
    ([where, info]) => where.includes("node_modules/") && !info.link && !info.dev && !info.devOptional,
  );
  return new Map(
    shipped.map(([where, info]) => [`${where.split("node_modules/").at(-1)} ${info.version}`, info.license ?? ""]),
  );
}

const all = [...crates(), ...npmPackages()];
const bad = all.filter(([, licence]) => !permitted(licence));
for (const [name, licence] of bad) {
  console.error(
    `${name} has ${licence ? `the licence ${licence}` : "no licence"}, which scripts/check-licences.mjs does not allow.`,
  );
}
console.log(`${all.length - bad.length} of ${all.length} licences allowed`);
process.exit(bad.length ? 1 : 0);
