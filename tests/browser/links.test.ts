/** Films elsewhere: links to files and streams of another site, and to videos of YouTube, whose player is our fake. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { OtherSite } from "./other-site.ts";
import type { Person } from "./people.ts";
import { skewBetween } from "./skew.ts";
import { company, note, stage } from "./stage.ts";
import { ANOTHER, apart, KEPT, REMOVED, VIDEO, WANTS_TAP, withYouTube, youtubeOf } from "./youtube.ts";

const set = stage();
const SAME_S = 0.1;
const SAME_ON_YOUTUBE_MS = 1000;
let site: OtherSite;

beforeAll(async () => {
  site = await OtherSite.start();
});
afterAll(() => site.end());

async function putOn(host: Person, url: string): Promise<void> {
  if (!(await host.see("link-input").isVisible())) await host.openTab("Films");
  await host.see("link-input").fill(url);
  await host.see("link-input").press("Enter");
}

async function inStep(a: Person, b: Person, what: string): Promise<void> {
  await expect.poll(async () => (await skewBetween(a, b, 500)).p95).toBeLessThan(SAME_S * 1000);
  const { p50, p95 } = await skewBetween(a, b, 2000);
  note(`${what}: ${p50.toFixed(0)} ms apart, p95 ${p95.toFixed(0)} ms`);
  expect(p95).toBeLessThan(SAME_S * 1000);
}

function trouble(person: Person): Promise<string> {
  return person.see("error").innerText();
}

test("a file of another site plays for both, in step, and learns nothing of the room", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  await putOn(ana, site.link("The%20General.mp4"));
  await Promise.all([ana, ben].map((it) => it.hasFilm()));
  await ben.hears("Ana put on The General");
  expect(await ben.see("film-site").innerText()).toContain("from 127.0.0.1, straight to you");
  await ana.play();
  await Promise.all([ana, ben].map((it) => it.watches()));
  await inStep(ana, ben, "a file of another site");
  await ana.seekTo(60);
  for (const person of [ana, ben]) await expect.poll(() => person.mediaTime()).toBeGreaterThan(59);
  await inStep(ana, ben, "the same after a seek");
  expect([...site.referrers]).toEqual([""]);
});

test("a stream of another site plays for both, in step, each with a sound of their choice", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  await putOn(ana, site.link("the-kid/master.m3u8"));
  await Promise.all([ana, ben].map((it) => it.hasFilm()));
  await ana.openTracks();
  // As the site calls them.
  expect(await ana.tracks("sound")).toEqual(["audio_0", "audio_1"]);
  await ana.track("sound", "audio_1").check();
  await ana.closeTracks();
  await ana.play();
  await Promise.all([ana, ben].map((it) => it.watches()));
  await inStep(ana, ben, "a stream of another site");
});

test("a link is pasted anywhere in the room; what is none is told", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await ana.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const paste = async (text: string) => {
    await ana.page.evaluate((words) => navigator.clipboard.writeText(words), text);
    await ana.page.keyboard.press("Control+V");
  };
  await ana.page.getByRole("heading", { name: "What are you watching?" }).click();
  await paste("the general");
  await ana.page.getByText("That is not the link of a film.").waitFor();
  await paste(site.link("The%20General.mp4"));
  await ana.hasFilm();
  await ana.openTab("Films");
  await ana.see("link-input").fill("https://www.youtube.com/@somebody");
  await ana.see("link-input").press("Enter");
  await ana.page.getByText("Open the video there and paste its link.").waitFor();
  await ana.see("link-input").fill("nothing");
  await ana.see("link-input").press("Enter");
  expect(await trouble(ana)).toContain("That is not the link of a film.");
});

test("a link is dropped into the room", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await ana.page.evaluate((url) => {
    const data = new DataTransfer();
    data.setData("text/uri-list", url);
    const screen = document.querySelector("section") as HTMLElement;
    for (const type of ["dragover", "drop"])
      screen.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
  }, site.link("The%20General.mp4"));
  await ana.hasFilm();
});

test("what is no film, is gone, or is kept by its site, is told in a sentence", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  for (const person of [ana, ben]) person.expects(/CORS policy|Failed to load resource|net::ERR_FAILED/);
  await putOn(ana, site.link("page.html"));
  await expect.poll(() => trouble(ana)).toContain("no film that a browser plays");
  await expect.poll(() => trouble(ben)).toContain("Ask a host to put on another one.");
  await putOn(ana, site.link("gone.mp4"));
  await expect.poll(() => trouble(ana)).toContain("There is nothing at this link any more.");
  await putOn(ana, site.link("kept/master.m3u8"));
  await expect.poll(() => trouble(ana), { timeout: 30_000 }).toContain("does not let other pages play it");
  await putOn(ana, site.link("The%20General.mp4"));
  await Promise.all([ana, ben].map((it) => it.hasFilm()));
  expect(await ana.see("error").count()).toBe(0);
});

test("a video of YouTube plays for all in step, also for who comes late", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const asked = await Promise.all([ana, ben].map((it) => withYouTube(it.page.context())));
  await putOn(ana, site.link("The%20General.mp4"));
  await ana.hasFilm();
  expect(asked.flat(), "nothing of YouTube before a video of it is on").toEqual([]);
  await putOn(ana, `https://youtu.be/${VIDEO}?si=abc`);
  for (const person of [ana, ben]) await expect.poll(async () => (await youtubeOf(person)).at).toBeGreaterThan(0);
  await ana.play();
  const playing = async (person: Person) => (await youtubeOf(person)).state;
  for (const person of [ana, ben]) await expect.poll(() => playing(person), { timeout: 15_000 }).toBe(1);
  await near([ana, ben], "YouTube");
  await ana.seekTo(300);
  for (const person of [ana, ben])
    await expect.poll(async () => (await youtubeOf(person)).position).toBeGreaterThan(298);
  await near([ana, ben], "YouTube after a seek");
  const cleo = await set.house.person();
  asked.push(await withYouTube(cleo.page.context()));
  await cleo.join("Cleo", ana.link());
  await expect.poll(() => playing(cleo), { timeout: 15_000 }).toBe(1);
  await near([ana, cleo], "YouTube, for who comes late");
  await ana.pause();
  for (const person of [ana, ben, cleo]) await expect.poll(() => playing(person)).toBe(2);
  await expect.poll(() => apart(ana, ben)).toBeLessThan(300);
  const { referrer } = await youtubeOf(ana);
  expect(referrer, "YouTube is told our address, and not the room").toBe(`${new URL(ana.link()).origin}/`);
  expect(asked.flat().filter((url) => !url.startsWith("https://www.youtube-nocookie.com/embed/"))).toEqual([]);
});

test("another film takes the place of YouTube's, and the other way round", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await withYouTube(ana.page.context());
  await putOn(ana, `https://www.youtube.com/watch?v=${VIDEO}`);
  await expect.poll(() => ana.page.locator("iframe").count()).toBe(1);
  await putOn(ana, site.link("The%20General.mp4"));
  await ana.hasFilm();
  expect(await ana.page.locator("iframe").count()).toBe(0);
  await putOn(ana, `https://www.youtube.com/shorts/${ANOTHER}`);
  await expect.poll(() => ana.page.locator("iframe").getAttribute("src")).toContain(ANOTHER);
  await ana.play();
  await expect.poll(async () => (await youtubeOf(ana)).state, { timeout: 15_000 }).toBe(1);
  // A press on the picture is ours.
  await ana.page.mouse.click(400, 300);
  await expect.poll(async () => (await youtubeOf(ana)).state).toBe(2);
});

test("what YouTube does not play is told in a sentence", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await withYouTube(ana.page.context());
  await putOn(ana, `https://youtu.be/${REMOVED}`);
  await expect.poll(() => trouble(ana)).toContain("was removed from YouTube, or is private");
  await putOn(ana, `https://youtu.be/${KEPT}`);
  await expect.poll(() => trouble(ana)).toContain("does not let other sites show it");
});

test("where the browser wants a tap first, YouTube plays silently until then", async () => {
  const [ana] = (await company(set.house, ["Ana"])) as [Person];
  await withYouTube(ana.page.context());
  await putOn(ana, `https://youtu.be/${WANTS_TAP}`);
  await ana.play();
  const tap = ana.page.getByRole("button", { name: "Tap for sound" });
  await tap.waitFor();
  await expect.poll(async () => (await youtubeOf(ana)).state, { timeout: 15_000 }).toBe(1);
  expect((await youtubeOf(ana)).muted).toBe(true);
  await tap.click();
  await expect.poll(async () => (await youtubeOf(ana)).muted).toBe(false);
});

/** Comes in step, after what seeks that takes, and stays so for some seconds. */
async function near([a, b]: [Person, Person], what: string): Promise<void> {
  const watch = async (times: number) => {
    const measured: number[] = [];
    for (let i = 0; i < times; i++) {
      measured.push(await apart(a, b));
      await a.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
    }
    return measured.toSorted((x, y) => x - y);
  };
  await expect.poll(async () => (await watch(10)).at(-1), { timeout: 20_000 }).toBeLessThan(SAME_ON_YOUTUBE_MS);
  const measured = await watch(20);
  note(`${what}: ${measured[10]?.toFixed(0)} ms apart, at most ${measured.at(-1)?.toFixed(0)} ms`);
  expect(measured.at(-1)).toBeLessThan(SAME_ON_YOUTUBE_MS);
}
