// Measures what the README claims of the release binary: `make measure`.
//
// Starts the server on a free port with an empty data folder, reads its memory from /proc (Linux), and prints a
// table. Sizes and memory are figures; the start is the median of several.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "node:http";
import { WebSocket } from "ws";

const root = new URL("..", import.meta.url).pathname;
const binary = process.env.MATINEE_BIN ?? join(root, "target/release/matinee");
const STARTS = 9;
const MEMBERS = 5000;
const ROOM_SIZE = 10;
const UPLOAD_BYTES = 2 * 1024 ** 3;
let hosts = 0;

const port = await freePort();
const data = mkdtempSync(join(tmpdir(), "matinee-measure-"));
const rows = [];

try {
  const starts = [];
  for (let i = 0; i < STARTS; i++) {
    const began = performance.now();
    const server = await start();
    starts.push(performance.now() - began);
    await stop(server);
  }
  starts.sort((a, b) => a - b);
  rows.push(["start to first answer (median)", `${starts[STARTS >> 1].toFixed(0)} ms`]);

  const server = await start();
  rows.push(["resident memory, idle", mib(resident(server))]);
  await measureMembers(server);
  await measureUpload(server);
  await stop(server);
  rows.push(["page, gzipped, before a film is chosen", kib(pageBytes(".gz"))]);
  rows.push(["page, brotli", kib(pageBytes(".br"))]);
  rows.push(["binary", mib(statSync(binary).size)]);
} finally {
  rmSync(data, { recursive: true, force: true });
}
for (const [what, figure] of rows) console.log(`| ${what.padEnd(42)} | ${figure.padStart(10)} |`);

async function measureMembers(server) {
  const sockets = [];
  const enter = async (code, index) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/rooms/${code}/ws`, { perMessageDeflate: false });
    await once(socket, "open");
    const welcomed = once(socket, "message");
    socket.send(JSON.stringify({ type: "hello", protocol: 1, name: `Member ${index}`, tab: String(index) }));
    await welcomed;
    sockets.push(socket);
  };
  // One room first, so that what the server allocates once is not counted as a member's.
  const warm = await makeRoom();
  for (let i = 0; i < ROOM_SIZE; i++) await enter(warm, i);
  const before = resident(server);
  for (let made = 0; made < MEMBERS; made += ROOM_SIZE) {
    const code = await makeRoom();
    for (let i = 0; i < ROOM_SIZE; i++) await enter(code, made + i);
  }
  const each = (resident(server) - before) / MEMBERS;
  rows.push([`resident memory, an idle member (of ${MEMBERS})`, `${(each / 1024).toFixed(1)} KiB`]);
  for (const socket of sockets) socket.terminate();
}

async function measureUpload(server) {
  const made = await call("POST", "/api/rooms", { "content-type": "application/json" }, "{}");
  const cookie = made.headers["set-cookie"][0].split(";")[0];
  const { code } = JSON.parse(made.text);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/rooms/${code}/ws`, { headers: { cookie } });
  await once(socket, "open");
  const welcomed = once(socket, "message");
  socket.send(JSON.stringify({ type: "hello", protocol: 1, name: "Ana", tab: "a" }));
  await welcomed;
  const before = resident(server);
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, resident(server))), 20);
  const began = performance.now();
  const { status, text } = await upload(`/api/rooms/${code}/uploads?tab=a`, cookie);
  clearInterval(watch);
  if (status !== 201) throw new Error(`the upload was answered with ${status}: ${text}`);
  const seconds = (performance.now() - began) / 1000;
  rows.push(["memory added by a 2 GiB upload", mib(Math.max(0, most - before))]);
  rows.push(["that upload on loopback", `${(UPLOAD_BYTES / 1e6 / seconds).toFixed(0)} MB/s`]);
  socket.terminate();
}

function upload(path, cookie) {
  const chunk = Buffer.alloc(1 << 20, 7);
  const first = Buffer.from(chunk);
  Buffer.from([0, 0, 0, 32]).copy(first);
  first.write("ftypisom\0\0\x02\0isomiso2avc1mp41", 4, "latin1");
  return new Promise((resolve, reject) => {
    const headers = {
      cookie,
      "tus-resumable": "1.0.0",
      "upload-length": UPLOAD_BYTES,
      "content-type": "application/offset+octet-stream",
      "content-length": UPLOAD_BYTES,
    };
    const sending = request({ port, host: "127.0.0.1", path, method: "POST", headers }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += part)).on("end", () => resolve({ status: answer.statusCode, text }));
    });
    sending.on("error", reject);
    let left = UPLOAD_BYTES;
    const more = () => {
      while (left > 0) {
        const whole = sending.write(left === UPLOAD_BYTES ? first : chunk);
        left -= chunk.length;
        if (!whole) return sending.once("drain", more);
      }
      sending.end();
    };
    more();
  });
}

async function start() {
  const flags = ["--host", "127.0.0.1", "--port", port, "--data", data, "--log", "error", "--trust-proxy"];
  const server = spawn(binary, flags, { stdio: ["ignore", "ignore", "inherit"] });
  for (;;) {
    const answer = await call("GET", "/health").catch(() => undefined);
    if (answer?.status === 200) return server;
    if (server.exitCode !== null) throw new Error("the server ended at its start");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function stop(server) {
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  await ended;
}

/** Each by a host of its own, as far as the server is told: one address makes only so many rooms at once. */
async function makeRoom() {
  hosts += 1;
  const headers = { "content-type": "application/json", "x-forwarded-for": `10.0.${hosts >> 8}.${hosts & 255}` };
  const { status, text } = await call("POST", "/api/rooms", headers, "{}");
  if (status !== 201) throw new Error(`no room was made: ${text}`);
  return JSON.parse(text).code;
}

function call(method, path, headers = {}, body = undefined) {
  return new Promise((resolve, reject) => {
    const sending = request({ port, host: "127.0.0.1", path, method, headers }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    sending.on("error", reject).end(body);
  });
}

function resident(server) {
  const line = readFileSync(`/proc/${server.pid}/status`, "utf8").match(/VmRSS:\s+(\d+) kB/);
  return Number(line[1]) * 1024;
}

function pageBytes(ending) {
  const folder = join(root, "web/dist");
  const files = readdirSync(folder, { recursive: true }).filter((file) => statSync(join(folder, file)).isFile());
  const page = readFileSync(join(folder, "index.html"), "utf8");
  // What the page itself does not name comes when it is needed: what uploads take, for one; but one language is always.
  const isNamed = (file) => page.includes(file) || /\ben-[^/]*\.js$/.test(file);
  // Only who installs the page as an app asks for those.
  const isOfApp = (file) => /^icons\b|\.webmanifest$/.test(file);
  const isLate = (file) => (/\.(js|css)$/.test(file) && !isNamed(file)) || isOfApp(file);
  const plain = files.filter((file) => !/\.(gz|br)$/.test(file) && !isLate(file));
  const sent = (file) => (files.includes(file + ending) ? file + ending : file);
  return plain.reduce((sum, file) => sum + statSync(join(folder, sent(file))).size, 0);
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function once(emitter, event) {
  return new Promise((resolve, reject) => {
    emitter.once(event, resolve);
    if (event !== "exit") emitter.once("error", reject);
  });
}

function mib(bytes) {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

function kib(bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}
