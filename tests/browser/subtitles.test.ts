/** Subtitles, sounds, pictures and chapters: what belongs to a film beside its picture, each viewer's own choice. */

import path from "node:path";
import { expect, test } from "vitest";
import { artifacts } from "./artifacts.ts";
import { film, type FilmName } from "./films.ts";
import type { ChosenFile, Person } from "./people.ts";
import { company, stage } from "./stage.ts";

const set = stage();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
/** Reading subtitles from a film and making pictures of it takes a moment, on a busy machine a longer one. */
const MADE_MS = 40_000;

async function putOn(host: Person, name: FilmName, file: string): Promise<void> {
  set.server.addToLibrary(film(name), file);
  const title = path.parse(file).name;
  await host.openTab("Films");
  await host.see("rescan").click();
  await host.film(title).waitFor();
  await host.pickFilm(title);
  await host.hasFilm();
}

/** Waits until a track can be chosen, and chooses it. */
async function choose(person: Person, of: "subtitle-tracks" | "sound", name: string | RegExp): Promise<void> {
  await person.openTracks();
  const track = person.track(of, name);
  await track.waitFor({ timeout: MADE_MS });
  await (person.touch ? track.locator("..").tap() : track.check());
  await person.closeTracks();
}

async function reads(person: Person, words: string): Promise<void> {
  await expect.poll(() => person.reads(), { timeout: MADE_MS }).toBe(words);
}

/** Sends everybody to about that second, and waits until it is seen: it may have to be made first. */
async function goTo(seconds: number, host: Person, ...others: Person[]): Promise<void> {
  await host.seekTo(seconds);
  for (const person of [host, ...others]) {
    await expect
      .poll(async () => Math.abs((await person.mediaTime()) - seconds), { timeout: MADE_MS })
      .toBeLessThan(1.5);
  }
}

/** Points at the middle of the seek bar, until its picture comes. What is being made moves the bar at times. */
async function pointsAtTheMiddle(person: Person): Promise<void> {
  const bar = person.see("seek");
  const look = async (): Promise<boolean> => {
    await person.wake();
    const { width, height } = (await bar.boundingBox()) ?? { width: 0, height: 0 };
    await bar.hover({ position: { x: width / 2, y: height / 2 }, force: true });
    return person.see("seek-picture").isVisible();
  };
  await expect.poll(look, { timeout: MADE_MS, interval: 500 }).toBe(true);
}

/** How the server answered for the sheets of small pictures. */
function sheets(person: Person): Promise<number[]> {
  return person.page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ name }) => /storyboard-\d+\.jpg$/.test(name))
      .map((entry) => (entry as PerformanceResourceTiming).responseStatus),
  );
}

/** Cyrillic as Windows wrote it. */
function windows1251(text: string): Buffer {
  return Buffer.from([...text].map((it) => (/[А-я]/.test(it) ? it.charCodeAt(0) - 0x410 + 0xc0 : it.charCodeAt(0))));
}

function subtitleFile(name: string, buffer: Buffer): ChosenFile {
  return { name, mimeType: "application/x-subrip", buffer };
}

async function picture(person: Person, name: string): Promise<void> {
  await person.page.screenshot({ path: path.join(artifacts, `subtitles-${name}.png`) });
}

test("each reads their own subtitles, as early or late as they like, also after a reload", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  await putOn(ana, "subtitled", "Two Tongues.mkv");
  await ben.hasFilm();
  await choose(ana, "subtitle-tracks", "English");
  await choose(ben, "subtitle-tracks", "German");
  await goTo(12, ana, ben);
  await reads(ana, "English 2");
  await reads(ben, "Deutsch 2");

  for (let presses = 0; presses < 5; presses++) await ana.page.keyboard.press("h");
  await ana.openTracks();
  for (let presses = 0; presses < 9; presses++) await ana.page.getByRole("button", { name: "0.5 s later" }).click();
  expect(await ana.see("subtitle-delay").innerText()).toBe("+5 s");
  await reads(ana, "English 1");
  await reads(ben, "Deutsch 2");
  await picture(ana, "menu");
  await ana.closeTracks();
  await ana.page.reload();
  await ana.inRoom();
  await ana.hasFilm();
  await reads(ana, "English 1");
  await ana.page.keyboard.press("v");
  await reads(ana, "");
  await ana.page.keyboard.press("v");
  await reads(ana, "English 1");
});

test("of a plain MP4 with two sounds each hears theirs, and its subtitles are chosen as last time", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const heard = new Map([ana, ben].map((person) => [person, new Set<string>()]));
  for (const [person, tracks] of heard) {
    person.page.on("request", (request) => {
      const track = /sound(\d)-\d+\.m4s/.exec(request.url())?.[1];
      if (track !== undefined) tracks.add(track);
    });
  }
  await putOn(ana, "bilingual", "Both Ways.mp4");
  await ben.hasFilm();
  await choose(ana, "sound", "German");
  await choose(ben, "subtitle-tracks", "German");
  await ana.play();
  await Promise.all([ana, ben].map((it) => it.watches()));
  await ana.pause();
  await goTo(12, ana, ben);
  await reads(ben, "Deutsch 2");
  await reads(ana, "");
  expect(heard.get(ana)).toContain("1");
  expect([...(heard.get(ben) ?? [])]).toEqual(["0"]);

  await putOn(ana, "subtitled", "Another Film.mkv");
  await goTo(7, ana, ben);
  await reads(ben, "Deutsch 1");
  await reads(ana, "");
});

