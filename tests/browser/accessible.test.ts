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
      // A colour that was on its way before motion was reduced is none that anybody reads by.
      for (const it of document.getAnimations()) if (it instanceof CSSTransition) it.finish();
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
  await ana.play();
  await ana.press(ana.see("open-in-step"));
  await expect.poll(() => ana.see("verdict").innerText(), { timeout: 20_000 }).toMatch(/within|ahead|behind/);
  await look("how far off everybody is");
  await ana.page.keyboard.press("Escape");
  await ana.openTab("Films");
  await ana.film("The General").waitFor();
  await look("films");

  const guest = await examined(options);
  await guest.page.goto(ana.link());
  await guest.see("join-room").waitFor();
  views["the door"] = await faults(guest);
  expect(Object.entries(views).filter(([, found]) => found.length > 0)).toEqual([]);
});

test.each([
  ["on a desktop", {}],
  ["on a phone", PHONE],
])("every view of a room with company, and of those who are kept out, %s", { timeout: 240_000 }, async (_, options) => {
  const [ana, ben] = [await examined(options), await examined(options)];
  const cleo = await examined(options);
  const views: Record<string, string[]> = {};
  const look = async (person: Person, view: string): Promise<void> => {
    views[view] = [...(views[view] ?? []), ...(await faults(person))];
  };
  const about = async (name: string, choice: string | RegExp): Promise<void> => {
    await ana.openTab("People");
    await ana.press(ana.page.getByRole("button", { name: `More about ${name}` }));
    await look(ana, `what may be done about ${name}`);
    await ana.press(ana.see("manage").getByRole("button", { name: choice }));
  };

  await ana.createRoom("Ana");
  for (const [name, guest] of Object.entries({ Ben: ben, Cleo: cleo })) await guest.join(name, ana.link());
  await ana.upload([onDisk(film("short"), "Film A.mp4"), onDisk(film("short"), "Film B.mp4")]);
  await Promise.all([ana, ben].map((it) => it.hasFilm()));
  await ana.openTab("Films");
  await ana.press(ana.page.getByRole("button", { name: "Add Film B to the queue" }));
  await ana.see("queue-entry").first().waitFor();
  await look(ana, "the queue of who controls it");
  await ben.openTab("Films");
  await look(ben, "the queue of a guest");
  await ana.press(ana.see("ready-ask"));
  await ben.see("ready-check").waitFor();
  await look(ana, "the question whether all are ready, of who asks");
  await look(ben, "the question whether all are ready, of who is asked");
  await ana.press(ana.see("ready-cancel"));
  await ben.press(ben.see("settings"));
  await look(ben, "the settings of a guest");
  await ben.page.keyboard.press("Escape");

  await ana.makeHost("Ben");
  await ana.page.getByRole("button", { name: "Remove as host: Ben" }).waitFor();
  await look(ana, "people whom a host leads");
  await about("Ben", "Mute for 10 minutes");
  await ben.openTab("Chat");
  await ben.page.getByPlaceholder("A host has muted you").waitFor();
  await look(ben, "the chat of who is muted");
  await about("Ben", /Put out/);
  await ben.page.getByRole("heading", { name: "You were put out" }).waitFor();
  await look(ben, "the page of who is put out");
  await about("Cleo", "Ban…");
  await look(ana, "what a ban means");
  await ana.press(ana.see("ban-confirm"));
  await cleo.page.getByRole("heading", { name: "You cannot come in here" }).waitFor();
  await look(cleo, "the page of who is banned");
  await ana.press(ana.see("settings"));
  await ana.see("bans").waitFor();
  await look(ana, "who is banned");
  expect(Object.entries(views).filter(([, found]) => found.length > 0)).toEqual([]);
});

test("a change of the theme leaves no colour of the other one", async () => {
  const ana = await set.house.person();
  await ana.createRoom("Ana");
  await ana.page.emulateMedia({ colorScheme: "light" });
  const before = await colours(ana);
  await ana.page.emulateMedia({ colorScheme: "dark" });
  const changed = await colours(ana);
  await ana.page.reload();
  await ana.inRoom();
  expect(changed).toEqual(await colours(ana));
  expect(changed).not.toEqual(before);
});

/** What the controls are painted with, once nothing moves any more. */
async function colours(person: Person): Promise<string[]> {
  return person.page.evaluate(async () => {
    await Promise.all(document.getAnimations().map((it) => it.finished));
    return [...document.querySelectorAll("button, input, select, a")].map((it) => {
      const { color, backgroundColor, borderTopColor } = getComputedStyle(it);
      return `${it.getAttribute("aria-label") ?? it.textContent}: ${color} on ${backgroundColor} in ${borderTopColor}`;
    });
  });
}
