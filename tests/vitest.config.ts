import { defineConfig } from "vitest/config";

// One file after the other: each has a server and browsers of its own, and films play in real time.
export default defineConfig({
  test: {
    include: ["browser/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    globalSetup: ["browser/before-all.ts"],
    expect: { poll: { timeout: 15_000, interval: 100 } },
  },
});
