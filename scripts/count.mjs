// Prints how many tests passed and failed, "12 0", from the report that a test runner left: nextest's JUnit,
// Vitest's JSON or what `cargo test` printed. No report, no tests: "0 0".

import { existsSync, readFileSync } from "node:fs";

function count(file) {
  if (!existsSync(file)) return [0, 0];
  const report = readFileSync(file, "utf8");
  if (file.endsWith(".json")) {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(report);
    const emptyFailures = testResults.filter((it) => it.status === "failed" && it.assertionResults.length === 0).length;
    return [numPassedTests, numFailedTests + emptyFailures];
  }
  if (file.endsWith(".xml")) {
    const head = /<testsuites\b[^>]*>/.exec(report)?.[0] ?? "";
    const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
    const bad = number("failures") + number("errors");
    return [number("tests") - bad, bad];
  }
  const sum = (word) =>
    [...report.matchAll(new RegExp(`(\\d+) ${word};`, "g"))].reduce((all, [, it]) => all + Number(it), 0);
  return [sum("passed"), sum("failed")];
}

console.log(count(process.argv[2]).join(" "));
