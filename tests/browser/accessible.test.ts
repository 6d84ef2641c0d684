/** No view of the page keeps anybody out: axe finds no serious fault, in both themes and both languages. */

import { createRequire } from "node:module";
import axe from "axe-core";
import { expect, test } from "vitest";
import { film } from "./films.ts";
import { onDisk, type Person } from "./people.ts";
import { stage } from "./stage.ts";

const set = stage();
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Faults of a view in both themes, each with the elements that have it. */
async function faults(person: Person): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await person.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await person.page.evaluate(async () => {
      const { axe: here } = globalThis as unknown as { axe: typeof axe };
      return here.run(document, { resultTypes: ["violations"] });
    });
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    for (const { id, nodes } of grave) {
      found.push(...nodes.map(({ html, failureSummary }) => `${colorScheme} ${id}: ${html}\n${failureSummary}`));
    }
  }
  return found;
}

/** Has axe in the page. The page's own rules forbid strange scripts, so it comes before them. */
async function examined(options: Parameters<typeof set.house.person>[0]): Promise<Person> {
  const person = await set.house.person(options);
  await person.page.addInitScript({ path: AXE });
  return person;
}

test.each([
  ["on a desktop", {}],
  ["on a phone", PHONE],
])("every view %s", { timeout: 240_000 }, async (_, options) => {
  const ana = await examined(options);
  const views: Record<string, string[]> = {};
  const look = async (view: string): Promise<void> => {
    views[view] = await faults(ana);
  };

  await ana.goHome();
  await ana.press(ana.page.locator("summary"));
  await look("home");
  await ana.createRoom("Ana", { room: "Friday films" });
  await ana.say("hello https://example.org");
  await ana.hears("hello");
  await look("a room without a film");
  await ana.press(ana.see("invite"));
  await look("the invitation");
  await ana.page.keyboard.press("Escape");
  await ana.press(ana.see("settings"));
  await look("the settings");
  await ana.page.keyboard.press("Escape");
  await ana.page.keyboard.press("?");
  await ana.page.getByRole("dialog").waitFor();
  await look("the keys");
  await ana.page.keyboard.press("Escape");
  await ana.press(ana.see("connection"));
  await look("the connection");
  await ana.page.keyboard.press("Escape");

  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await ana.hasFilm();
  await ana.wake();
  await look("a room with a film");
  await ana.openTracks();
  const words = "1\n00:00:00,000 --> 00:00:50,000\nLook, it rains.\n";
  const file = { name: "rain.en.srt", mimeType: "application/x-subrip", buffer: Buffer.from(words) };
  await ana.see("subtitle-input").setInputFiles(file);
  await expect.poll(() => ana.reads()).toBe("Look, it rains.");
  await look("subtitles and sound");
  await ana.closeTracks();
  await ana.openTab("People");
  await look("people");
  await ana.openTab("Films");
  await ana.film("The General").waitFor();
  await look("films");

  const guest = await examined(options);
  await guest.page.goto(ana.link());
  await guest.see("join-room").waitFor();
  views["the door"] = await faults(guest);
  expect(Object.entries(views).filter(([, found]) => found.length > 0)).toEqual([]);
});
