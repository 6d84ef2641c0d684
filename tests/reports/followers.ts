/**
 * Clients of other systems: a bare player in a browser, steered by the rule that its system's own client goes by. Each
 * rule is told at the head of its page.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Page } from "playwright-core";
import { Person } from "../browser/people.ts";

const players = {
  StreamGo: "reports/players/streamgo.html",
  VideoSync: "browser/videosync-player.html",
  Goblet: "reports/players/goblet.html",
};
export type System = keyof typeof players;

const ENTERS_WITHIN_MS = 60_000;

const tests = path.resolve(import.meta.dirname, "..");
const socketIo = path.join(
  path.dirname(createRequire(import.meta.url).resolve("socket.io-client/package.json")),
  "dist/socket.io.min.js",
);

/** Somebody with such a player. What they do with it is done to the film itself, as by its own controls. */
export class Follower extends Person {
  constructor(
    page: Page,
    private readonly server: string,
    readonly system: System,
  ) {
    super(page, server, false);
  }

  /** Comes into a room by its code, or makes one; gives the code. */
  async enter(code?: string): Promise<string> {
    const query = new URLSearchParams({ server: this.server, newer: "" });
    if (code !== undefined) query.set("key", code);
    await this.page.addInitScript({ path: socketIo });
    // In place of a page of the server's: its cookie is for these alone, and browsers let no page that came from nowhere
    // reach servers on this machine.
    await this.page.goto(`${this.server}/health?${query}`);
    await this.page.setContent(readFileSync(path.join(tests, players[this.system]), "utf8"));
    const entered = this.page.locator("body[data-key]");
    await entered.waitFor({ timeout: ENTERS_WITHIN_MS });
    return (await entered.getAttribute("data-key")) ?? "";
  }

  override async play(): Promise<void> {
    await this.page.evaluate(() => document.querySelector("video")?.play());
  }

  override async pause(): Promise<void> {
    await this.page.evaluate(() => document.querySelector("video")?.pause());
  }

  override async seekTo(seconds: number): Promise<void> {
    await this.page.evaluate(
      (to) => Object.assign(document.querySelector("video") ?? {}, { currentTime: to }),
      seconds,
    );
  }
}
