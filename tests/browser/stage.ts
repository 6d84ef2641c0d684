/**
 * What each test file stands on: a server, a browser, and a room's company; with pictures of what went wrong.
 */

import { appendFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { artifacts } from "./artifacts.ts";
import { House, type Person, type RoomOptions } from "./people.ts";
import { Server } from "./server.ts";

export interface Stage {
  server: Server;
  house: House;
}

/** Sets the stage for a file's tests; its fields are there once a test runs. */
export function stage(flags: string[] = []): Stage {
  const set: Partial<Stage> = {};
  beforeAll(async () => {
    set.server = await Server.start(flags);
    set.house = await House.open(set.server.url);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await keepEvidence(task.name, set);
    await set.house?.empty();
  });
  afterAll(async () => {
    await set.house?.close();
    await set.server?.end();
    expect(set.server?.complaints(), "what the server complained of").toEqual([]);
  });
  return set as Stage;
}

async function keepEvidence(test: string, { house, server }: Partial<Stage>): Promise<void> {
  const name = `failed-${test.replaceAll(/\W+/g, "-").slice(0, 60)}`;
  writeFileSync(path.join(artifacts, `${name}.log`), server?.log ?? "");
  for (const [index, person] of (house?.everybody() ?? []).entries()) {
    if (person.page.isClosed()) continue;
    const file = path.join(artifacts, `${name}-${index + 1}.png`);
    await person.page.screenshot({ path: file, timeout: 5000 }).catch(() => undefined);
  }
}

/** Keeps a line of what was measured, and shows it. */
export function note(line: string): void {
  console.log(line);
  appendFileSync(path.join(artifacts, "measured.txt"), `${line}\n`);
}

/** The first name makes a room, the others come by its link. */
export async function company(house: House, names: string[], options: RoomOptions = {}): Promise<Person[]> {
  const [first, ...others] = names;
  const host = await house.person();
  await host.createRoom(first ?? "Ana", options);
  const people = [host];
  for (const name of others) {
    const guest = await house.person();
    await guest.join(name, host.link());
    people.push(guest);
  }
  await host.sees(names.length);
  return people;
}
