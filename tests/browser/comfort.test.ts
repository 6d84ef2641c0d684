/** What makes an evening pleasant: the film's width, the whole screen, a screen that stays on, links to press. */

import { expect, test } from "vitest";
import { film } from "./films.ts";
import { onDisk, type Person } from "./people.ts";
import { company, stage } from "./stage.ts";

const set = stage();
const IPHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const filmBox = async (person: Person) => {
  const box = await person.page.locator("video").boundingBox();
  if (box === null) throw new Error("no film is seen");
  return box;
};

test("in the theatre the film has the whole width, and keeps it", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await ana.hasFilm();
  expect((await filmBox(ana)).width).toBeLessThan(1000);
  await ana.page.keyboard.press("t");
  await expect.poll(async () => (await filmBox(ana)).width).toBe(1280);
  // The chat is below, and nothing stands out at the side.
  const chat = await ana.see("chat-log").boundingBox();
  const { y, height } = await filmBox(ana);
  expect(chat?.y).toBeGreaterThan(y + height);
  expect(await ana.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await ana.page.keyboard.press("c");
  await ana.see("chat-input").and(ana.page.locator(":focus")).waitFor();
  await ana.page.keyboard.type("kt? from below");
  await ana.page.keyboard.press("Enter");
  await ana.hears("kt? from below");
  expect((await filmBox(ana)).width).toBe(1280);

  await ana.page.getByRole("button", { name: "Hide the side panel" }).click();
  await ana.see("chat-log").waitFor({ state: "hidden" });
  expect((await filmBox(ana)).width).toBe(1280);
  await ana.page.reload();
  await ana.hasFilm();
  expect((await filmBox(ana)).width).toBe(1280);

  // A phone held upright is as it was.
  await ana.page.setViewportSize(IPHONE.viewport);
  await expect.poll(async () => (await filmBox(ana)).width).toBe(390);
  expect(await ana.see("chat-log").isVisible()).toBe(true);
  expect(await ana.see("theatre").isVisible()).toBe(false);
  await ana.page.setViewportSize({ width: 1280, height: 800 });
  await ana.wake();
  await ana.see("theatre").click();
  await expect.poll(async () => (await filmBox(ana)).width).toBeLessThan(1280);
});

test("the whole screen comes and goes by the keyboard", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await ana.hasFilm();
  const whole = () => ana.page.evaluate(() => document.fullscreenElement !== null);
  await ana.page.keyboard.press("f");
  await expect.poll(whole).toBe(true);
  await ana.page.keyboard.press("f");
  await expect.poll(whole).toBe(false);
  const button = ana.page.getByRole("button", { name: "Full screen" });
  await button.focus();
  await ana.page.keyboard.press("Enter");
  await expect.poll(whole).toBe(true);
});

test("picture in picture comes and goes by the keyboard", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await ana.hasFilm();
  const apart = () => ana.page.evaluate(() => document.pictureInPictureElement !== null);
  await ana.page.getByRole("button", { name: "Picture in picture" }).focus();
  await ana.page.keyboard.press("Enter");
  await expect.poll(apart).toBe(true);
  await ana.page.keyboard.press("Enter");
  await expect.poll(apart).toBe(false);
});

test("an iPhone, which shows nothing whole but its own player, gets that", async () => {
  const ana = await set.house.person(IPHONE);
  await ana.page.addInitScript(() => {
    for (const [on, names] of [
      [Document.prototype, ["fullscreenElement", "exitFullscreen", "fullscreenEnabled", "pictureInPictureEnabled"]],
      [Element.prototype, ["requestFullscreen"]],
    ] as const) {
      for (const name of names) delete (on as unknown as Record<string, unknown>)[name];
    }
    const player = { value: () => document.documentElement.setAttribute("data-own-player", "") };
    Object.defineProperty(HTMLVideoElement.prototype, "webkitEnterFullscreen", player);
  });
  await ana.createRoom("Ana");
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await ana.hasFilm();
  // It is no whole screen before somebody asks for it.
  expect(await ana.see("room-code").isVisible()).toBe(true);
  expect(await ana.page.getByRole("button", { name: "Picture in picture" }).count()).toBe(0);
  await ana.wake();
  await ana.press(ana.page.getByRole("button", { name: "Full screen" }));
  await expect.poll(() => ana.page.locator("html").getAttribute("data-own-player")).toBe("");
});

test("the screen stays on while the film plays, and the system shows it", async () => {
  const ana = await set.house.person();
  await ana.page.addInitScript(() => {
    const held = new Set<EventTarget>();
    const request = async () => {
      const lock = Object.assign(new EventTarget(), { release: async () => void held.delete(lock) });
      held.add(lock);
      return lock;
    };
    Object.defineProperty(navigator, "wakeLock", { value: { request } });
    Object.defineProperty(globalThis, "locksHeld", { get: () => held.size });
  });
  const locks = () => ana.page.evaluate(() => (globalThis as unknown as { locksHeld: number }).locksHeld);
  const system = () =>
    ana.page.evaluate(() => {
      const { metadata, playbackState } = navigator.mediaSession;
      return [metadata?.title, metadata?.artist, playbackState];
    });
  await ana.createRoom("Ana", { room: "Friday films" });
  expect(await system()).toEqual([undefined, undefined, "none"]);
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await ana.hasFilm();
  expect(await locks()).toBe(0);
  await expect.poll(system).toEqual(["The General", "Friday films", "paused"]);
  await ana.play();
  await ana.watches();
  await expect.poll(locks).toBe(1);
  expect(await system()).toEqual(["The General", "Friday films", "playing"]);
  await ana.pause();
  await ana.stands();
  await expect.poll(locks).toBe(0);
});

test("a link in the chat opens in a new tab, which learns nothing of the room", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const elsewhere = `${set.server.url}/api/openapi.json`;
  await ana.say(`see (${elsewhere}), not javascript:alert(1) or <b>this</b>`);
  await ben.hears("not javascript:alert(1) or <b>this</b>");
  const links = ben.see("chat-log").getByRole("link");
  expect(await links.allInnerTexts()).toEqual([elsewhere]);
  expect(await links.getAttribute("rel")).toBe("noopener noreferrer nofollow");
  const opened = ben.page.waitForEvent("popup");
  await links.click();
  const tab = await opened;
  await tab.waitForURL(elsewhere);
  expect(await tab.evaluate(() => [globalThis.opener, document.referrer])).toEqual([null, ""]);
  await ben.sees(2);
});
