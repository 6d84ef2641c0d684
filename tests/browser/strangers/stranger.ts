/** What a client of any system can be asked to do in a room, and what it can be asked whether it has seen it. */

/** Where a film stands, as a client was last told. */
export interface Standing {
  paused: boolean;
  /** Seconds. */
  time: number;
}

export interface Stranger {
  /** How many are in the room, itself too, as far as it knows. */
  present?(): number | Promise<number>;
  /** Says something to all. */
  say?(text: string): void;
  /** What it has heard others say: `name: text`. */
  heard?(): string[];
  /** Moves the film for all. */
  move?(to: Standing): void | Promise<void>;
  /** Where the film stands. */
  standing?(): Standing | undefined | Promise<Standing | undefined>;
  /** Sends a game's data to all others. */
  pass?(data: unknown): void;
  /** The data that others have sent. */
  passed?(): unknown[];
  /** Whether it is a host. */
  isHost?(): boolean;
  /** Makes the other one, by its name in the room, a host or none. */
  makeHost?(name: string): void;
  leave(): void;
}

/** How a system's client comes into a room. */
export type Enter = (server: string, room: string, name: string) => Promise<Stranger>;
