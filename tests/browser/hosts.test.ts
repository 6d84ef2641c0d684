/** Being host: what hosts allow everybody, and whom they keep out. */

import { expect, test } from "vitest";
import { company, stage } from "./stage.ts";

const set = stage();

test("Guests are given the film and the films when hosts say so", async () => {
  const [host, guest] = await company(set.house, ["Ana", "Ben"]);
  if (host === undefined || guest === undefined) throw new Error("two people came");
  await guest.openTab("Chat");
  expect(await guest.page.getByRole("tab", { name: "Films" }).count()).toBe(0);

  await host.page.getByRole("button", { name: "Settings" }).click();
  await host.see("who-controls").selectOption("everybody");
  await host.see("who-adds").selectOption("everybody");
  await host.press(host.see("save-settings"));
  await guest.hears("Ana lets everybody control the film");
  await guest.hears("Ana lets everybody add films");
  await guest.page.getByRole("tab", { name: "Films" }).waitFor();
});

test("A closed room tells a newcomer so, and lets them in when it is open again", async () => {
  const [host] = await company(set.house, ["Ana"]);
  if (host === undefined) throw new Error("one came");
  const close = async (closed: boolean) => {
    await host.page.getByRole("button", { name: "Settings" }).click();
    await host.see("closed").setChecked(closed);
    await host.press(host.see("save-settings"));
  };
  await close(true);
  await host.hears("Ana closed the room to newcomers");
  const late = await set.house.person();
  await late.knock("Cleo", host.link());
  await late.page.getByRole("heading", { name: "The room is closed" }).waitFor();
  await close(false);
  await host.hears("Ana opened the room to newcomers");
  await late.press(late.see("again"));
  await late.inRoom();
});
