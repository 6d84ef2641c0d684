/** A film that is made playable more slowly than it plays: all wait for it, and nobody misses a part. */

import { expect, test } from "vitest";
import { artifacts } from "./artifacts.ts";
import { film } from "./films.ts";
import { signalMakers, slowTools } from "./makers.ts";
import type { Person } from "./people.ts";
import { skewBetween } from "./skew.ts";
import { company, note, stage } from "./stage.ts";

const set = stage(["--ffmpeg-dir", slowTools(3)]);

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const WAITS = /^The film is still being made: \d+% of it is there\. It goes on by itself when there is enough\.$/;
/** All that is made is played to its end, or enough is made anew, within this. */
const LONG_MS = 60_000;
const SAME_S = 0.25;

test("the film waits for itself to be made, says so, and goes on where it stood", { timeout: 180_000 }, async () => {
  const [ana, ben] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const cleo = await set.house.person({ ...PHONE, locale: "de-DE" });
  await cleo.knock("Cleo", ana.link());
  await cleo.see("room-code").waitFor();
  const people = [ana, ben, cleo];
  await putOn(ana);
  await Promise.all(people.map((it) => it.hasFilm()));
  await ana.play();
  await Promise.all([ana, ben].map((it) => it.watches()));

  expect(signalMakers(set.server.data, "SIGSTOP")).toBe(1);
  await expect.poll(() => told(ana), { timeout: LONG_MS }).toMatch(WAITS);
  expect(await told(ben)).toMatch(WAITS);
  expect(await told(cleo)).toMatch(
    /^Der Film wird noch vorbereitet: .* Er geht von selbst weiter, sobald genug da ist\.$/,
  );
  const stood = await Promise.all(people.map((it) => it.stands()));
  note(`a film that is not made further stands at ${stood.map((it) => it.toFixed(2)).join(", ")} s`);
  for (const at of stood) expect(Math.abs(at - (stood[0] ?? 0))).toBeLessThan(SAME_S);
  for (const person of people) expect(await person.see("held").count(), "nobody is waited for").toBe(0);
  for (const [name, person] of Object.entries({ desktop: ben, phone: cleo })) {
    await person.wake();
    await person.page.screenshot({ path: `${artifacts}/making-${name}.png` });
  }

  const shown = await position(ben);
  const still = await ben.clock(3_000);
  expect(new Set(still.map((it) => it.position)).size, "it stands as long as nothing comes").toBe(1);
  expect(await position(ben), "and so does the room").toBe(shown);

  expect(signalMakers(set.server.data, "SIGCONT")).toBe(1);
  const since = Date.now();
  await expect.poll(() => ben.see("preparing").count(), { timeout: LONG_MS }).toBe(0);
  note(`it went on ${Date.now() - since} ms after its maker did`);
  const went = await ben.mediaTime();
  expect(went - (stood[1] ?? 0), "nothing was left out").toBeLessThan(2);
  await Promise.all(people.map((it) => it.watches()));
  await expect.poll(async () => (await skewBetween(ana, ben, 500)).p95, { timeout: 20_000 }).toBeLessThan(100);

  // Whoever controls it may pause it for good meanwhile, or go elsewhere.
  signalMakers(set.server.data, "SIGSTOP");
  await ana.seekTo(140);
  await expect.poll(() => told(ben)).toMatch(WAITS);
  await ana.pause();
  await ana
    .see("play-toggle")
    .and(ana.page.getByLabel("Play", { exact: true }))
    .waitFor();
  await ana.hears(/Ana paused at 2:(19|20|21)/);
  await ana.play();
  await expect.poll(() => told(ben)).toMatch(WAITS);
  await ana.seekTo(3);
  await Promise.all([ana, ben].map((it) => it.watches()));
  signalMakers(set.server.data, "SIGCONT");
});

async function putOn(host: Person): Promise<void> {
  set.server.addToLibrary(film("hevc"), "Encoded.mkv");
  await host.openTab("Films");
  await host.see("rescan").click();
  await host.pickFilm("Encoded");
}

/** What is said in the middle of the film. */
async function told(person: Person): Promise<string> {
  return (await person.see("preparing").allInnerTexts()).join(" ");
}

/** Where the film is, as the page shows it. */
async function position(person: Person): Promise<string | null> {
  return person.see("seek").getAttribute("aria-valuetext");
}
