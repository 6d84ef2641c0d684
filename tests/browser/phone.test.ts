/** The same evening on a phone, upright and sideways; and pictures of every view, to be looked at. */

import path from "node:path";
import { expect, test } from "vitest";
import { artifacts } from "./artifacts.ts";
import { film } from "./films.ts";
import { onDisk, type Person } from "./people.ts";
import { company, stage } from "./stage.ts";

const set = stage();
const UPRIGHT = { width: 390, height: 844 };
const SIDEWAYS = { width: 844, height: 390 };
const PHONE = { viewport: UPRIGHT, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const TARGET_PX = 44;

test("an evening on a phone", async () => {
  const ana = await set.house.person(PHONE);
  await ana.goHome();
  await fits(ana);
  await ana.createRoom("Ana", { room: "Friday films" });
  const ben = await set.house.person(PHONE);
  await ben.join("Ben", ana.link());
  await ana.sees(2);
  await fits(ana);
  await ana.say("popcorn is ready");
  await ben.hears("popcorn is ready");
  await fits(ana);
  await ana.openTab("People");
  await fits(ana);
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await Promise.all([ana.hasFilm(), ben.hasFilm()]);
  await fits(ana);
  await ana.play();
  await Promise.all([ana.watches(), ben.watches()]);
  await fits(ana);

  await ana.page.setViewportSize(SIDEWAYS);
  await expect
    .poll(async () => (await ana.page.locator("video").boundingBox())?.height ?? 0)
    .toBeGreaterThan(SIDEWAYS.height * 0.9);
  await fits(ana);
  await ana.wake();
  await ana.press(ana.page.getByRole("button", { name: "Chat", exact: true }));
  await beside(ana);
  await ana.page.screenshot({ path: path.join(artifacts, "room-sideways-chat.png") });
  // What has no room beside the chat is behind one button.
  await ana.press(ana.page.getByRole("button", { name: "More", exact: true }));
  await fits(ana);
  await ana.press(ana.see("more").getByRole("button", { name: "Settings" }));
  await ana.see("save-settings").waitFor();
  await ana.page.keyboard.press("Escape");
  await ana.wake();
  await ana.press(ana.page.getByRole("button", { name: "Close" }));
  await ana.pause();
  await Promise.all([ana.stands(), ben.stands()]);
  await ana.page.screenshot({ path: path.join(artifacts, "room-sideways.png") });
});

test.each([
  ["upright", UPRIGHT],
  ["sideways", SIDEWAYS],
])("no control is covered on a phone held %s with the chat open", async (_, viewport) => {
  const ana = await set.house.person({ ...PHONE, viewport });
  await ana.createRoom("Ana");
  const ben = await set.house.person();
  await ben.join("Ben", ana.link());
  await ana.upload(onDisk(film("mp4"), "The General.mp4"));
  await ana.hasFilm();
  await ben.say("popcorn is ready");
  await ana.wake();
  const chat = ana.page.getByRole("button", { name: /^Chat/ });
  if (await chat.isVisible()) await ana.press(chat);
  await ana.hears("popcorn is ready");
  expect(await covered(ana)).toEqual([]);
});

test("a film's title stays readable beside all that a guest can do", async () => {
  const ana = await set.house.person();
  await ana.createRoom("Ana");
  const ben = await set.house.person(PHONE);
  await ben.join("Ben", ana.link());
  await ana.upload(onDisk(film("mp4"), "The Night Train to Lisbon.mp4"));
  await Promise.all([ana.hasFilm(), ben.hasFilm()]);
  await ana.openTab("Films");
  await ana.press(ana.page.getByRole("button", { name: /to the queue$/ }).first());
  await ben.press(ben.see("skip"));
  await ben.see("skip").getByText("1 of 2").waitFor();
  const title = await ben.page.getByRole("heading", { name: "The Night Train to Lisbon" }).boundingBox();
  expect(title?.width).toBeGreaterThan(UPRIGHT.width / 2);
  await fits(ben);
});

test("a long name and long words stay inside", async () => {
  const long = "W".repeat(40);
  const ana = await set.house.person(PHONE);
  await ana.createRoom(long, { room: "M".repeat(60) });
  await ana.say("x".repeat(500));
  await ana.hears("x".repeat(500));
  await fits(ana);
  await ana.openTab("People");
  await fits(ana);
});

test("pictures of home and room", async () => {
  const [ana, ben, cleo] = (await company(set.house, ["Ana", "Ben", "Cleo"], { room: "Friday films" })) as [
    Person,
    Person,
    Person,
  ];
  await ana.upload(onDisk(film("mp4"), "The General (1926).mp4"));
  await Promise.all([ana, ben, cleo].map((it) => it.hasFilm()));
  await ana.say("the train stunt is next");
  await cleo.say("dead in step, wow");
  await ana.seekTo(42);
  await ben.say("sorry, doorbell 🍕");
  await ana.hears("sorry, doorbell 🍕");
  const visitor = await set.house.person();
  await visitor.goHome();
  for (const [shape, viewport] of Object.entries({ desktop: { width: 1280, height: 800 }, phone: UPRIGHT })) {
    for (const colorScheme of ["dark", "light"] as const) {
      for (const [view, person] of Object.entries({ home: visitor, room: ana })) {
        await person.page.setViewportSize(viewport);
        await person.page.emulateMedia({ colorScheme });
        const file = path.join(artifacts, `${view}-${shape}-${colorScheme}.png`);
        await person.page.screenshot({ path: file, animations: "disabled" });
      }
    }
  }
});

/** All controls stand where they can be pressed, left of the floating chat. */
async function beside(person: Person): Promise<void> {
  const panel = await person.page.getByRole("complementary", { name: "Chat and people" }).boundingBox();
  for (const control of await person.page.locator(".controls :is(button, select, input)").all()) {
    const box = await control.boundingBox();
    if (box !== null) expect(box.x + box.width, await control.innerHTML()).toBeLessThanOrEqual(panel?.x ?? 0);
  }
}

/** Nothing scrolls sideways, and what a finger must hit is large enough. */
async function fits(person: Person): Promise<void> {
  const found = await person.page.evaluate((least) => {
    const page = document.documentElement;
    const small = [...document.querySelectorAll("button, select, input, textarea, summary, [role=tab], [role=button]")]
      .filter((it) => it.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .map((it) => {
        // A label that wraps its control is the control's target.
        const target = it.matches("input[type=checkbox], input[type=radio]") ? (it.closest("label") ?? it) : it;
        return { it, box: target.getBoundingClientRect() };
      })
      .filter(({ box }) => box.width > 1 && box.height > 1) // 1 px is how text is kept for screen readers
      .filter(({ box }) => box.height < least - 0.5 || box.width < least - 0.5)
      .map(({ it, box }) => {
        const name = it.getAttribute("aria-label") ?? it.getAttribute("data-testid") ?? it.textContent?.trim();
        return `${it.tagName.toLowerCase()} “${name}” is ${Math.round(box.width)} × ${Math.round(box.height)}`;
      });
    return { wide: page.scrollWidth - page.clientWidth, small };
  }, TARGET_PX);
  expect(found.wide, "pixels to scroll sideways").toBeLessThanOrEqual(0);
  expect(found.small, "targets too small for a finger").toEqual([]);
}

/** Controls that a finger on their middle does not reach, each with what lies over it. */
async function covered(person: Person): Promise<string[]> {
  return person.page.evaluate(() =>
    [...document.querySelectorAll("button, select, input, textarea, a, [role=tab], [role=slider]")]
      .filter((it) => it.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .map((it) => ({ it, box: it.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && box.height > 1)
      .flatMap(({ it, box }) => {
        const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        if (hit !== null && (it.contains(hit) || hit.closest("label")?.contains(it) === true)) return [];
        const name = it.getAttribute("aria-label") ?? it.textContent?.trim();
        return [`“${name}” is under ${hit === null ? "the edge" : hit.outerHTML.slice(0, 80)}`];
      }),
  );
}
