// Who may import whom among our own crates, and who must stay free of tokio.
//
// Reads `cargo metadata`; normal dependencies count, those of tests do not. Each broken rule is a sentence.

import { spawnSync } from "node:child_process";

const ALLOWED = {
  "matinee-room": [],
  "matinee-media": [],
  "matinee-wire": ["matinee-room"],
  "matinee-store": ["matinee-room"],
  "matinee-bench": [],
  "matinee-server": ["matinee-room", "matinee-wire", "matinee-store", "matinee-media"],
};
const PURE = ["matinee-room", "matinee-wire"];
const IO = ["tokio", "mio", "hyper", "axum", "rusqlite"];

const cargo = spawnSync("cargo", ["metadata", "--format-version", "1"], {
  encoding: "utf8",
  maxBuffer: 1 << 28,
  stdio: ["ignore", "pipe", "inherit"],
});
if (cargo.status !== 0) process.exit(1); // cargo has said why
const metadata = JSON.parse(cargo.stdout);
const packages = new Map(metadata.packages.map((pkg) => [pkg.id, pkg]));
const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
const ours = new Set(metadata.workspace_members.map((id) => packages.get(id).name));

const normal = (id) =>
  nodes
    .get(id)
    .deps.filter((dep) => dep.dep_kinds.some(({ kind }) => kind === null))
    .map((dep) => dep.pkg);

/** The way from a crate to a forbidden one, or null. */
function wayTo(from, forbidden, seen = new Set()) {
  for (const id of normal(from)) {
    if (seen.has(id)) continue;
    seen.add(id);
    const { name } = packages.get(id);
    if (forbidden.includes(name)) return [name];
    const rest = wayTo(id, forbidden, seen);
    if (rest) return [name, ...rest];
  }
  return null;
}

const broken = [];
for (const id of metadata.workspace_members) {
  const { name } = packages.get(id);
  const allowed = ALLOWED[name];
  if (!allowed) {
    broken.push(`${name} is a new crate: write into scripts/check-imports.mjs what it may import.`);
    continue;
  }
  for (const dep of normal(id).map((it) => packages.get(it).name)) {
    if (ours.has(dep) && !allowed.includes(dep)) {
      const may = allowed.length ? `only ${allowed.join(", ")}` : "none of our crates";
      broken.push(`${name} imports ${dep}, but may import ${may}.`);
    }
  }
  const way = PURE.includes(name) ? wayTo(id, IO) : null;
  if (way) broken.push(`${name} must do no I/O, but reaches ${way.at(-1)}: ${[name, ...way].join(" → ")}.`);
}
for (const name of Object.keys(ALLOWED)) {
  if (!ours.has(name)) broken.push(`${name} is gone: take it out of scripts/check-imports.mjs.`);
}

for (const sentence of broken) console.error(sentence);
process.exit(broken.length ? 1 : 0);
