// `make dev`: the page on Vite's server and Matinee behind it, both following edits.
//
// Vite serves the page at :5173 and hands /api and the sockets on to Matinee at :7861. A change under
// crates/ is built, and only a build that succeeds replaces the server that runs.

import { spawn } from "node:child_process";
import { readdirSync, watch } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const PAGE_PORT = 5173;
const SERVER_PORT = Number(process.env.MATINEE_PORT ?? 7861);
const SETTLE_MS = 150;

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
const binary = path.join(target, "debug", "matinee");
const args = process.argv.slice(2);

const say = (words) => console.log(`\x1b[33mdev\x1b[0m  ${words}`);

/** Starts a program in a process group of its own, so that Ctrl-C reaches it only through us. */
function start(command, argv, env = {}) {
  const child = spawn(command, argv, {
    cwd: root,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  child.ended = new Promise((resolve) => {
    child.on("exit", (code) => resolve(code ?? 1));
    child.on("error", (error) => {
      say(`cannot start ${command}: ${error.message}`);
      resolve(1);
    });
  });
  return child;
}

async function stop(child, signal = "SIGTERM") {
  if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
  const hard = setTimeout(() => signalGroup(child, "SIGKILL"), 5000);
  signalGroup(child, signal);
  await child.ended;
  clearTimeout(hard);
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

let server;
let build;
let building = false;
let stale = false;
let ending = false;

async function rebuild() {
  stale = true;
  if (building) return;
  building = true;
  while (stale && !ending) {
    stale = false;
    say("building the server");
    build = start("cargo", ["build", "-p", "matinee-server"]);
    const code = await build.ended;
    if (ending || stale) continue;
    if (code !== 0) {
      say(
        server
          ? "that does not build; the server before it runs on"
          : "that does not build; waiting for your next edit",
      );
      continue;
    }
    const before = server;
    server = undefined;
    await stop(before);
    if (ending) break;
    const own = start(binary, ["--port", String(SERVER_PORT), "--data", "./data", ...args]);
    server = own;
    void own.ended.then((status) => {
      if (!ending && own === server && own.signalCode === null) say(`the server ended with status ${status}`);
    });
    say(`open http://localhost:${PAGE_PORT}`);
  }
  building = false;
}

async function end() {
  if (ending) return;
  ending = true;
  for (const watcher of watchers) watcher.close();
  await Promise.all([stop(build, "SIGINT"), stop(server), stop(page)]);
  process.exit(0);
}

const page = start(
  "npm",
  ["run", "--silent", "dev", "--workspace", "web", "--", "--port", String(PAGE_PORT), "--strictPort"],
  {
    MATINEE_PORT: String(SERVER_PORT),
  },
);
void page.ended.then(() => {
  if (!ending) say("the page's server has ended");
  return end();
});

let settle;
let watchers = [];

/** Watches each folder: editors that save by renaming make a new file, which a watch on the old one misses. */
function follow() {
  for (const watcher of watchers) watcher.close();
  const crates = path.join(root, "crates");
  const inside = readdirSync(crates, { recursive: true, withFileTypes: true }).filter((it) => it.isDirectory());
  const folders = [crates, ...inside.map((it) => path.join(it.parentPath, it.name))];
  watchers = folders.map((folder) =>
    watch(folder, (_event, file) => {
      if (!/\.(rs|toml|sql)$/.test(file ?? "")) return;
      clearTimeout(settle);
      settle = setTimeout(() => {
        follow();
        void rebuild();
      }, SETTLE_MS);
    }),
  );
}

follow();
process.on("SIGINT", end);
process.on("SIGTERM", end);
void rebuild();
