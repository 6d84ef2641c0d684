/** Who gets in, and what those hear who do not. */

import { expect, test } from "vitest";
import { House, type Person } from "./people.ts";
import { Server } from "./server.ts";
import { company, stage } from "./stage.ts";

const set = stage();
const REFUSED = /Failed to load resource/;

test("an unknown code is told in a sentence", async () => {
  const ana = await set.house.person();
  ana.expects(REFUSED);
  await ana.knock("Ana", "ZZZZZZ");
  await hears(ana, /code/i);
  expect(await ana.see("room-code").isVisible()).toBe(false);
});

test("an unknown link is told in a sentence", async () => {
  const ana = await set.house.person();
  ana.expects(REFUSED);
  const [host] = (await company(set.house, ["Host"])) as [Person];
  const stale = host.link().replace(await host.code(), "ZZZZZZ");
  expect(stale).toContain("ZZZZZZ");
  await ana.page.goto(stale);
  await hears(ana, /room|party|code/i);
});

test("a room with a password takes the right one only", async () => {
  const ana = await set.house.person();
  await ana.createRoom("Ana", { password: "popcorn" });
  const ben = await set.house.person();
  ben.expects(REFUSED);
  await ben.page.goto(ana.link());
  await ben.see("name-input").fill("Ben");
  if (!(await ben.see("password-input").isVisible())) await ben.see("join-room").click();
  await ben.see("password-input").fill("peanuts");
  await ben.see("join-room").click();
  await hears(ben, /password/i);
  expect(await ben.see("room-code").isVisible()).toBe(false);
  await ana.sees(1);

  await ben.see("password-input").fill("popcorn");
  await ben.see("join-room").click();
  await ben.inRoom();
  await ana.sees(2);
});

test("a name is asked for", async () => {
  const ana = await set.house.person();
  await ana.goHome();
  await ana.see("name-input").fill("  ");
  const create = ana.see("create-room");
  if (await create.isEnabled()) await create.click();
  expect(await ana.see("room-code").isVisible()).toBe(false);
  const told = async () =>
    (await create.isDisabled()) ||
    (await ana.see("error").filter({ visible: true }).count()) > 0 ||
    (await ana.page.locator("[data-testid=name-input]:invalid, [data-testid=name-input][aria-invalid=true]").count()) >
      0;
  await expect.poll(told).toBe(true);
  await ana.see("name-input").fill("Ana");
  await create.click();
  await ana.inRoom();
});

test("a name that was typed at the start is known in a room of last time", async () => {
  const ana = await set.house.person();
  await ana.createRoom("Ana", { room: "Matinee club" });
  await ana.goHome();
  await ana.see("name-input").fill("Anna");
  await ana.page.getByRole("link", { name: "Matinee club" }).click();
  await ana.inRoom();
  await expect.poll(() => ana.members().then((names) => names.join())).toContain("Anna");
});

test("a full room says so", async () => {
  const small = await Server.start(["--room-members-max", "2"]);
  const house = await House.open(small.url);
  try {
    const [ana, ben] = (await company(house, ["Ana", "Ben"])) as [Person, Person];
    const cleo = await house.person();
    cleo.expects(REFUSED);
    await cleo.knock("Cleo", ana.link());
    await hears(cleo, /full/i);
    expect(await cleo.see("room-code").isVisible()).toBe(false);
    await ben.close();
    await ana.sees(1);
    await cleo.page.getByRole("button", { name: "Try again" }).click();
    await cleo.inRoom();
    await ana.sees(2);
    await house.empty();
  } finally {
    await house.close();
    await small.end();
  }
});

test("where somebody guesses at codes, newcomers are told to wait, and members come back", async () => {
  const guessed = await Server.start();
  const house = await House.open(guessed.url);
  try {
    const ana = await house.person();
    await ana.createRoom("Ana");
    // He has a name already, so that his page knocks at once.
    const ben = await house.person();
    await ben.createRoom("Ben");
    const refused = /Failed to load resource|response code: 429/;
    ben.expects(refused);
    const guesses = Array.from({ length: 61 }, (_, guess) => fetch(`${guessed.url}/api/rooms/NONE${guess}`));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 404)).toEqual([429]);

    await ben.page.goto(ana.link());
    await hears(ben, /too many codes/i);
    await ana.page.reload();
    await ana.inRoom();
    await house.empty();
  } finally {
    await house.close();
    await guessed.end();
  }
});

async function hears(person: Person, words: RegExp): Promise<void> {
  const error = person.see("error").filter({ visible: true }).first();
  await error.waitFor();
  expect(await error.innerText()).toMatch(words);
}
