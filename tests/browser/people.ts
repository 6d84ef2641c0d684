/**
 * People at their browsers: what a person sees and does on the page, in a person's words.
 *
 * Everything goes through the page as a hand would: clicks, keys, files. Only the film's clock is read from the video
 * element itself, so that tests do not believe what the page says of it.
 */

import { existsSync, readFileSync } from "node:fs";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type CDPSession,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { expect } from "vitest";

export const WAIT_MS = 15_000;
/** The browser of everybody. */
export const executablePath =
  process.env["CHROMIUM"] ??
  ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((it) => existsSync(it)) ??
  "chromium";

const without = ["quic", "component-update", "background-networking", "sync", "gpu"];
/** How it is started. */
export const browserFlags = [
  "--no-sandbox",
  "--no-first-run",
  "--mute-audio",
  ...without.map((it) => `--disable-${it}`),
];

/** A running browser process and everybody who sits at it. */
export class House {
  private readonly people: Person[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly address: string,
  ) {}

  static async open(address: string): Promise<House> {
    return new House(await chromium.launch({ executablePath, headless: true, args: browserFlags }), address);
  }

  /** Somebody with a browser profile of their own. */
  async person(options: BrowserContextOptions = {}): Promise<Person> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    return this.tabIn(context, options.hasTouch ?? false);
  }

  /** A second tab of somebody's browser profile. */
  async tabOf(person: Person): Promise<Person> {
    return this.tabIn(person.page.context(), person.touch);
  }

  private async tabIn(context: BrowserContext, touch: boolean): Promise<Person> {
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    const person = new Person(page, this.address, touch);
    this.people.push(person);
    return person;
  }

  everybody(): readonly Person[] {
    return this.people;
  }

  /** Everybody goes; fails if a page had complained of something that its test did not expect. */
  async empty(): Promise<void> {
    const leaving = this.people.splice(0);
    const complaints = leaving.flatMap((it) => it.complaints());
    for (const context of this.browser.contexts()) await context.close();
    expect(complaints, "what pages complained of").toEqual([]);
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

export interface RoomOptions {
  room?: string;
  password?: string;
  newcomersControl?: boolean;
}

export class Person {
  private readonly heard: string[] = [];
  private readonly expected: RegExp[] = [];

  constructor(
    readonly page: Page,
    private readonly address: string,
    readonly touch: boolean,
  ) {
    page.on("pageerror", (error) => this.heard.push(`uncaught: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.heard.push(`console: ${message.text()} (${message.location().url})`);
    });
  }

  /** Uncaught errors, console errors and broken content security rules, but for those that the test expects. */
  complaints(): string[] {
    return this.heard.filter((line) => !this.expected.some((pattern) => pattern.test(line)));
  }

  /** Names a console error that belongs to what the test does, such as a refused request. */
  expects(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  see(testid: string): Locator {
    return this.page.getByTestId(testid);
  }

  /** A finger's tap or a mouse's click. */
  async press(what: Locator): Promise<void> {
    await (this.touch ? what.tap() : what.click());
  }

  // Doors

  async goHome(): Promise<void> {
    await this.page.goto(this.address);
  }

  /** Makes a room and gives its code. */
  async createRoom(name: string, options: RoomOptions = {}): Promise<string> {
    await this.goHome();
    await this.see("name-input").fill(name);
    if (options.room !== undefined) await (await this.unfolded("room-name-input")).fill(options.room);
    if (options.password !== undefined) await (await this.unfolded("room-password-input")).fill(options.password);
    if (options.newcomersControl) await (await this.unfolded("newcomers-control")).check();
    await this.press(this.see("create-room"));
    await this.inRoom();
    return this.code();
  }

  /** A field of the new room, which is folded away until asked for. */
  private async unfolded(testid: string): Promise<Locator> {
    const field = this.see(testid);
    if (!(await field.isVisible())) await this.press(this.page.locator("summary"));
    return field;
  }

  /** Fills the door in with a code or a link, and knocks, as somebody who was never here before. */
  async knock(name: string, codeOrLink: string): Promise<void> {
    if (codeOrLink.includes("/")) {
      await this.page.goto(codeOrLink);
    } else {
      await this.goHome();
      await this.see("join-code").fill(codeOrLink);
    }
    await this.see("name-input").fill(name);
    await this.press(this.see("join-room"));
  }

  /** Joins by a code or a link. */
  async join(name: string, codeOrLink: string): Promise<void> {
    await this.knock(name, codeOrLink);
    await this.inRoom();
  }

  async inRoom(): Promise<void> {
    await this.see("room-code").waitFor();
    await this.connected();
  }

  async connected(timeout = WAIT_MS): Promise<void> {
    await expect.poll(() => this.see("connection").textContent(), { timeout }).toMatch(/connected/i);
  }

  async code(): Promise<string> {
    const text = (await this.see("room-code").textContent()) ?? "";
    const code = /[A-Z0-9]{4,}/.exec(text)?.[0];
    if (!code) throw new Error(`no code in “${text}”`);
    return code;
  }

  /** The link that this person would send. */
  link(): string {
    return this.page.url();
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  // People and chat

  async openTab(name: "Chat" | "People" | "Films"): Promise<void> {
    await this.press(this.page.getByRole("tab", { name }));
  }

  /** The row of a member, by name. */
  member(name: string): Locator {
    return this.see("member").filter({ hasText: name });
  }

  /** Names in the list of people, in order. */
  async members(): Promise<string[]> {
    await this.openTab("People");
    return this.see("member").allInnerTexts();
  }

  /** Waits until so many are in the room. */
  async sees(viewers: number): Promise<void> {
    await expect.poll(async () => Number(/\d+/.exec(await this.see("viewer-count").innerText())?.[0])).toBe(viewers);
  }

  /** Whether a member wears the host's badge. */
  async isHost(name: string): Promise<boolean> {
    await this.openTab("People");
    return this.member(name)
      .getByText(/^host$/i)
      .isVisible();
  }

  async makeHost(name: string): Promise<void> {
    await this.openTab("People");
    await this.press(this.member(name).getByRole("button", { name: /make .*host/i }));
  }

  async say(text: string): Promise<void> {
    await this.openTab("Chat");
    await this.see("chat-input").fill(text);
    await this.press(this.see("chat-send"));
  }

  /** Waits until the log shows a line. */
  async hears(text: string | RegExp): Promise<void> {
    await this.openTab("Chat");
    await this.see("chat-log").getByText(text).last().waitFor();
  }

  // Films

  async upload(file: string | ChosenFile | ChosenFile[]): Promise<void> {
    await this.see("upload-input").setInputFiles(file);
  }

  /** Presses something that asks for a file, and chooses this one. */
  async chooses(what: Locator, file: string): Promise<void> {
    const asked = this.page.waitForEvent("filechooser");
    await this.press(what);
    await (await asked).setFiles(file);
  }

  /** Lets this person's browser send no more than so many bytes a second, until the session is detached. */
  async slowUpload(bytesASecond: number): Promise<CDPSession> {
    return this.slowed({ downloadThroughput: -1, uploadThroughput: bytesASecond });
  }

  /** Lets it receive no more than so many. */
  async slowDownload(bytesASecond: number): Promise<CDPSession> {
    return this.slowed({ downloadThroughput: bytesASecond, uploadThroughput: -1 });
  }

  private async slowed(speed: { downloadThroughput: number; uploadThroughput: number }): Promise<CDPSession> {
    const network = await this.page.context().newCDPSession(this.page);
    await network.send("Network.enable");
    await network.send("Network.emulateNetworkConditions", { offline: false, latency: 0, ...speed });
    return network;
  }

  /** How much of the first upload is here, in percent, as this person sees it. */
  async uploaded(): Promise<number> {
    const bar = this.see("upload-progress").first();
    return Number((await bar.count()) === 0 ? Number.NaN : await bar.getAttribute("aria-valuenow"));
  }

  film(title: string): Locator {
    return this.see("film").filter({ hasText: title });
  }

  async pickFilm(title: string): Promise<void> {
    await this.openTab("Films");
    await this.press(this.film(title));
  }

  /** Waits until the film is there and can be shown from where it stands. */
  async hasFilm(): Promise<void> {
    await this.page.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) >= 2, undefined, {
      timeout: WAIT_MS,
    });
  }

  // The player

  /** Brings the controls up, as a moving mouse or a first tap does. */
  async wake(): Promise<void> {
    const box = await this.page.locator("video").boundingBox();
    if (!box) return;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 4];
    if (this.touch) return this.page.touchscreen.tap(x, y);
    await this.page.mouse.move(x, y);
    await this.page.mouse.move(x + 5, y + 5);
  }

  async play(): Promise<void> {
    await this.wake();
    await this.see("play-toggle")
      .and(this.page.getByLabel("Play", { exact: true }))
      .click();
  }

  async pause(): Promise<void> {
    await this.wake();
    await this.see("play-toggle")
      .and(this.page.getByLabel("Pause", { exact: true }))
      .click();
  }

  /** Clicks on the seek bar where a second of the film is. */
  async seekTo(seconds: number): Promise<void> {
    await this.wake();
    const bar = this.see("seek");
    // How long a film is may come after the film itself.
    await expect.poll(async () => Number(await bar.getAttribute("max")), { timeout: WAIT_MS }).toBeGreaterThan(0);
    const box = await bar.boundingBox();
    const length = Number(await bar.getAttribute("max"));
    if (!box) throw new Error("there is nothing to seek in");
    await bar.click({ position: { x: (box.width * seconds) / length, y: box.height / 2 } });
  }

  /** Opens the choice of subtitles and sound. */
  async openTracks(): Promise<void> {
    await this.wake();
    await this.press(this.see("tracks"));
    await this.see("subtitle-tracks").waitFor();
  }

  async closeTracks(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.see("subtitle-tracks").waitFor({ state: "detached" });
  }

  /** A row of the open choice, by what it is called. */
  track(of: "subtitle-tracks" | "sound", name: string | RegExp): Locator {
    return this.see(of).getByRole("radio", { name });
  }

  /** What there is to choose from. */
  async tracks(of: "subtitle-tracks" | "sound"): Promise<string[]> {
    return this.see(of).locator("label").allInnerTexts();
  }

  /** What the subtitles say now. */
  async reads(): Promise<string> {
    return (await this.page.locator('[data-testid="subtitles"] p').allInnerTexts()).join(" / ");
  }

  async setRate(rate: "0.5" | "0.75" | "1" | "1.25" | "1.5" | "2"): Promise<void> {
    await this.wake();
    await this.see("rate").selectOption(rate);
  }

  /** The film's own position, in seconds. */
  async mediaTime(): Promise<number> {
    return this.page.evaluate(() => document.querySelector("video")?.currentTime ?? Number.NaN);
  }

  /** Waits until the film has moved on by half a second. */
  async watches(): Promise<void> {
    const from = await this.mediaTime();
    await this.page.waitForFunction(
      (since) => {
        const video = document.querySelector("video");
        return video !== null && !video.paused && Math.abs(video.currentTime - since) > 0.5;
      },
      from,
      { timeout: WAIT_MS },
    );
  }

  /** Waits until the film stands still, and gives its position in seconds. */
  async stands(): Promise<number> {
    await this.page.waitForFunction(() => document.querySelector("video")?.paused, undefined, { timeout: WAIT_MS });
    return this.mediaTime();
  }

  /** Samples the film's clock at each frame for a while. */
  async clock(during: number): Promise<Sample[]> {
    return this.page.evaluate(async (ms) => {
      const samples: Array<{ at: number; position: number }> = [];
      const end = performance.now() + ms;
      while (performance.now() < end) {
        await new Promise(requestAnimationFrame);
        const position = document.querySelector("video")?.currentTime;
        if (position !== undefined) samples.push({ at: performance.timeOrigin + performance.now(), position });
      }
      return samples;
    }, during);
  }
}

/** A file as a person would choose it. */
export interface ChosenFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** A film of the test folder under a name of its own, as a person would choose it from a disk. */
export function onDisk(path: string, name: string): ChosenFile {
  return { name, mimeType: name.endsWith(".webm") ? "video/webm" : "video/mp4", buffer: readFileSync(path) };
}

/** Where a film was at a moment of the wall clock: milliseconds since 1970, and seconds into the film. */
export interface Sample {
  at: number;
  position: number;
}
