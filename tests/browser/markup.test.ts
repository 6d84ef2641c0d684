/** What people write is words: nothing of it becomes an element or runs, wherever the page shows it. */

import { expect, test } from "vitest";
import { film, filmOf } from "./films.ts";
import { type Person, onDisk } from "./people.ts";
import { stage } from "./stage.ts";
import { partySockets1 } from "./strangers/party-sockets.ts";
import { Socket } from "./strangers/socket.ts";
import { streamGo } from "./strangers/streamgo.ts";
import { streamingRoom } from "./strangers/streaming-room.ts";
import type { Stranger } from "./strangers/stranger.ts";

const set = stage();
/** As long as a name may be. */
const EVIL = "<img src=x data-evil onerror=ran``>";
/** What would get out of an attribute, and a link that would be a script. */
const QUOTED = "\"><b data-evil onclick=ran()>'";
const LINKS = `javascript:ran() https://films.example/"onmouseover="ran()"data-evil=" https://a.example/<b/data-evil>`;
const MADE_MS = 40_000;

/** Somebody whose browser would run what gets into the page, and notes what does. */
async function watchful(): Promise<Person> {
  const person = await set.house.person({ bypassCSP: true });
  await person.page.addInitScript(() => {
    const seen = { evil: [] as string[] };
    const note = (what: string) => seen.evil.push(what);
    Object.assign(window, { seen, ran: () => note("a script ran") });
    const look = ({ target, addedNodes }: MutationRecord) => {
      for (const node of [target, ...addedNodes]) {
        if (!(node instanceof Element)) continue;
        for (const element of [node, ...node.querySelectorAll("*")])
          if (element.matches("[data-evil], [onerror], [onclick], [onmouseover], [href^='javascript:' i]"))
            note(element.outerHTML);
      }
    };
    new MutationObserver((records) => records.forEach(look)).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
    });
  });
  return person;
}

/** Everything that got into this person's page, or was run there. */
function harm(person: Person): Promise<string[]> {
  return person.page.evaluate(() => (window as unknown as { seen: { evil: string[] } }).seen.evil);
}

/** Waits until the words stand on the page as they were written. */
async function shows(person: Person, words: string, timeout = 15_000): Promise<void> {
  await expect
    .poll(() => person.page.evaluate(() => document.body.innerText.replaceAll(/\s+/g, " ")), { timeout })
    .toContain(words.replaceAll(/\s+/g, " "));
}

test("who guards the page sees what would be harm", async () => {
  const ana = await watchful();
  await ana.goHome();
  await ana.page.evaluate((evil) => document.body.insertAdjacentHTML("beforeend", evil), EVIL);
  await expect.poll(() => harm(ana)).toContain("a script ran");
  ana.expects(/status of 404/);
});

test("names and chat are words, whatever client they come with", async () => {
  const ana = await watchful();
  const room = await ana.createRoom(EVIL, { room: `Room ${EVIL}` });
  const guests: Stranger[] = [];
  try {
    guests.push(await streamGo(set.server.url, room, `S${EVIL}`));
    guests.push(await streamingRoom(set.server.url, room, `R${EVIL}`));
    guests.push(await partySockets1(set.server.url, room, "P"));
    await ana.sees(4);
    for (const guest of guests) for (const words of [EVIL, QUOTED, LINKS]) guest.say?.(words);
    await ana.say(`${EVIL} ${QUOTED} ${LINKS}`);
    await ana.openTab("People");
    for (const name of [EVIL, `S${EVIL}`, `R${EVIL}`]) await shows(ana, name);
    await ana.openTab("Chat");
    for (const words of [QUOTED, LINKS, `${EVIL} ${QUOTED}`]) await shows(ana, words);
    expect(await ana.page.title()).toContain(EVIL);
    // A new tab makes all of it at once.
    const again = await watchful();
    again.expects(/status of 404/);
    await again.page.goto(ana.link());
    await shows(again, EVIL);
    await again.see("name-input").fill(`Ben ${EVIL}`.slice(0, 40));
    await again.press(again.see("join-room"));
    await again.inRoom();
    await shows(again, LINKS);
    const links = await again
      .see("chat-log")
      .locator("a")
      .evaluateAll((all) => all.map((it) => it.getAttribute("href")));
    expect(links.filter((href) => !href?.startsWith("https://"))).toEqual([]);
    for (const person of [ana, again]) expect(await harm(person)).toEqual([]);
  } finally {
    for (const guest of guests) guest.leave();
  }
});

