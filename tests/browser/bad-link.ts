/**
 * A bad link to a server: a proxy on this machine that lets every byte wait, each way by itself, and by another time
 * each time. The times come from a seed, so that a run can be had again. What went in first comes out first, as TCP has it.
 */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export interface Quality {
  /** How long a byte takes one way, in milliseconds. */
  delayMs: number;
  /** By how much that differs at most, up or down. */
  jitterMs: number;
}

/** Bytes on the way in one direction of one connection; a sender of more waits. */
const ON_THE_WAY_MAX = 8 << 20;

export class BadLink {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly proxy: Server,
    private readonly quality: Quality,
    private readonly chance: () => number,
  ) {}

  /** Opens a link to a port of this machine. */
  static async open(port: number, quality: Quality, seed: number): Promise<BadLink> {
    const proxy = createServer({ allowHalfOpen: true });
    const link = new BadLink(proxy, quality, chanceFrom(seed));
    proxy.on("connection", (near) => {
      const far = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        link.sockets.add(from);
        from.setNoDelay(true);
        from.once("close", () => {
          link.sockets.delete(from);
          to.destroy();
        });
        from.on("error", () => from.destroy());
        link.carry(from, to);
      }
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    return link;
  }

  get url(): string {
    return `http://localhost:${(this.proxy.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.proxy.close();
    for (const socket of this.sockets) socket.destroy();
    if (this.proxy.listening) await once(this.proxy, "close");
  }

  private carry(from: Socket, to: Socket): void {
    const { delayMs, jitterMs } = this.quality;
    const coming: { due: number; act: () => void }[] = [];
    let onTheWay = 0;
    let lastDue = 0;
    const arrive = () => {
      while (coming[0] !== undefined && coming[0].due <= performance.now()) coming.shift()?.act();
      if (coming[0] !== undefined) setTimeout(arrive, coming[0].due - performance.now());
    };
    const send = (act: () => void) => {
      const waitMs = Math.max(0, delayMs + jitterMs * (2 * this.chance() - 1));
      lastDue = Math.max(lastDue, performance.now() + waitMs);
      coming.push({ due: lastDue, act });
      if (coming.length === 1) setTimeout(arrive, waitMs);
    };
    const goOn = () => {
      if (onTheWay <= ON_THE_WAY_MAX && !to.writableNeedDrain) from.resume();
    };
    to.on("drain", goOn);
    from.on("data", (bytes) => {
      onTheWay += bytes.length;
      if (onTheWay > ON_THE_WAY_MAX) from.pause();
      send(() => {
        onTheWay -= bytes.length;
        if (to.writable && !to.write(bytes)) from.pause();
        else goOn();
      });
    });
    from.once("end", () => send(() => to.end()));
  }
}

/** Numbers from 0 to 1 that look like chance and are the same for the same seed (mulberry32). */
export function chanceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
