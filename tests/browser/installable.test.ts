/** The page can be put on a home screen, and looks like an app of its own there. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { executablePath } from "./people.ts";
import { stage } from "./stage.ts";

const set = stage();

test("Chromium finds the page fit to be installed", async () => {
  // A context as other tests have it is a private window, into which nothing is installed.
  const profile = mkdtempSync(path.join(tmpdir(), "matinee-profile-"));
  const browser = await chromium.launchPersistentContext(profile, { executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    await page.goto(set.server.url);
    const inside = await browser.newCDPSession(page);
    const { errors, data } = await inside.send("Page.getAppManifest");
    expect(errors).toEqual([]);
    expect(JSON.parse(data ?? "{}")).toMatchObject({ name: "Matinee", start_url: "/", display: "standalone" });
    expect(await inside.send("Page.getInstallabilityErrors")).toEqual({ installabilityErrors: [] });
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
});

test("the manifest and its pictures are what they say they are", async () => {
  const ana = await set.house.person();
  await ana.goHome();
  const get = async (address: string) => ana.page.request.get(new URL(address, set.server.url).href);
  const manifest = await get("/manifest.webmanifest");
  expect(manifest.headers()["content-type"]).toBe("application/manifest+json");
  expect(manifest.headers()["cache-control"]).toBe("no-cache");
  const { icons } = (await manifest.json()) as { icons: Array<{ src: string; sizes: string; type: string }> };
  const touch = await ana.page.locator("link[rel=apple-touch-icon]").getAttribute("href");
  const pictures = [...icons, { src: touch ?? "", sizes: "180x180", type: "image/png" }];
  for (const { src, sizes, type } of pictures) {
    const picture = await get(src);
    expect([picture.status(), picture.headers()["content-type"]], src).toEqual([200, type]);
    if (sizes === "any") continue;
    const size = await ana.page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    expect(size, src).toBe(sizes);
  }
});
