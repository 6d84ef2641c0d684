/**
 * StreamGo's clients beside the page: Chromium's own `WebSocket` with the subprotocol, from a page of another origin,
 * around a player that obeys and leads as theirs does.
 */

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { film } from "./films.ts";
import { onDisk, type Person } from "./people.ts";
import { company, stage } from "./stage.ts";

const set = stage();

interface Member {
  userId: string;
  userName: string;
  isHost: boolean;
}

interface Party {
  code: string;
  name: string;
  members: Member[];
}

/** What a client holds in the browser. */
interface Held {
  socket: WebSocket;
  heard: string[];
  /** Who it takes itself for. */
  self: string | null;
  party: Party | null;
  player: { time: number; at: number; paused: boolean; speed: number };
  closed: { code: number; reason: string } | null;
}

declare global {
  interface Window {
    held: Held;
  }
}

/** A StreamGo client in a browser of its own. */
class Client {
  private constructor(private readonly page: Page) {}

  static async connect(...fields: string[]): Promise<Client> {
    const person = await set.house.person();
    const client = new Client(person.page);
    const [letter, ...others] = fields;
    const protocol = [letter, "1", ...others.map(encodeURIComponent)].join("#");
    await person.page.evaluate(begin, { url: set.server.url.replace("http", "ws"), protocol });
    return client;
  }

  private held<T>(look: (held: Held) => T): Promise<T> {
    return this.page.evaluate(`(${look})(window.held)`) as Promise<T>;
  }

  party(): Promise<Party | null> {
    return this.held((held) => held.party);
  }

  heard(): Promise<string[]> {
    return this.held((held) => held.heard);
  }

  closed(): Promise<Held["closed"]> {
    return this.held((held) => held.closed);
  }

  protocol(): Promise<string> {
    return this.held((held) => held.socket.protocol);
  }

  async self(): Promise<Member | undefined> {
    const id = await this.held((held) => held.self);
    return (await this.party())?.members.find((it) => it.userId === id);
  }

  async send(text: string): Promise<void> {
    await this.page.evaluate((it) => window.held.socket.send(it), text);
  }

  /** Moves the client's own player, as a hand does. */
  async moves(to: { time?: number; paused?: boolean }): Promise<void> {
    await this.page.evaluate((it) => {
      const { player, socket } = window.held;
      const now = performance.now() / 1000;
      const moved = player.paused ? 0 : (now - player.at) * player.speed;
      const time = it.time ?? player.time + moved;
      window.held.player = { ...player, time, at: now, paused: it.paused ?? player.paused };
      const { paused, speed } = window.held.player;
      socket.send(`cmd:state:${JSON.stringify({ time, paused, playbackSpeed: speed, force: true })}`);
    }, to);
  }

  /** Where the player is, in seconds. */
  time(): Promise<number> {
    return this.held(({ player }) => {
      const moved = player.paused ? 0 : (performance.now() / 1000 - player.at) * player.speed;
      return player.time + moved;
    });
  }

  paused(): Promise<boolean> {
    return this.held(({ player }) => player.paused);
  }
}

/** Runs in the browser: connects, and from then on does what such a client does. */
function begin({ url, protocol }: { url: string; protocol: string }): void {
  const socket = new WebSocket(url, protocol);
  const held: Held = {
    socket,
    heard: [],
    self: null,
    party: null,
    player: { time: 0, at: performance.now() / 1000, paused: true, speed: 1 },
    closed: null,
  };
  window.held = held;
  const time = () => {
    const moved = held.player.paused ? 0 : (performance.now() / 1000 - held.player.at) * held.player.speed;
    return held.player.time + moved;
  };
  socket.onclose = ({ code, reason }) => {
    held.closed = { code, reason };
  };
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    held.heard.push(data);
    if (data === "ping") socket.send("pong");
    const [, word, rest] = /^(\w+):(.*)$/s.exec(data) ?? [];
    if (word === "party" && rest !== undefined) {
      held.party = JSON.parse(rest);
      held.self ??= held.party?.members.at(-1)?.userId ?? null;
    }
    const [, latency, state] = /^cmd:(\d+):state:(.*)$/s.exec(data) ?? [];
    if (state === undefined) return;
    const told = JSON.parse(state);
    const target = told.time + Number(latency) / 1000;
    const jumps = told.force === true || Math.abs(time() - target) > 0.3 * told.playbackSpeed;
    held.player = {
      time: jumps ? target : time(),
      at: performance.now() / 1000,
      paused: told.paused,
      speed: told.playbackSpeed,
    };
  };
  setInterval(() => {
    const isHost = held.party?.members.some((it) => it.userId === held.self && it.isHost);
    if (!isHost || socket.readyState !== WebSocket.OPEN) return;
    const { paused, speed } = held.player;
    socket.send(`cmd:state:${JSON.stringify({ time: time(), paused, playbackSpeed: speed })}`);
  }, 1000);
}