test("a file of subtitles is added for all, shown to who brought it, and removed", async () => {
  const [ana, ben, cleo] = (await company(set.house, ["Ana", "Ben", "Cleo"])) as [Person, Person, Person];
  await putOn(ana, "mp4", "Silent.mp4");
  await Promise.all([ben, cleo].map((it) => it.hasFilm()));
  await ben.openTracks();
  await ben.page.getByText("This film has no subtitles.").waitFor({ timeout: MADE_MS });
  expect(await ben.see("add-subtitles").count(), "guests add none").toBe(0);

  const words = "Здравствуйте дорогие друзья";
  const russian = windows1251(`1\n00:00:00,000 --> 00:00:50,000\n${words}\n`);
  await ana.openTracks();
  await ana.see("subtitle-input").setInputFiles(subtitleFile("Silent.ru.srt", russian));
  await reads(ana, words);
  await ana.closeTracks();
  await ben.track("subtitle-tracks", /^Russian/).waitFor();
  await expect.poll(() => ben.track("subtitle-tracks", "Off").isChecked()).toBe(true);
  await reads(ben, "");
  await ben.track("subtitle-tracks", /^Russian/).check();
  await reads(ben, words);

  ana.expects(/status of 4\d\d/);
  await ana.see("subtitle-input").setInputFiles(subtitleFile("Nothing.srt", Buffer.from("This is no subtitle.")));
  await ana.page
    .locator(".toasts")
    .getByText(/subtitles/i)
    .waitFor();
  await reads(ana, words);

  await ana.openTracks();
  await ana.page.getByRole("button", { name: /Remove the subtitles Russian/ }).click();
  await reads(ben, "");
  await expect.poll(() => ana.tracks("subtitle-tracks")).toEqual(["Off"]);
});

test("subtitles that are dropped into the room are no film", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await putOn(ana, "mp4", "Dropped.mp4");
  const dropped = await ana.page.evaluateHandle(() => {
    const data = new DataTransfer();
    const text = "1\n00:00:00,000 --> 00:00:50,000\nLook, it rains.\n";
    data.items.add(new File([text], "Dropped.en.srt"));
    return data;
  });
  for (const type of ["dragover", "drop"]) await ana.page.dispatchEvent("body", type, { dataTransfer: dropped });
  await reads(ana, "Look, it rains.");
  expect(await ana.see("upload-progress").count()).toBe(0);
});

test("the seek bar shows where it leads, and hosts go by chapters", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  await putOn(ana, "subtitled", "In Parts.mkv");
  await ben.hasFilm();
  for (const person of [ana, ben]) {
    await pointsAtTheMiddle(person);
    await expect.poll(() => sheets(person)).toEqual([200]);
    expect(await person.see("seek-hint").innerText()).toMatch(/^0:(29|30|31)\s+Middle$/);
  }
  await picture(ana, "hover");
  await ana.page.keyboard.press(".");
  await expect.poll(() => ben.mediaTime()).toBeCloseTo(20, 0);
  await ana.openTracks();
  await ana.page.getByText("Chapters", { exact: true }).click();
  await ana.see("chapter").filter({ hasText: "End" }).click();
  await expect.poll(() => ben.mediaTime()).toBeCloseTo(40, 0);
});

test("films have pictures in the list, and on the screen before they begin", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await putOn(ana, "mp4", "Pictured.mp4");
  await ana.see("poster").waitFor({ timeout: MADE_MS });
  await expect.poll(() => ana.see("poster").evaluate((it) => (it as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
  await picture(ana, "poster");
  await ana.see("rescan").click();
  await expect.poll(() => ana.film("Pictured").locator("img").count(), { timeout: MADE_MS }).toBe(1);
  await ana.play();
  await ana.watches();
  expect(await ana.see("poster").count()).toBe(0);
});

test("on a phone the choice lies below the film, and the subtitles stay inside it", async () => {
  const ana = await set.house.person(PHONE);
  await ana.createRoom("Ana");
  await putOn(ana, "subtitled", "On The Way.mkv");
  await choose(ana, "subtitle-tracks", "English");
  await goTo(7, ana);
  await reads(ana, "English 1");
  await ana.openTracks();
  for (const size of ["Very large", "Medium"]) {
    await ana.page.getByRole("radio", { name: size }).locator("..").tap();
    const [screen, line] = await Promise.all(
      [ana.page.locator("video"), ana.see("subtitles").locator("p")].map((it) => it.boundingBox()),
    );
    if (!screen || !line) throw new Error("nothing to see");
    expect(line.y).toBeGreaterThanOrEqual(screen.y);
    expect(line.y + line.height).toBeLessThanOrEqual(screen.y + screen.height);
    const menu = await ana.see("subtitle-tracks").boundingBox();
    expect(menu?.y).toBeGreaterThan(screen.y + screen.height);
  }
  await picture(ana, "phone");
});
