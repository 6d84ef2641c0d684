import path from "node:path";

/** Where pictures, logs of failures and measurements go. */
export const artifacts = path.resolve(import.meta.dirname, "../.artifacts");
