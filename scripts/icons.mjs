// Draws the icons of the installed page from its favicon: `node scripts/icons.mjs`, after the favicon has changed.
// The files are kept in the repository, so that building the page needs no browser.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";

const page = path.resolve(import.meta.dirname, "../web/public");
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
/** The favicon's ground, for icons that a system cuts into a shape of its own. */
const GROUND = "#1b1716";

/** `share`: how much of the side the drawing takes. Systems may cut a maskable icon down to a circle of 80 %. */
const ICONS = [
  { file: "192.png", size: 192, share: 1, ground: "transparent" },
  { file: "512.png", size: 512, share: 1, ground: "transparent" },
  { file: "maskable.png", size: 512, share: 0.72, ground: GROUND },
  { file: "apple-touch.png", size: 180, share: 0.9, ground: GROUND },
];

const drawing = await readFile(path.join(page, "favicon.svg"), "base64");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
await mkdir(path.join(page, "icons"), { recursive: true });
for (const { file, size, share, ground } of ICONS) {
  const canvas = await browser.newPage({ viewport: { width: size, height: size } });
  const side = Math.round(size * share);
  await canvas.setContent(
    `<body style="margin:0;height:100vh;display:grid;place-items:center;background:${ground}">` +
      `<img width="${side}" height="${side}" src="data:image/svg+xml;base64,${drawing}">`,
  );
  await canvas.locator("img").evaluate((image) => image.decode());
  await writeFile(path.join(page, "icons", file), await canvas.screenshot({ omitBackground: true }));
  await canvas.close();
}
await browser.close();
