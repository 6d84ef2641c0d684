/** A WebSocket that keeps what it hears. */

import { once } from "node:events";
import { vi } from "vitest";
import { type ClientOptions, type RawData, WebSocket } from "ws";

/** Waits until something has come. */
export async function until(there: () => boolean): Promise<void> {
  await vi.waitUntil(there, { timeout: 15_000, interval: 20 });
}

export class Socket {
  readonly texts: string[] = [];
  private constructor(readonly ws: WebSocket) {
    ws.on("message", (data: RawData) => this.texts.push(String(data)));
  }

  static async open(
    server: string,
    path: string,
    options: ClientOptions & { protocol?: string } = {},
  ): Promise<Socket> {
    const { protocol, ...rest } = options;
    const ws = new WebSocket(server.replace("http", "ws") + path, protocol === undefined ? [] : [protocol], rest);
    const socket = new Socket(ws);
    await once(ws, "open");
    return socket;
  }

  send(message: unknown): void {
    this.ws.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** The JSON messages of a type, oldest first. */
  of<Message>(type: string): Message[] {
    return this.json<Message & { type: string }>().filter((message) => message.type === type);
  }

  json<Message>(): Message[] {
    return this.texts.map((text) => JSON.parse(text) as Message);
  }

  close(): void {
    this.ws.close();
  }
}
