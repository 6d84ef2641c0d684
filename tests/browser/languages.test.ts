/** The page speaks the language of whoever looks at it: their browser's, or the one that they choose. */

import { expect, test } from "vitest";
import { stage } from "./stage.ts";

const set = stage();

test("a German browser sees German, and English once it is chosen", async () => {
  const ana = await set.house.person({ locale: "de-DE" });
  await ana.goHome();
  await ana.page.getByRole("button", { name: "Party starten" }).waitFor();
  expect(await ana.page.locator("html").getAttribute("lang")).toBe("de");
  const fetched = await ana.page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  expect(
    fetched.filter((name) => /\/(en|de)-[^/]*\.js$/.test(name)),
    "languages that were fetched",
  ).toHaveLength(1);

  await ana.see("name-input").fill("Ana");
  await ana.see("create-room").click();
  await ana.see("room-code").waitFor();
  expect(await ana.page.title()).toBe("Filmabend · Matinee");
  await ana.see("chat-log").getByText("Ana ist da").waitFor();

  await ana.see("settings").click();
  await ana.see("language").selectOption({ label: "English" });
  await ana.see("save-settings").click();
  await ana.see("chat-log").getByText("Ana joined").waitFor();
  await ana.page.getByRole("button", { name: "Invite" }).first().waitFor();
  expect(await ana.page.locator("html").getAttribute("lang")).toBe("en");

  await ana.goHome();
  await ana.page.getByRole("button", { name: "Start a party" }).waitFor();
});

test("a refusal is told in the language of the page", async () => {
  const ana = await set.house.person({ locale: "de-AT" });
  ana.expects(/Failed to load resource/);
  await ana.knock("Ana", "ZZZZZZ");
  await ana.see("error").getByText("Zu diesem Code gibt es hier keine Party.").waitFor();
});

test("a browser of another language sees English", async () => {
  const ana = await set.house.person({ locale: "fr-FR" });
  await ana.goHome();
  await ana.page.getByRole("button", { name: "Start a party" }).waitFor();
});
