/** An evening with friends: a room, talk, a film, and who may touch it. */

import { expect, test } from "vitest";
import { film } from "./films.ts";
import { onDisk, type Person } from "./people.ts";
import { skewBetween } from "./skew.ts";
import { company, stage } from "./stage.ts";

const set = stage();
const SAME_S = 0.05;

/** Puts the short film on for all. */
async function withFilm(people: Person[]): Promise<void> {
  await people[0]?.upload(onDisk(film("mp4"), "The General.mp4"));
  await Promise.all(people.map((it) => it.hasFilm()));
}

test("friends come by link and by code, however it is typed", async () => {
  const ana = await set.house.person();
  const code = await ana.createRoom("Ana", { room: "Friday films" });
  const ben = await set.house.person();
  await ben.join("Ben", ana.link());
  const cleo = await set.house.person();
  await cleo.join("Cleo", `${code.slice(0, 3).toLowerCase()} ${code.slice(3).toLowerCase()}`);

  for (const person of [ana, ben, cleo]) {
    await person.sees(3);
    expect(await person.code()).toBe(code);
    await person.page.getByText("Friday films").first().waitFor();
  }
  await ana.openTab("People");
  await expect.poll(() => ana.see("member").count()).toBe(3);
  expect(await ana.isHost("Ana")).toBe(true);
  expect(await ana.isHost("Ben")).toBe(false);
  expect(await ben.isHost("Ana")).toBe(true);
});

test("chat shows what was typed, as text", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  await ana.say("<b>popcorn</b> & <img src=x onerror=alert(1)>");
  await ben.hears("<b>popcorn</b> & <img src=x onerror=alert(1)>");
  expect(await ben.see("chat-log").locator("b:text-is('popcorn'), img[src=x]").count()).toBe(0);
  await ben.say("🍿😂 jó étvágyat");
  await ana.hears("🍿😂 jó étvágyat");
  await ana.see("chat-input").fill("by the Enter key");
  await ana.see("chat-input").press("Enter");
  await ben.hears("by the Enter key");
});

test("an upload is seen as it comes, and all have the film", async () => {
  const people = (await company(set.house, ["Ana", "Ben", "Cleo"])) as [Person, Person, Person];
  const [ana, ben] = people;
  const network = await ana.page.context().newCDPSession(ana.page);
  await network.send("Network.enable");
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 1_500_000 };
  await network.send("Network.emulateNetworkConditions", slow);
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await ben.see("upload-progress").first().waitFor();
  await Promise.all(people.map((it) => it.hasFilm()));
  await expect.poll(() => ben.see("upload-progress").count()).toBe(0);
  await ben.page.getByText("The General").first().waitFor();
});

test("play, pause, seek and speed reach everybody", async () => {
  const people = (await company(set.house, ["Ana", "Ben", "Cleo"])) as [Person, Person, Person];
  const [ana, ben, cleo] = people;
  await withFilm(people);

  await ana.play();
  await Promise.all(people.map((it) => it.watches()));

  await ana.pause();
  await allStandTogether(people);
  await ben.hears(/Ana paused at/);

  await ana.seekTo(60);
  await expect.poll(() => cleo.mediaTime()).toBeGreaterThan(55);
  const there = await allStandTogether(people);
  expect(Math.abs(there - 60)).toBeLessThan(2);

  await ana.setRate("1.5");
  await ana.play();
  await Promise.all(people.map((it) => it.watches()));
  const samples = await cleo.clock(4000);
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) throw new Error("no samples");
  const speed = ((last.position - first.position) * 1000) / (last.at - first.at);
  expect(speed).toBeGreaterThan(1.4);
  expect(speed).toBeLessThan(1.6);
});

