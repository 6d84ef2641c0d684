import { defineConfig } from "vitest/config";

// A report is no test: it measures, and writes what it found.
export default defineConfig({
  test: {
    include: ["reports/**/*.report.ts"],
    fileParallelism: false,
    testTimeout: 6 * 3_600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 30_000, interval: 100 } },
  },
});