test("a room that a client has named so is only called so", async () => {
  const client = await Socket.open(set.server.url, "/");
  client.send({ type: "join-room", roomId: EVIL, userId: "u", userName: "U" });
  await expect.poll(() => client.of("room-joined").length).toBe(1);
  const ana = await watchful();
  ana.expects(/(status of|response code:) 404/);
  await ana.page.goto(`${set.server.url}/r/${encodeURIComponent(EVIL)}`);
  await ana.see("name-input").fill("Ana");
  await ana.press(ana.see("join-room"));
  await ana.connected();
  await shows(ana, EVIL);
  await ana.page.goto(`${set.server.url}/r/${encodeURIComponent(QUOTED)}`);
  await ana.see("error").or(ana.page.getByRole("heading")).first().waitFor();
  expect(await harm(ana)).toEqual([]);
  client.close();
});

test("what films, their files, tracks, chapters and links are called is words", async () => {
  const escaped = EVIL.replaceAll("=", "\\=");
  const named = filmOf("evil", {
    extension: "mkv",
    seconds: 20,
    arguments: [
      ..."-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -c:s srt -map_chapters 3".split(" "),
      ...["0:v", "1:a", "1:a", "2"].flatMap((input) => ["-map", input]),
      ...["s:s:0", "s:a:0", "s:a:1"].flatMap((track, n) => [`-metadata:${track}`, `title=${n} ${EVIL}`]),
      "-metadata",
      `title=${EVIL}`,
    ],
    beside: [
      ["srt", `1\n00:00:00,000 --> 00:00:19,000\n${EVIL} <b onclick="ran()">bold</b>\n`],
      [
        "ffmetadata",
        `;FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=10\ntitle=Chapter ${escaped}\n[CHAPTER]\nTIMEBASE=1/1\nSTART=10\nEND=20\ntitle=End`,
      ],
    ],
  });
  const title = `Film ${EVIL}`;
  set.server.addToLibrary(named, `${EVIL}/${title}.mkv`);
  const ana = await watchful();
  await ana.createRoom("Ana");
  await ana.openTab("Films");
  await ana.see("rescan").click();
  await ana.film(title).waitFor();
  await shows(ana, EVIL);
  await ana.pickFilm(title);
  await ana.hasFilm();

  // A link waits in the queue, and is never fetched.
  const link = `https://films.invalid/${encodeURIComponent(`Link ${EVIL}`)}.mp4`;
  await ana.see("link-input").fill(link);
  await ana.see("link-input").locator("xpath=ancestor::form").getByRole("button").last().click();
  await shows(ana, `Link ${EVIL}`);
  await ana.upload(onDisk(named, `Sent ${EVIL}.mkv`));
  await shows(ana, `Sent ${EVIL}`, MADE_MS);

  await ana.openTracks();
  await ana.page.getByText("Chapters", { exact: true }).click({ timeout: MADE_MS });
  await shows(ana, `Chapter ${EVIL}`, MADE_MS);
  await shows(ana, `0 ${EVIL}`, MADE_MS);
  await shows(ana, `2 ${EVIL}`, MADE_MS);
  expect(await harm(ana)).toEqual([]);
});

test("subtitles are words, at most slanted, bold or underlined", async () => {
  const cue = `${EVIL}<script>ran()</script><b onclick="ran()" data-evil>bold</b><v Eve" onclick="ran()>voice</v>`;
  const files = {
    srt: `1\n00:00:00,000 --> 00:00:50,000\n${cue}\n`,
    vtt: `WEBVTT\n\nSTYLE\n::cue { background: url("https://films.invalid/") }\n\n00:00.000 --> 00:50.000\n${cue}\n`,
    ass:
      "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n" +
      `Dialogue: 0,0:00:00.00,0:00:50.00,Default,,0,0,0,,{\\b1}${cue}{\\p0}\n`,
  };
  set.server.addToLibrary(film("mp4"), "Silent.mp4");
  const ana = await watchful();
  await ana.createRoom("Ana");
  await ana.openTab("Films");
  await ana.see("rescan").click();
  await ana.pickFilm("Silent");
  await ana.hasFilm();
  await ana.openTracks();
  for (const [kind, text] of Object.entries(files)) {
    const buffer = Buffer.from(text);
    await ana.see("subtitle-input").setInputFiles({ name: `${kind} ${EVIL}.${kind}`, mimeType: "text/plain", buffer });
    await shows(ana, `${kind} ${EVIL}`);
    await expect.poll(() => ana.reads(), { timeout: MADE_MS }).toContain("bold");
    expect(await harm(ana), kind).toEqual([]);
    const made = await ana
      .see("subtitles")
      .locator("p *")
      .evaluateAll((all) => all.flatMap((it) => [it.tagName, ...it.getAttributeNames()]));
    expect(
      made.filter((it) => !["B", "I", "U", "SPAN", "BR", "class"].includes(it)),
      kind,
    ).toEqual([]);
    await ana.page.getByRole("button", { name: /^Remove the subtitles/ }).click();
    await expect.poll(() => ana.reads()).toBe("");
  }
});
