/** Games of Party-Sockets' clients, both versions, over real WebSockets: what is sent arrives, as it was sent, in order. */

import { once } from "node:events";
import { setTimeout as later } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RawData, WebSocket } from "ws";
import { Server } from "./server.ts";

const PLAYERS = 8;
const MOVES_A_SECOND = 20;
const PLAY_MS = 3000;

let server: Server;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(async () => {
  await server.end();
  expect(server.complaints()).toEqual([]);
});

type Message = Record<string, unknown> & { type: string };

/** A client as a game's page has it. */
class Player {
  readonly texts: string[] = [];
  closed: { code: number; reason: string } | undefined;

  private constructor(
    private readonly socket: WebSocket,
    readonly id: string,
  ) {
    socket.on("message", (data: RawData) => this.texts.push(String(data)));
    socket.on("close", (code, reason) => (this.closed = { code, reason: String(reason) }));
  }

  static async connect(path: string, id: string = crypto.randomUUID()): Promise<Player> {
    const socket = new WebSocket(server.url.replace("http", "ws") + path);
    const player = new Player(socket, id);
    await once(socket, "open");
    return player;
  }

  async create(maxClients: number): Promise<Message> {
    this.send({ type: "create", clientId: this.id, maxClients });
    return this.hears("created");
  }

  async join(room: unknown): Promise<Message> {
    this.send({ type: "join", clientId: this.id, room });
    return this.hears("joined");
  }

  send(message: object): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.socket.send(text);
  }

  heard(type: string): Message[] {
    return this.texts.map((text) => JSON.parse(text) as Message).filter((message) => message.type === type);
  }

  /** The newest message of this type, once there is one. */
  async hears(type: string, count = 1): Promise<Message> {
    await expect.poll(() => this.heard(type).length, { interval: 5 }).toBe(count);
    return this.heard(type).at(-1) as Message;
  }

  close(): void {
    this.socket.close();
  }
}

/** What differs between the versions. */
const versions = [
  { version: 1, path: "/", code: /^[A-HJ-NP-Z2-9]{4}$/, key: "clientId", names: (ids: string[]) => ids },
  {
    version: 2,
    path: "/v2",
    code: /^[1-9A-HJ-NP-Za-km-z]{6}$/,
    key: "index",
    names: (ids: string[]) => ids.map((_, index) => index),
  },
];

