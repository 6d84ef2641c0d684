/** Rooms that clients of other systems have named as they like, and who is in them, at the page. */

import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { artifacts } from "./artifacts.ts";
import { film } from "./films.ts";
import { onDisk, type Person } from "./people.ts";
import { company, stage } from "./stage.ts";
import { partySockets1 } from "./strangers/party-sockets.ts";
import { streamGo } from "./strangers/streamgo.ts";
import { streamingRoom } from "./strangers/streaming-room.ts";
import type { Enter, Stranger } from "./strangers/stranger.ts";
import { videoSync } from "./strangers/video-sync.ts";

const set = stage();
const there: Stranger[] = [];
afterEach(() => {
  for (const stranger of there.splice(0)) stranger.leave();
});

async function comes(enter: Enter, room: string, name: string): Promise<Stranger> {
  const stranger = await enter(set.server.url, room, name);
  there.push(stranger);
  return stranger;
}

const NAMES = ["room_1", "film.night_1", "Ünï rööm", "a/b", "x?y#z", "Demo Room 1"];
test.each(NAMES)("a room named %s is opened by its name and by its link", async (name) => {
  const stranger = await comes(streamingRoom, name, "Strange");
  const [ana, ben] = [await set.house.person(), await set.house.person()];
  await ana.goHome();
  await ana.see("name-input").fill("Ana");
  await ana.see("join-code").fill(name);
  await ana.press(ana.see("join-room"));
  await ana.inRoom();
  await ana.sees(2);
  expect(await ana.page.title()).toContain(name);
  await ana.press(ana.see("invite"));
  await ben.join("Ben", await ana.see("invite-link").inputValue());
  await ben.sees(3);
  await ben.say("found it");
  await expect.poll(() => stranger.heard?.()).toContain("Ben: found it");
  await ben.page.reload();
  await ben.inRoom();
  await ben.sees(3);
});

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

test("members of every system are told apart, and what each can do", async () => {
  const [ana] = (await company(set.house, ["Ana"], { room: "Everybody" })) as [Person];
  const room = await ana.code();
  await comes(streamGo, room, "Sara");
  await comes(streamingRoom, room, "Ruth with a name of forty letters, or so");
  await comes(partySockets1, room, "");
  await comes(partySockets1, room, "");
  await comes(videoSync, room, "");
  await ana.sees(6);
  await ana.openTab("People");
  const makeHost = (name: string) =>
    ana
      .member(name)
      .getByRole("button", { name: /make .*host/i })
      .count();
  expect(await ana.member("Sara").textContent()).toContain("with StreamGo: opens the film there");
  expect(await ana.member("Player 4").count()).toBe(1);
  expect(await ana.member("Player 5").count()).toBe(1);
  expect(await ana.member("Viewer 6").textContent()).toContain("with VideoSync, without chat");
  // Who follows no film controls none.
  expect([await makeHost("Sara"), await makeHost("Viewer 6")]).toEqual([1, 1]);
  expect([await makeHost("Ruth"), await makeHost("Player 4")]).toEqual([0, 0]);
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await ana.hasFilm();
  await ana.openTab("People");
  for (const [shape, viewport] of Object.entries({ desktop: DESK, phone: PHONE })) {
    for (const colorScheme of ["dark", "light"] as const) {
      await ana.page.setViewportSize(viewport);
      await ana.page.emulateMedia({ colorScheme });
      await apart(ana);
      const file = path.join(artifacts, `people-${shape}-${colorScheme}.png`);
      await ana.page.screenshot({ path: file, animations: "disabled" });
    }
  }
});

test("a long code leaves the bar of a phone as it is", async () => {
  const code = "3f2a9c0e5b7d4e1f8a6c2d9e0b4f7a13";
  await comes(streamingRoom, code, "Strange");
  const ana = await set.house.person({ viewport: PHONE, hasTouch: true, isMobile: true });
  await ana.join("Ana", `${set.server.url}/r/${code}`);
  expect(await ana.see("room-code").textContent()).toBe(code.toUpperCase());
  const overlaps = await ana.page.evaluate(() => {
    const boxes = [...document.querySelectorAll("header .which, header .which .chip, header > .chip, header > button")]
      .filter((it) => it.checkVisibility())
      .map((it) => it.getBoundingClientRect());
    const [which, chip, ...others] = boxes;
    if (!which || !chip) return ["no code"];
    return others.filter((it) => it.left < Math.max(which.right, chip.right)).map((it) => it.left);
  });
  expect(overlaps).toEqual([]);
  await ana.page.screenshot({ path: path.join(artifacts, "long-code-phone.png"), animations: "disabled" });
  await ana.press(ana.see("invite"));
  const dialog = ana.page.getByRole("dialog");
  expect(await dialog.textContent()).not.toMatch(/read out/i);
  expect(await dialog.evaluate((it) => it.scrollWidth - it.clientWidth)).toBeLessThanOrEqual(0);
  await ana.page.screenshot({ path: path.join(artifacts, "long-code-invite.png"), animations: "disabled" });
});

/** No row of the list of people lies over another, and nothing leaves its row. */
async function apart(person: Person): Promise<void> {
  const faults = await person.page.evaluate(() => {
    const rows = [...document.querySelectorAll("[data-testid=member]")];
    const boxes = rows.map((row) => row.getBoundingClientRect());
    const over = boxes.slice(1).filter((box, at) => box.top < (boxes[at]?.bottom ?? 0) - 0.5);
    const spilt = rows.filter((row) => row.scrollHeight > row.clientHeight + 1 || row.scrollWidth > row.clientWidth);
    return { over: over.length, spilt: spilt.map((row) => row.textContent) };
  });
  expect(faults).toEqual({ over: 0, spilt: [] });
}
