/** Being host: what hosts allow everybody, and whom they keep out. */

import { expect, test } from "vitest";
import { film } from "./films.ts";
import { onDisk, type Person } from "./people.ts";
import { company, stage } from "./stage.ts";

// As behind a proxy: it tells the server where somebody comes from, and else all come from this machine.
const set = stage(["--trust-proxy"]);

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

test("Nothing is offered against who made the room, and they may step down themselves", async () => {
  const [founder, host] = await company(set.house, ["Ana", "Ben"]);
  if (founder === undefined || host === undefined) throw new Error("two people came");
  await founder.makeHost("Ben");
  await host.openTab("People");
  await host.page.getByRole("button", { name: "Step down" }).waitFor();
  expect(await host.member("Ana").getByRole("button").count()).toBe(0);
  await founder.page.getByRole("button", { name: "Remove as host: Ben" }).waitFor();
  await founder.page.getByRole("button", { name: "Step down" }).click();
  // Now there is one host, who stays it.
  await host.member("Ana").getByRole("button", { name: "Make host: Ana" }).waitFor();
  expect(await host.page.getByRole("button", { name: "Step down" }).count()).toBe(0);
});

test("Nothing is offered to a host against themself in another tab", async () => {
  const [founder, host] = (await company(set.house, ["Ana", "Ben", "Cleo"])) as [Person, Person];
  await founder.makeHost("Ben");
  const second = await set.house.tabOf(host);
  await second.page.goto(founder.link());
  await second.inRoom();
  await host.sees(4);
  await host.openTab("People");
  expect(await host.page.getByRole("button", { name: "More about Cleo" }).count()).toBe(1);
  await expect.poll(() => host.page.getByRole("button", { name: "More about Ben" }).count()).toBe(0);
});

test("What is refused in the settings is said by its field, until it is put right", async () => {
  const [host] = (await company(set.house, ["Ana"])) as [Person];
  await host.page.getByRole("button", { name: "Settings" }).click();
  const field = host.see("room-name-input");
  await field.fill("\u200B");
  await host.press(host.see("save-settings"));
  await expect.poll(() => field.getAttribute("aria-invalid")).toBe("true");
  const said = host.page.locator(`[id="${await field.getAttribute("aria-describedby")}"]`);
  expect(await said.innerText()).toBe("Please give a name with at least one letter to see.");
  expect(await said.getAttribute("role")).toBe("alert");

  await field.fill("Friday films");
  await host.press(host.see("save-settings"));
  await field.waitFor({ state: "detached" });
  await host.page.getByText("Friday films").waitFor();
});

test("Two of one name are told apart in what happened and in answers", async () => {
  const [host, , other] = await company(set.house, ["Ana", "Ben", "Ben"]);
  if (host === undefined || other === undefined) throw new Error("three people came");
  await host.openTab("People");
  await host.page.getByRole("button", { name: "Make host: Ben (2)" }).click();
  await host.hears("Ana made Ben (2) a host");
  await other.say("Which one am I?");
  await host.page.getByRole("button", { name: "Answer Ben (2)" }).click();
  await host.say("The second");
  await expect.poll(() => host.see("quote").innerText()).toMatch(/^Ben\s*2\s+Which one am I/);
});

