/** Before the first test: no evidence of earlier runs is left, and the films are there, so that no test's time pays for them. */

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { artifacts } from "./artifacts.ts";
import { makeFilms } from "./films.ts";

export function setup(): void {
  mkdirSync(artifacts, { recursive: true });
  for (const file of readdirSync(artifacts)) {
    if (file.startsWith("failed-") || file === "measured.txt") rmSync(path.join(artifacts, file));
  }
  makeFilms();
}
