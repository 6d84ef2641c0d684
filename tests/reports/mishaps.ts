/**
 * What happens to one of two people while they watch: a slow machine, a tab out of sight, a wall clock that is set.
 */

import { clockSet, outOfSight, slowed } from "../browser/mishaps.ts";
import type { Person } from "../browser/people.ts";

/** A row of the report. */
export interface Row {
  name: string;
  lastsMs: number;
  /** It takes a browser whose tabs go out of sight. */
  hasTabs?: boolean;
  /** Begins it, and gives what ends it. */
  happens(person: Person): Promise<() => Promise<void>>;
}

export const mishaps: Record<string, Row> = {
  slow: {
    name: "page's processor time throttled 6 × for 5 s",
    lastsMs: 5_000,
    happens: (person) => slowed(person, 6),
  },
  hidden: { name: "tab out of sight for a minute", lastsMs: 60_000, hasTabs: true, happens: outOfSight },
  clock: {
    name: "wall clock set an hour ahead for 20 s, as the page sees it",
    lastsMs: 20_000,
    happens: (person) => clockSet(person, 3_600_000),
  },
};