test("a party is made and joined by names with any characters", async () => {
  const name = "Ana # 100% 🎬 ü";
  const ana = await Client.connect("c", name, "pop #%🍿", "Friday, 100% # 🎬", "0");
  await expect.poll(() => ana.party()).not.toBeNull();
  expect(await ana.protocol()).toContain("%F0%9F%8E%AC");
  const { code, name: party } = (await ana.party()) as Party;
  expect(party).toBe("Friday, 100% # 🎬");
  expect((await ana.self())?.userName).toBe(name);

  const ben = await Client.connect("j", "Ben", code.toLowerCase(), "pop #%🍿");
  await expect.poll(() => ben.self()).toMatchObject({ userName: "Ben", isHost: false });
  await expect.poll(async () => (await ana.party())?.members.length).toBe(2);
  await ben.send("msg:hello 🍿: #");
  const { userId } = (await ben.self()) as Member;
  await expect.poll(() => ana.heard()).toContain(`msg:${userId}:hello 🍿: #`);

  const eve = await Client.connect("j", "Eve", code, "popcorn");
  await expect.poll(() => eve.closed()).toMatchObject({ code: 4004 });
  expect(await eve.heard()).toEqual(["ping", "badroom"]);
});

test("two players that lead stay in step, and either moves both", async () => {
  const ana = await Client.connect("c", "Ana", "", "", "1");
  await expect.poll(() => ana.party()).not.toBeNull();
  await ana.moves({ time: 600, paused: false });
  const ben = await Client.connect("j", "Ben", ((await ana.party()) as Party).code, "");
  const apart = async () => Math.abs((await ana.time()) - (await ben.time()));
  await expect.poll(apart).toBeLessThan(0.5);
  expect((await ben.self())?.isHost).toBe(true);
  await ben.moves({ time: 60 });
  await expect.poll(() => ana.time()).toBeLessThan(100);
  await ana.moves({ paused: true });
  await expect.poll(() => ben.paused()).toBe(true);
  await expect.poll(apart).toBeLessThan(0.5);
  // Nobody is pulled back by what the other says every second.
  const [before, heard] = [await ana.time(), (await ana.heard()).length];
  await expect.poll(async () => (await ana.heard()).length).toBeGreaterThan(heard + 3);
  expect(await ana.time()).toBeCloseTo(before, 3);
});

test("the page and a StreamGo client chat, and each moves the other's film", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await ana.hasFilm();
  const ben = await Client.connect("j", "Ben", await ana.code(), "");
  await ana.sees(2);
  await ben.send("msg:hello from the sofa");
  await ana.hears("hello from the sofa");
  await ana.say("welcome");
  await expect.poll(() => ben.heard()).toContain("msg:1:welcome");

  const apart = async () => Math.abs((await ana.mediaTime()) - (await ben.time()));
  await ana.play();
  await ana.watches();
  await expect.poll(() => ben.paused()).toBe(false);
  await expect.poll(apart).toBeLessThan(0.5);

  await ana.makeHost("Ben");
  await expect.poll(() => ben.self()).toMatchObject({ isHost: true });
  await ben.moves({ time: 2, paused: true });
  expect(await ana.stands()).toBeCloseTo(2, 0);
  await ben.moves({ paused: false });
  await ana.watches();
  await ana.pause();
  await expect.poll(() => ben.paused()).toBe(true);
  const stood = await ana.stands();
  await expect.poll(apart).toBeLessThan(0.5);
  // What Ben's player says every second leaves it there.
  const heard = (await ben.heard()).length;
  await ana.say("one");
  await ana.say("two");
  await expect.poll(async () => (await ben.heard()).length).toBeGreaterThan(heard + 1);
  expect(await ana.stands()).toBeCloseTo(stood, 1);

  // Nobody takes the rights of who made the room; everybody may give up their own.
  await ben.send("toggle:1");
  await ben.send("toggle:2");
  await expect.poll(() => ana.isHost("Ben")).toBe(false);
  expect(await ana.isHost("Ana")).toBe(true);
});
