/** Goblet's clients: both generations of Socket.IO's own client, and a person at the page beside them. */

import { createReadStream, openAsBlob, statSync } from "node:fs";
import path from "node:path";
import { io as io4 } from "socket.io-client";
import io2 from "socket.io-client-2";
import { afterEach, describe, expect, test } from "vitest";
import { film } from "./films.ts";
import { Site } from "./site.ts";
import { stage } from "./stage.ts";

const set = stage();

const CLIENTS = { "client 4": io4, "client 2": io2 } as const;
const TRANSPORTS = {
  "polling only": { may: ["polling"], ends: "polling" },
  "WebSocket only": { may: ["websocket"], ends: "websocket" },
  "polling, then WebSocket": { may: ["polling", "websocket"], ends: "websocket" },
} as const;

type Client = keyof typeof CLIENTS;
type Transport = keyof typeof TRANSPORTS;
type Told = [event: string, text: string];

const EVENTS = ["play", "pause", "seek", "role_call", "ask_time", "host_declaration", "refresh_video"];
const OF_THE_FILM = new Set(["play", "pause", "seek", "refresh_video"]);

/** A browser with Goblet's page: its cookie, its id, and its connection; it answers when everybody is called. */
class Viewer {
  readonly heard: Told[] = [];
  private socket: ReturnType<typeof io2> | undefined;

  private constructor(
    private readonly cookie: string,
    readonly id: string,
  ) {}

  static async come(): Promise<Viewer> {
    const answer = await fetch(`${set.server.url}/id`);
    const cookie = answer.headers.get("set-cookie")?.split(";")[0];
    if (!cookie) throw new Error("no cookie");
    const viewer = new Viewer(cookie, await answer.text());
    guests.push(viewer);
    return viewer;
  }