test("the space bar plays and pauses, but not while typing", async () => {
  const people = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const [ana, ben] = people;
  await withFilm(people);
  await ana.openTab("Chat");
  await ana.see("chat-input").pressSequentially("one two");
  expect(await ana.see("chat-input").inputValue()).toBe("one two");
  await ana.see("chat-send").click();
  await ben.hears("one two");
  await ben.stands();

  await ana.see("chat-input").blur();
  await ana.page.keyboard.press("Space");
  await Promise.all(people.map((it) => it.watches()));
  expect(await ana.page.evaluate(() => navigator.mediaSession.metadata?.title)).toContain("The General");
  expect(await ana.page.evaluate(() => navigator.mediaSession.playbackState)).toBe("playing");
  await ana.page.keyboard.press("Space");
  await allStandTogether(people);
});

test("a newcomer lands where the film is", async () => {
  const people = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const [ana] = people;
  await withFilm(people);
  await ana.play();
  await ana.seekTo(40);
  await expect.poll(() => ana.mediaTime()).toBeGreaterThan(38);
  await ana.watches();
  const dan = await set.house.person();
  await dan.join("Dan", ana.link());
  await dan.watches();
  await expect.poll(async () => (await skewBetween(ana, dan, 500)).p95, { timeout: 10_000 }).toBeLessThan(100);
  expect(await dan.mediaTime()).toBeGreaterThan(40);
});

test("only hosts touch the film, and hosts make hosts", async () => {
  const people = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const [ana, ben] = people;
  await withFilm(people);

  const toggle = ben.see("play-toggle");
  await ben.wake();
  if ((await toggle.isVisible()) && (await toggle.isEnabled())) await toggle.click();
  await ben.page.locator("video").click();
  await ben.page.keyboard.press("Space");
  await ben.say("why does it not start");
  await ana.hears("why does it not start"); // what Ben did before has been through the room by now
  await ana.stands();
  expect(await ana.mediaTime()).toBe(0);

  await ana.makeHost("Ben");
  await expect.poll(() => ben.isHost("Ben")).toBe(true);
  await ana.play();
  await Promise.all(people.map((it) => it.watches()));
  await ben.pause();
  await allStandTogether(people);
  await ana.hears(/Ben paused at/);
});

test("hosts that leave hand the room on", async () => {
  const [ana, ben, cleo] = (await company(set.house, ["Ana", "Ben", "Cleo"])) as [Person, Person, Person];
  await ana.makeHost("Cleo");
  await expect.poll(() => ben.isHost("Cleo")).toBe(true);
  await ana.close();
  await ben.sees(2);
  expect(await ben.isHost("Cleo")).toBe(true);
  expect(await ben.isHost("Ben")).toBe(false);

  const dan = await set.house.person();
  await dan.join("Dan", ben.link());
  await cleo.close();
  await ben.sees(2);
  await expect.poll(() => dan.isHost("Ben")).toBe(true);
  expect(await dan.isHost("Dan")).toBe(false);
});

test("two tabs of one browser are two members", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const second = await set.house.tabOf(ben);
  await second.page.goto(ana.link());
  await second.inRoom();
  for (const person of [ana, ben, second]) await person.sees(3);
  expect((await ana.members()).filter((it) => it.includes("Ben"))).toHaveLength(2);
  await second.close();
  await ana.sees(2);
  await ben.say("I am still here");
  await ana.hears("I am still here");
});

test("a reload keeps the place and the host's badge", async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  await ana.say("before");
  await ana.page.reload();
  await ana.inRoom();
  await ana.hears("before");
  await ana.sees(2);
  await ben.sees(2);
  expect(await ben.isHost("Ana")).toBe(true);
  expect(await ben.isHost("Ben")).toBe(false);
  await ben.openTab("Chat");
  expect(
    await ben
      .see("chat-log")
      .getByText(/Ana (joined|came|left)/)
      .count(),
  ).toBeLessThanOrEqual(1);
});

/** Waits until all films stand still at one position, and gives it. */
async function allStandTogether(people: Person[]): Promise<number> {
  const spread = async () => {
    const positions = await Promise.all(people.map((it) => it.stands()));
    return Math.max(...positions) - Math.min(...positions);
  };
  await expect.poll(spread, { timeout: 10_000 }).toBeLessThan(SAME_S);
  return people[0]?.stands() ?? Number.NaN;
}