test("Where everybody controls the film a guest plays it, and no longer when hosts take that back", async () => {
  const [host, guest] = (await company(set.house, ["Ana", "Ben"])) as [Person, Person];
  const lets = async (who: "hosts" | "everybody") => {
    await host.page.getByRole("button", { name: "Settings" }).click();
    await host.see("who-controls").selectOption(who);
    await host.press(host.see("save-settings"));
    await expect
      .poll(() => guest.see("play-toggle").getAttribute("aria-disabled"))
      .toBe(who === "everybody" ? "false" : "true");
  };
  await host.upload(onDisk(film("mp4"), "The General.mp4"));
  await Promise.all([host, guest].map((it) => it.hasFilm()));
  expect(await guest.see("play-toggle").getAttribute("aria-disabled")).toBe("true");
  await lets("everybody");
  await guest.play();
  await Promise.all([host, guest].map((it) => it.watches()));

  await lets("hosts");
  expect(await guest.see("rate").isDisabled()).toBe(true);
  await guest.wake();
  await guest.see("play-toggle").click({ force: true });
  // What is said after the press is heard after anything that the press had done.
  await guest.say("I cannot stop it");
  await host.hears("I cannot stop it");
  await Promise.all([host, guest].map((it) => it.watches()));
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

test("Who is muted cannot write, who is banned stays out in a new tab, and is let in again", async () => {
  const [host, guest] = await company(set.house, ["Ana", "Ben"]);
  if (host === undefined || guest === undefined) throw new Error("two people came");
  const about = async (choice: string | RegExp) => {
    await host.openTab("People");
    await host.page.getByRole("button", { name: "More about Ben" }).click();
    await host.see("manage").getByRole("button", { name: choice }).click();
  };
  await guest.openTab("Chat");
  await about("Mute for 10 minutes");
  await guest.page.getByPlaceholder("A host has muted you").waitFor();
  expect(await guest.see("chat-input").isDisabled()).toBe(true);
  await about("Let them speak again");
  await guest.page.getByPlaceholder("Say something").waitFor();

  await about("Ban…");
  await host.press(host.see("ban-confirm"));
  await guest.page.getByRole("heading", { name: "You cannot come in here" }).waitFor();
  const again = await set.house.tabOf(guest);
  await again.page.goto(host.link());
  await again.page.getByRole("heading", { name: "You cannot come in here" }).waitFor();

  await host.page.getByRole("button", { name: "Settings" }).click();
  await host.page.getByRole("button", { name: "Let in again: Ben" }).click();
  await host.see("bans").waitFor({ state: "hidden" });
  await again.page.reload();
  await again.inRoom();
});

test("A ban also meets a new browser from the same address, and none from another", async () => {
  const from = (address: string) => set.house.person({ extraHTTPHeaders: { "X-Forwarded-For": address } });
  const host = await from("203.0.113.1");
  await host.createRoom("Ana");
  const ben = await from("203.0.113.2");
  await ben.join("Ben", host.link());
  await host.openTab("People");
  await host.page.getByRole("button", { name: "More about Ben" }).click();
  await host.see("manage").getByRole("button", { name: "Ban…" }).click();
  expect(await host.see("ban-address").isChecked()).toBe(true);
  await host.press(host.see("ban-confirm"));
  await ben.page.getByRole("heading", { name: "You cannot come in here" }).waitFor();

  const anew = await from("203.0.113.2");
  await anew.knock("Bert", host.link());
  await anew.page.getByRole("heading", { name: "You cannot come in here" }).waitFor();
  expect(await anew.see("error").innerText()).toBe(
    "A host has banned you from this room. Ask a host to lift it if that is a mistake.",
  );
  const cleo = await from("203.0.113.3");
  await cleo.join("Cleo", host.link());
  await host.sees(2);
});

test("Who is put out reads when they may come back", async () => {
  const [host, guest] = await company(set.house, ["Ana", "Ben"]);
  if (host === undefined || guest === undefined) throw new Error("two people came");
  await host.openTab("People");
  await host.page.getByRole("button", { name: "More about Ben" }).click();
  await host
    .see("manage")
    .getByRole("button", { name: /Put out/ })
    .click();
  await guest.page.getByRole("heading", { name: "You were put out" }).waitFor();
  expect(await guest.see("again").isDisabled()).toBe(true);
  await host.hears("Ana put Ben out");
});

test("An answer shows what it answers, and a long line makes nothing wider than the panel", async () => {
  const [host, guest] = await company(set.house, ["Ana", "Ben"]);
  if (host === undefined || guest === undefined) throw new Error("two people came");
  const asked = "Which film is it? ".repeat(12).trim();
  await host.say(asked);
  await guest.hears(asked);
  await guest.page.getByRole("button", { name: "Answer Ana" }).click();
  await guest.say("The one with the clock");
  await host.openTab("Chat");
  await expect.poll(() => host.see("quote").innerText()).toContain("Which film is it?");
  const send = await host.see("chat-send").boundingBox();
  expect((send?.x ?? 0) + (send?.width ?? Infinity)).toBeLessThanOrEqual(1280);
});

test("A reaction floats over the film of everybody", async () => {
  const [host, guest] = await company(set.house, ["Ana", "Ben"]);
  if (host === undefined || guest === undefined) throw new Error("two people came");
  await guest.openTab("Chat");
  await guest.press(guest.see("react"));
  const seen = host.see("reaction").filter({ hasText: "👏" }).waitFor();
  await guest.page.getByRole("button", { name: "Applause" }).click();
  await seen;
  await host.see("reaction").waitFor({ state: "detached" });
});

test("Where the chat is slow, a guest sees how long to wait and keeps what is written", async () => {
  const [host, guest] = await company(set.house, ["Ana", "Ben"]);
  if (host === undefined || guest === undefined) throw new Error("two people came");
  await host.page.getByRole("button", { name: "Settings" }).click();
  await host.see("slow").selectOption("60");
  await host.press(host.see("save-settings"));
  await guest.hears("Ana slowed the chat down");
  await guest.say("First");
  await guest.page.getByRole("button", { name: "You can send the next message in" }).waitFor();
  await guest.see("chat-input").fill("Second");
  await guest.see("chat-input").press("Enter");
  expect(await guest.see("chat-input").inputValue()).toBe("Second");

  // A page that is loaded anew does not know when the last line was: the server says so.
  await guest.page.reload();
  await guest.inRoom();
  await guest.say("Third");
  await guest.page.getByText("Chat is slow in this room").waitFor();
  await expect.poll(() => guest.see("chat-input").inputValue()).toBe("Third");
});