  /** Asks an address with the own id in place of ID. */
  async ask(address: string): Promise<string> {
    const answer = await fetch(`${set.server.url}${address.replace("ID", this.id)}`, this.headers());
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${address}: ${answer.status} ${text}`);
    return text;
  }

  async upload(file: string): Promise<string> {
    const form = new FormData();
    form.append("file", await openAsBlob(file), path.basename(file));
    const answer = await fetch(set.server.url, { method: "POST", body: form, ...this.headers() });
    expect(answer.status).toBe(200);
    return answer.text();
  }

  async connect(client: Client = "client 4", transport: Transport = "WebSocket only"): Promise<void> {
    const socket = CLIENTS[client](set.server.url, {
      transports: [...TRANSPORTS[transport].may],
      extraHeaders: { Cookie: this.cookie },
      forceNew: true,
      reconnectionDelay: 100,
      reconnectionDelayMax: 200,
    }) as ReturnType<typeof io2>;
    this.socket = socket;
    for (const event of EVENTS) socket.on(event, (text) => this.heard.push([event, text]));
    socket.on("role_call", () => void this.ask("/register?id=ID").catch(() => undefined));
    await this.isConnected();
    await expect.poll(() => socket.io.engine.transport.name).toBe(TRANSPORTS[transport].ends);
  }

  async isConnected(): Promise<void> {
    await expect.poll(() => this.socket?.connected).toBe(true);
  }

  /** What it was told of the film. */
  ofTheFilm(): Told[] {
    return this.heard.filter(([event]) => OF_THE_FILM.has(event));
  }

  /** Whom it takes for the host. */
  host(): string | undefined {
    return this.heard.findLast(([event]) => event === "host_declaration")?.[1];
  }

  go(): void {
    this.socket?.close();
    this.socket = undefined;
  }

  private headers(): { headers: Record<string, string> } {
    return { headers: { Cookie: this.cookie } };
  }
}

const guests: Viewer[] = [];
afterEach(async () => {
  const [someone] = guests;
  for (const guest of guests.splice(0)) guest.go();
  await expect.poll(() => someone?.ask("/count")).toBe("0");
});

describe.each(Object.keys(CLIENTS) as Client[])("%s", (client) => {
  test.each(Object.keys(TRANSPORTS) as Transport[])("%s", async (transport) => {
    const [ana, ben] = [await Viewer.come(), await Viewer.come()];
    await ana.connect(client, transport);
    await expect.poll(() => ana.host()).toBe(ana.id);
    await ben.connect(client, transport);
    await expect.poll(() => ben.host()).toBe(ana.id);
    expect(await ben.ask("/count")).toBe("2");

    const link = "https://films.example/a.mp4";
    await ana.ask(`/link?v=${link}`);
    await ben.ask("/sync?mode=play&id=ID");
    await ana.ask("/sync?mode=seek&time=61.25&id=ID");
    await ana.ask("/sync?mode=pause&id=ID");
    await ana.ask("/sync?mode=pause&id=ID");
    await ben.ask("/sync?mode=seek&time=5&id=ID");
    for (const viewer of [ana, ben]) {
      await expect.poll(() => viewer.ofTheFilm().length).toBe(5);
      const [refreshed, played, sought, paused, back] = viewer.ofTheFilm();
      expect(refreshed).toEqual(["refresh_video", link]);
      expect(played).toEqual(["play", ben.id]);
      // Its clients split it at the dash, and act at once: while the film plays, it is where that is by then.
      const [seconds, id, ...rest] = sought?.[1].split("-") ?? [];
      expect([id, rest]).toEqual([ana.id, []]);
      expect(Number(seconds)).toBeGreaterThanOrEqual(61.25);
      expect(Number(seconds)).toBeLessThanOrEqual(62);
      expect(paused).toEqual(["pause", ana.id]);
      expect(back).toEqual(["seek", `5-${ben.id}`]);
    }
    expect(await ana.ask("/timesync?id=ID")).toBe("5");

    ana.go();
    const gone = Date.now();
    await expect.poll(() => ben.host(), { interval: 20 }).toBe(ben.id);
    expect(Date.now() - gone).toBeLessThan(3000);
    expect(await ben.ask("/count")).toBe("1");
  });

  test("comes back by itself when the server was killed, as who it was", async () => {
    const ana = await Viewer.come();
    await ana.connect(client, "polling, then WebSocket");
    await expect.poll(() => ana.host()).toBe(ana.id);
    await ana.ask("/time?value=754.5");
    await set.server.kill();
    ana.heard.length = 0;
    await set.server.startAgain();
    await expect.poll(() => ana.host()).toBe(ana.id);
    expect(await ana.ask("/id")).toBe(ana.id);
    expect(await ana.ask("/time")).toBe("754.5");
    expect(await ana.ask("/count")).toBe("1");
  });
});

test("two generations, three ways to connect and a person at the page hear the same", async () => {
  const viewers: Viewer[] = [];
  for (const client of Object.keys(CLIENTS) as Client[]) {
    for (const transport of Object.keys(TRANSPORTS) as Transport[]) {
      const viewer = await Viewer.come();
      await viewer.connect(client, transport);
      viewers.push(viewer);
    }
  }
  const [ana] = viewers as [Viewer];
  const name = await ana.upload(film("mp4"));
  const ben = await set.house.person();
  await ben.join("Ben", "lobby");
  await ben.sees(7);
  expect(await ana.ask("/count")).toBe("7");
  await ben.hasFilm();

  await ben.play();
  await ben.watches();
  await ana.ask("/sync?mode=pause&id=ID");
  await ben.stands();
  await ana.ask("/sync?mode=seek&time=45&id=ID");
  await expect.poll(() => ben.mediaTime()).toBeCloseTo(45, 0);
  await ana.ask("/sync?mode=play&id=ID");
  await ben.watches();
  await ben.pause();
  await ben.stands();
  for (const viewer of viewers) {
    await expect.poll(() => viewer.ofTheFilm().length).toBe(6);
    const told = viewer.ofTheFilm();
    expect(told.map(([event]) => event)).toEqual(["refresh_video", "play", "pause", "seek", "play", "pause"]);
    expect(told[0]?.[1]).toBe(name);
    expect(told.slice(2, 5).map(([, text]) => text)).toEqual([ana.id, `45-${ana.id}`, ana.id]);
    expect(told[1]?.[1], "a person at the page has a made id").toMatch(/^0{24}[0-9a-f]{8}$/);
    expect(told[5]?.[1]).toBe(told[1]?.[1]);
  }
  const position = Number(await ana.ask("/timesync?id=ID"));
  expect(Math.abs(position - (await ben.mediaTime()))).toBeLessThan(0.2);
  await ben.close();
});

test("a linked film comes from where it is", async () => {
  const file = film("mp4");
  const elsewhere = await new Site((_, response) => {
    response.writeHead(200, { "Content-Type": "video/mp4", "Content-Length": statSync(file).size });
    createReadStream(file).pipe(response);
  }).start();
  try {
    const ana = await Viewer.come();
    await ana.connect();
    const ben = await set.house.person();
    await ben.join("Ben", "lobby");
    const url = `http://localhost:${elsewhere.port}/The%20General.mp4`;
    await ana.ask(`/link?v=${encodeURIComponent(url)}`);
    expect(JSON.parse(await ana.ask("/src"))).toEqual({ src: url, type: "link" });
    await ben.hasFilm();
    expect(await ben.page.evaluate(() => document.querySelector("video")?.currentSrc)).toBe(url);
    await ben.play();
    await ben.watches();
    await ben.close();
  } finally {
    await elsewhere.end();
  }
});

test("a link to no film is told in a sentence that fits links", async () => {
  const elsewhere = await new Site((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>No film</h1>");
  }).start();
  try {
    const ana = await Viewer.come();
    await ana.connect();
    const ben = await set.house.person();
    // The lobby's last film came from a server that is gone.
    ben.expects(/ERR_CONNECTION_REFUSED/);
    // Whether the link is a film at all is asked of its site, which does not answer other sites' pages.
    ben.expects(/blocked by CORS policy|ERR_FAILED/);
    await ben.join("Ben", "lobby");
    await ana.ask(`/link?v=${encodeURIComponent(`http://localhost:${elsewhere.port}/watch`)}`);
    await expect
      .poll(() =>
        ben
          .see("error")
          .textContent({ timeout: 1_000 })
          .catch(() => ""),
      )
      .toMatch(/^What is at this link is no film that a browser plays\./);
    await ben.close();
  } finally {
    await elsewhere.end();
  }
});
