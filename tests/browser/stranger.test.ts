/** A program that speaks the protocol shares a room with a person at the page. */

import { once } from "node:events";
import { expect, test } from "vitest";
import { type RawData, WebSocket } from "ws";
import type { ClientMessage, ServerMessage } from "../../web/src/protocol.ts";
import { film } from "./films.ts";
import { onDisk, type Person } from "./people.ts";
import { company, stage } from "./stage.ts";

const set = stage();

test("a program chats, hears the film move and moves it once it is a host", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  const robot = await Robot.join(set.server.url, await ana.code(), "Robot");
  try {
    await ana.sees(2);
    robot.send({ type: "say", id: 1, text: "I am a program" });
    await ana.hears("I am a program");
    await ana.say("welcome");
    await expect
      .poll(() => robot.heard("line").map(({ line }) => line))
      .toContainEqual(expect.objectContaining({ kind: "said", name: "Ana", text: "welcome" }));

    robot.send({ type: "play", id: 2, seen: 0 });
    await expect.poll(() => robot.heard("refused").map((it) => it.id)).toContain(2);

    await ana.upload(onDisk(film("mp4"), "The General.mp4"));
    await ana.hasFilm();
    await expect.poll(() => robot.playback()?.film?.title).toBe("The General");
    await ana.makeHost("Robot");
    await expect
      .poll(() => robot.heard("member").some(({ member }) => member.name === "Robot" && member.host))
      .toBe(true);
    robot.send({ type: "play", id: 3, seen: robot.playback()?.revision ?? 0 });
    await ana.watches();
    expect(robot.playback()?.paused).toBe(false);
    await ana.pause();
    await expect.poll(() => robot.playback()?.paused).toBe(true);
  } finally {
    robot.leave();
  }
  await ana.sees(1);
});

test("a client of Streaming Room Server chats with the page, which tells what it cannot do", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  const roomId = await ana.code();
  const socket = new WebSocket(set.server.url.replace("http", "ws"));
  const heard: unknown[] = [];
  socket.on("message", (data: RawData) => heard.push(JSON.parse(String(data))));
  try {
    await once(socket, "open");
    const ben = { roomId, userId: "user-ben" };
    socket.send(JSON.stringify({ type: "join-room", ...ben, userName: "Ben" }));
    await ana.sees(2);
    await expect.poll(() => ana.page.getByTestId("members").textContent()).toContain("Streaming Room, chat only");
    socket.send(JSON.stringify({ type: "chat-message", ...ben, content: "hello from the other side" }));
    await ana.hears("hello from the other side");
    await ana.say("welcome");
    await expect
      .poll(() => heard)
      .toContainEqual(expect.objectContaining({ type: "chat-message", userName: "Ana", content: "welcome" }));
  } finally {
    socket.terminate();
  }
  await ana.sees(1);
});

/** A small client of the native protocol. */
class Robot {
  private readonly messages: ServerMessage[] = [];

  private constructor(private readonly socket: WebSocket) {
    socket.on("message", (data: RawData) => this.messages.push(JSON.parse(String(data)) as ServerMessage));
  }

  static async join(server: string, code: string, name: string): Promise<Robot> {
    const socket = new WebSocket(`${server.replace("http", "ws")}/api/rooms/${code}/ws`);
    const robot = new Robot(socket);
    await once(socket, "open");
    robot.send({ type: "hello", protocol: 1, name, tab: "robot", password: null, since: null });
    await expect.poll(() => robot.heard("welcome").length).toBe(1);
    return robot;
  }

  send(message: ClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  heard<Type extends ServerMessage["type"]>(type: Type): Array<Extract<ServerMessage, { type: Type }>> {
    return this.messages.filter((it): it is Extract<ServerMessage, { type: Type }> => it.type === type);
  }

  /** What plays, by the latest word. */
  playback() {
    return this.heard("playback").at(-1)?.playback ?? this.heard("welcome")[0]?.playback;
  }

  /** Says that it leaves and closes; the room needs not wait for it to come back. */
  leave(): void {
    this.send({ type: "leave" });
    this.socket.close();
  }
}
