/**
 * A real server: the built binary on a free port with folders of its own, which can be killed and started again.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const root = path.resolve(import.meta.dirname, "../..");
const binary =
  process.env["MATINEE_BIN"] ?? path.resolve(root, process.env["CARGO_TARGET_DIR"] ?? "target", "debug/matinee");
const START_MS = 20_000;
const STOP_MS = 10_000;

export class Server {
  /** What the server has printed, over all its starts. */
  log = "";
  readonly library: string;
  private process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly flags: string[],
  ) {
    this.library = path.join(folder, "library");
    mkdirSync(this.library);
  }

  /** Starts a server with an empty library; `flags` come after its own. */
  static async start(flags: string[] = []): Promise<Server> {
    if (!existsSync(binary)) throw new Error(`${binary} is not there: cargo build -p matinee-server makes it`);
    const folder = mkdtempSync(path.join(tmpdir(), "matinee-test-"));
    const server = new Server(folder, await freePort(), flags);
    try {
      await server.startAgain();
    } catch (error) {
      await server.end();
      throw error;
    }
    return server;
  }

  /** Lines of the log that tell of a panic or an error. */
  complaints(): string[] {
    return this.log.split("\n").filter((line) => /panicked at|\bERROR\b/.test(line));
  }

  /** Where it keeps what it has to keep. */
  get data(): string {
    return path.join(this.folder, "data");
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** Starts it on the same port and data; resolves once it answers. */
  async startAgain(): Promise<void> {
    const own = ["--port", String(this.port), "--data", this.data, "--library", this.library];
    const child = spawn(binary, [...own, ...this.flags], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    this.process = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => (this.log += text));
    }
    const deadline = Date.now() + START_MS;
    while (!(await this.healthy())) {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}:\n${this.log}`);
      }
      if (Date.now() > deadline) throw new Error(`the server does not answer on ${this.url}:\n${this.log}`);
      await pause(25);
    }
  }

  /** `kill -9`, as a power cut would. */
  async kill(): Promise<void> {
    await this.stopWith("SIGKILL");
  }

  /** The same, and all that it has kept is lost. */
  async killAndForget(): Promise<void> {
    await this.kill();
    rmSync(path.join(this.folder, "data"), { recursive: true });
  }

  /** Puts a file into the library folder. */
  addToLibrary(file: string, as: string): void {
    const to = path.join(this.library, as);
    mkdirSync(path.dirname(to), { recursive: true });
    copyFileSync(file, to);
  }

  /** Deletes a file of the library folder. */
  removeFromLibrary(name: string): void {
    rmSync(path.join(this.library, name));
  }

  /** Stops it and takes its folders away. */
  async end(): Promise<void> {
    await this.stopWith("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async healthy(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health`, { signal: AbortSignal.timeout(1000) })).ok;
    } catch {
      return false;
    }
  }

  private async stopWith(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    const hard = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    child.kill(signal);
    await ended;
    clearTimeout(hard);
  }
}

/** No server outlives the tests, however they end. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  probe.close();
  await once(probe, "close");
  return address.port;
}