describe.each(versions)("version $version", ({ version, path, code, key, names }) => {
  async function party(count: number): Promise<{ room: string; players: Player[]; names: unknown[] }> {
    const host = await Player.connect(path);
    const { room } = (await host.create(count)) as { room?: string };
    const players = [host];
    while (players.length < count) {
      const player = await Player.connect(path);
      await player.join(room);
      players.push(player);
    }
    await Promise.all(players.map((it, index) => it.hears("peer_joined", count - 1 - index)));
    return { room: String(room), players, names: names(players.map(({ id }) => id)) };
  }

  test("a game from its beginning to its end", async () => {
    const host = await Player.connect(path);
    const created = await host.create(4);
    expect(created["room"]).toMatch(code);
    const [ana, ben] = [await Player.connect(path), await Player.connect(path)];
    const joined = await ana.join(created["room"]);
    expect(joined["room"]).toBe(created["room"]);
    expect(version === 1 ? joined["clients"] : joined["peers"]).toEqual(version === 1 ? [host.id, ana.id] : [0]);
    await ben.join(created["room"]);
    const [hostName, anaName, benName] = names([host.id, ana.id, ben.id]);
    await expect.poll(() => host.heard("peer_joined").map((it) => it[key])).toEqual([anaName, benName]);

    host.send({ type: "send", data: { start: true } });
    const start = { type: "message", from: hostName, data: { start: true } };
    expect([await ana.hears("message"), await ben.hears("message")]).toEqual([start, start]);
    ana.send({ type: "send", to: hostName, data: "ready" });
    expect(await host.hears("message")).toEqual({ type: "message", from: anaName, data: "ready" });
    expect(ben.heard("message").length).toBe(1);

    ben.close();
    expect((await ana.hears("peer_left"))[key]).toBe(benName);
    const answer = await fetch(`${server.url}/room/${String(created["room"])}`);
    expect(await answer.json()).toEqual({ clients: 2, maxClients: 4, origin: "unknown" });
    if (version === 2) {
      host.send({ type: "close_room" });
      const end = { code: 4001, reason: "room closed" };
      await expect.poll(() => [host.closed, ana.closed]).toEqual([end, end]);
    } else {
      host.close();
      ana.close();
    }
    await expect.poll(async () => (await fetch(`${server.url}/room/${String(created["room"])}`)).status).toBe(404);
  });

  test("data arrives byte for byte", async () => {
    const { players, names } = await party(2);
    const [host, guest] = players as [Player, Player];
    const deep = "[".repeat(20_000) + "]".repeat(20_000);
    const data = [
      "12345678901234567890123456789",
      "-0.10e+400",
      String.raw`"\u0041\/\ud800 \u0000 ä😀"`,
      '{"b":1,"a":2,"a":3, "b" :\t[ ] }',
      `"${"x".repeat(60 * 1024)}"`,
      deep,
      "null",
      "false",
      '""',
    ];
    for (const value of data) host.sendText(`{"type":"send","data": ${value} }`);
    await expect.poll(() => guest.texts.filter((it) => it.startsWith('{"type":"message"')).length).toBe(data.length);
    const arrived = guest.texts.filter((it) => it.startsWith('{"type":"message"'));
    expect(arrived).toEqual(
      data.map((value) => `{"type":"message","from":${JSON.stringify(names[0])},"data":${value}}`),
    );
    for (const player of players) player.close();
  });

  test(`${PLAYERS} players who move ${MOVES_A_SECOND} times a second lose no move`, async () => {
    const { players, names } = await party(PLAYERS);
    const started = performance.now();
    let moves = 0;
    while (performance.now() - started < PLAY_MS) {
      for (const player of players) player.send({ type: "send", data: { move: moves, at: "x".repeat(100) } });
      moves += 1;
      await later(Math.max(0, (moves * 1000) / MOVES_A_SECOND - (performance.now() - started)));
    }
    expect(moves).toBeGreaterThan((PLAY_MS / 1000) * MOVES_A_SECOND * 0.8);
    const expected = Array.from({ length: moves }, (_, move) => move);
    for (const [me, player] of players.entries()) {
      await player.hears("message", moves * (PLAYERS - 1));
      const heard = player.heard("message");
      for (const [other, name] of names.entries()) {
        const from = heard.filter((it) => it["from"] === name);
        expect(from.map((it) => (it["data"] as { move: number }).move)).toEqual(other === me ? [] : expected);
      }
      expect(player.heard("error")).toEqual([]);
    }
    for (const player of players) player.close();
  });

  test("the same id takes its place over at once, and nobody else hears of it", async () => {
    const { room, players, names } = await party(3);
    const [host, old, other] = players as [Player, Player, Player];
    const again = await Player.connect(path, old.id);
    const joined = await again.join(room);
    expect(joined).toEqual(
      version === 1 ? { type: "joined", room, clients: names } : { type: "joined", room, index: 1, peers: [0, 2] },
    );
    await expect.poll(() => old.closed).toEqual({ code: 4000, reason: "replaced" });
    host.send({ type: "send", to: names[1], data: "still you?" });
    await again.hears("message");
    again.send({ type: "send", data: "still me" });
    expect((await other.hears("message"))["from"]).toBe(names[1]);
    expect([host, other].flatMap((it) => it.heard("peer_left"))).toEqual([]);
    expect(other.heard("peer_joined")).toEqual([]);
    expect(host.heard("peer_joined").length).toBe(2);
    for (const player of [host, again, other]) player.close();
  });
});
