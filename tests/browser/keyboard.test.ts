/** A whole evening without a mouse; and keys that are typed play nothing. */

import { expect, test } from "vitest";
import { film } from "./films.ts";
import { onDisk, type Person } from "./people.ts";
import { stage } from "./stage.ts";

const set = stage();
/** More stops than any view has. */
const STOPS_MAX = 60;

/** Goes on by Tab until something is focused, which is seen to be. */
async function tabTo(person: Person, what: string): Promise<void> {
  const wanted = person.page.locator(what);
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    const there = await wanted.evaluateAll((found) => found.some((it) => it === document.activeElement));
    if (there) {
      const seen = await wanted.evaluateAll((found) => {
        const style = found.map((it) => getComputedStyle(it)).find((_, at) => found[at] === document.activeElement);
        return style !== undefined && style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0;
      });
      expect(seen, `the focus on ${what} is seen`).toBe(true);
      return;
    }
    await person.page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not come to ${what}`);
}

test("an evening by the keyboard alone", { timeout: 120_000 }, async () => {
  const ana = await set.house.person();
  const { keyboard } = ana.page;
  await ana.goHome();
  await tabTo(ana, "[data-testid=name-input]");
  await keyboard.type("Ana");
  await keyboard.press("Enter");
  await ana.inRoom();

  await tabTo(ana, "[data-testid=invite]");
  await keyboard.press("Enter");
  await ana.see("invite-link").waitFor();
  await tabTo(ana, "[data-testid=invite-link]");
  await keyboard.press("Escape");
  await ana.see("invite-link").waitFor({ state: "hidden" });
  // The focus is back where it was.
  expect(await ana.see("invite").evaluate((button) => button === document.activeElement)).toBe(true);

  await keyboard.press("c");
  await expect.poll(() => ana.see("chat-input").evaluate((field) => field === document.activeElement)).toBe(true);
  await keyboard.type("k m f j l t c ?");
  await keyboard.press("Enter");
  await ana.see("chat-log").getByText("k m f j l t c ?").waitFor();
  await keyboard.press("Escape");

  // A file is chosen in a window of the system: it comes another way here.
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await ana.hasFilm();
  set.server.addToLibrary(film("webm"), "Steamboat Bill.webm");
  const films = ana.page.getByRole("tab", { name: "Films" });
  await tabTo(ana, "[role=tab][aria-selected=true]");
  await keyboard.press("ArrowLeft");
  expect(await films.getAttribute("aria-selected")).toBe("true");
  await tabTo(ana, "[data-testid=rescan]");
  await keyboard.press("Space");
  await ana.film("Steamboat Bill").waitFor();
  await tabTo(ana, "[data-testid=film]:has-text('Steamboat Bill')");
  await keyboard.press("Enter");
  await ana.page.getByRole("heading", { name: "Steamboat Bill" }).waitFor();
  await ana.page.waitForFunction(() => document.querySelector("video")?.currentSrc.includes("Steamboat"));
  await ana.hasFilm();

  await keyboard.press("k");
  await ana.watches();
  await keyboard.press("k");
  const stood = await ana.stands();
  await keyboard.press("l");
  await expect.poll(() => ana.mediaTime()).toBeGreaterThan(stood + 9);
  await tabTo(ana, "[data-testid=seek]");
  await keyboard.press("Home");
  await expect.poll(() => ana.mediaTime()).toBeLessThan(0.5);
  await tabTo(ana, "[data-testid=play-toggle]");
  await keyboard.press("Space");
  await ana.watches();

  await tabTo(ana, "[data-testid=settings]");
  await keyboard.press("Enter");
  await tabTo(ana, "[data-testid=leave-room]");
  await keyboard.press("Space");
  await ana.see("create-room").waitFor();
});

test("typing plays nothing: in fields, in lists, with an input method, in dialogs", async () => {
  const ana = await set.house.person();
  await ana.createRoom("Ana");
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await ana.hasFilm();
  const { keyboard } = ana.page;
  const types = async () => {
    for (const key of ["k", "m", "f", "t", "l", " "]) await keyboard.press(key);
  };

  await ana.see("chat-input").focus();
  await types();
  const inside = await ana.page.context().newCDPSession(ana.page);
  await inside.send("Input.imeSetComposition", { text: "kmf", selectionStart: 3, selectionEnd: 3 });
  await inside.send("Input.insertText", { text: "ｋｍｆ" });
  expect(await ana.see("chat-input").inputValue()).toContain("ｋｍｆ");
  await ana.see("settings").click();
  await ana.see("language").focus();
  await keyboard.press("k");
  await keyboard.press("m");
  // Into the dialog where nothing can be focused.
  await ana.page.getByRole("heading", { name: "Settings" }).click();
  for (const key of ["k", "m", "f", "t", "l"]) await keyboard.press(key);
  await keyboard.press("Escape");

  await ana.see("rate").focus();
  for (const key of ["k", "m", "f", "t", "l"]) await keyboard.press(key);
  expect(await ana.mediaTime()).toBe(0);
  expect(await ana.page.locator("video").evaluate((video) => (video as HTMLVideoElement).paused)).toBe(true);
  expect(await ana.page.locator("video").evaluate((video) => (video as HTMLVideoElement).muted)).toBe(false);
  expect(await ana.page.evaluate(() => document.fullscreenElement)).toBeNull();
  expect(await ana.see("theatre").getAttribute("aria-pressed")).toBe("false");
});
