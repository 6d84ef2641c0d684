/** A film of an hour, whose upload breaks off, is watched near its end by two, with a picture at every place of it. */

import { expect, test } from "vitest";
import { film, lengthOf } from "./films.ts";
import type { Person } from "./people.ts";
import { skewBetween } from "./skew.ts";
import { company, note, stage } from "./stage.ts";

const set = stage();
const LOST = /WebSocket|Failed to load resource|ERR_/;
const NEAR_END_S = 59 * 60;
const MADE_MS = 60_000;

test(
  "an hour's film comes through a kill of the server, and is in step near its end",
  { timeout: 180_000 },
  async () => {
    const people = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
    const [ana, ben] = people;
    for (const person of people) person.expects(LOST);
    const path = film("hour");
    const network = await ana.slowUpload(2_000_000);
    await ana.upload(path);
    await expect.poll(() => ben.uploaded()).toBeGreaterThan(5);
    await set.server.kill();
    await set.server.startAgain();
    await Promise.all(people.map((it) => it.connected()));
    await network.detach();
    await Promise.all(people.map((it) => it.hasFilm()));

    await ana.seekTo(NEAR_END_S);
    await ana.play();
    await Promise.all(people.map((it) => it.watches()));
    for (const person of people) await expect.poll(() => person.mediaTime()).toBeGreaterThan(NEAR_END_S - 60);
    await expect.poll(async () => (await skewBetween(ana, ben, 500)).p95).toBeLessThan(100);
    const { p50, p95 } = await skewBetween(ana, ben, 2000);
    note(`an hour into the film: ${p50.toFixed(0)} ms apart, p95 ${p95.toFixed(0)} ms`);
    expect(p95).toBeLessThan(100);

    const bar = ben.see("seek");
    const look = async (): Promise<boolean> => {
      await ben.wake();
      const { width, height } = (await bar.boundingBox()) ?? { width: 0, height: 0 };
      await bar.hover({ position: { x: (width * NEAR_END_S) / lengthOf("hour"), y: height / 2 }, force: true });
      return ben.see("seek-picture").isVisible();
    };
    await expect.poll(look, { timeout: MADE_MS, interval: 500 }).toBe(true);
    expect(await ben.see("seek-hint").innerText()).toMatch(/^(58|59):/);
  },
);
