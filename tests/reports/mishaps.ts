/**
 * What happens to one of two people while they watch: a slow machine, a wall clock that is set.
 */

import { clockSet, slowed } from "../browser/mishaps.ts";
import type { Person } from "../browser/people.ts";

/** A row of the report. */
export interface Row {
  name: string;
  lastsMs: number;
  /** Begins it, and gives what ends it. */
  happens(person: Person): Promise<() => Promise<void>>;
}

export const mishaps: Record<string, Row> = {
  slow: {
    name: "page's processor time throttled 6 × for 5 s",
    lastsMs: 5_000,
    happens: (person) => slowed(person, 6),
  },
  clock: {
    name: "wall clock set an hour ahead for 20 s, as the page sees it",
    lastsMs: 20_000,
    happens: (person) => clockSet(person, 3_600_000),
  },
};
