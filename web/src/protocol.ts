// Generated from crates/wire/src/native by `make types`. Do not edit.

/** The version of the protocol; `hello` names it. */
export const VERSION = 1;

/**
 * What a client sends.
 */
export type ClientMessage = { "type": "hello", 
/**
 * The protocol version that the client speaks; now 1.
 */
protocol: number, 
/**
 * The name to show, 1 to 40 characters.
 */
name: string, 
/**
 * What tells this tab from the same person's other tabs: 1 to 64 characters of the client's
 * choice. The same cookie with the same tab is the same member.
 */
tab: string, 
/**
 * The room's password, where it has one. A member who comes back needs none.
 */
password?: string | null, 
/**
 * The last line of the log that the client has; `welcome` carries what came after it.
 */
since?: number | null, 
/**
 * `made_at_ms` of the `welcome` to the room which that line is of: if another room has the code by now,
 * `welcome` carries its whole log.
 */
made_at_ms?: number | null, } | { "type": "clock", 
/**
 * The client's own clock, given back unchanged.
 */
t0: number, } | { "type": "say", 
/**
 * This command's number.
 */
id: number, 
/**
 * 1 to 2,000 characters.
 */
text: string, 
/**
 * The number of a line that this answers.
 */
reply_to?: number | null, } | { "type": "react", 
/**
 * One emoji, up to 32 bytes.
 */
emoji: string, } | { "type": "play", 
/**
 * This command's number.
 */
id: number, 
/**
 * The playback revision that the client had seen.
 */
seen: number, } | { "type": "pause", 
/**
 * This command's number.
 */
id: number, 
/**
 * The playback revision that the client had seen.
 */
seen: number, } | { "type": "seek", 
/**
 * This command's number.
 */
id: number, 
/**
 * The playback revision that the client had seen.
 */
seen: number, 
/**
 * Where to.
 */
position_ms: number, } | { "type": "rate", 
/**
 * This command's number.
 */
id: number, 
/**
 * The playback revision that the client had seen.
 */
seen: number, 
/**
 * 1 is the film's own speed; 0.25 to 4.
 */
rate: number, } | { "type": "pick", 
/**
 * This command's number.
 */
id: number, 
/**
 * The film's id, from the list of films.
 */
film: string, } | { "type": "link", 
/**
 * This command's number.
 */
id: number, 
/**
 * Its address: `http:` or `https:`, up to 2,048 characters.
 */
url: string, } | { "type": "queue_add", 
/**
 * This command's number.
 */
id: number, 
/**
 * The film's id, from the list of films.
 */
film?: string | null, 
/**
 * The address of a film that is elsewhere, as in `link`.
 */
url?: string | null, 
/**
 * Whether it comes next, and not after all others.
 */
next?: boolean | null, } | { "type": "queue_move", 
/**
 * This command's number.
 */
id: number, 
/**
 * Which, by its entry's id.
 */
entry: number, 
/**
 * Before which entry; null for the end.
 */
before?: number | null, } | { "type": "queue_remove", 
/**
 * This command's number.
 */
id: number, 
/**
 * Which, by its entry's id.
 */
entry: number, } | { "type": "queue_clear", 
/**
 * This command's number.
 */
id: number, } | { "type": "queue_next", 
/**
 * This command's number.
 */
id: number, 
/**
 * The playback revision that the client had seen.
 */
seen: number, 
/**
 * Which, by its entry's id; null for the first.
 */
entry?: number | null, } | { "type": "queue_stay", 
/**
 * This command's number.
 */
id: number, } | { "type": "repeat", 
/**
 * This command's number.
 */
id: number, 
/**
 * What.
 */
repeat: Repeat, } | { "type": "skip", 
/**
 * This command's number.
 */
id: number, 
/**
 * The playback revision that the client had seen.
 */
seen: number, 
/**
 * Whether to skip it.
 */
skip: boolean, } | { "type": "undo", 
/**
 * This command's number.
 */
id: number, 
/**
 * The number of what can be undone.
 */
number: number, } | { "type": "ready_check", 
/**
 * This command's number.
 */
id: number, } | { "type": "ready", 
/**
 * This command's number.
 */
id: number, 
/**
 * Which.
 */
ready: boolean, } | { "type": "ready_cancel", 
/**
 * This command's number.
 */
id: number, } | { "type": "ended", 
/**
 * The film's id.
 */
film: string, } | { "type": "length", 
/**
 * The film's id.
 */
film: string, 
/**
 * Its length.
 */
duration_ms: number, } | { "type": "stalled", 
/**
 * Whether it waits for bytes.
 */
stalled: boolean, 
/**
 * How much it has loaded ahead. While the room waits for this client, tell again when it has changed.
 */
buffered_ms?: number | null, } | { "type": "skew", 
/**
 * The mean; behind the room it is negative.
 */
mean_ms: number, 
/**
 * Half of the time it was no further off than this, ahead or behind.
 */
p50_ms: number, 
/**
 * The same for 95 % of the time.
 */
p95_ms: number, } | { "type": "hear_skews", 
/**
 * Which.
 */
hear: boolean, } | { "type": "alone", 
/**
 * This command's number.
 */
id: number, 
/**
 * Until when; null comes back.
 */
alone?: Alone | null, } | { "type": "data", 
/**
 * Whom, if not all others.
 */
to?: number | null, 
/**
 * Any JSON.
 */
data: unknown, } | { "type": "rename", 
/**
 * This command's number.
 */
id: number, 
/**
 * 1 to 40 characters.
 */
name: string, } | { "type": "host", 
/**
 * This command's number.
 */
id: number, 
/**
 * Whom.
 */
member: number, 
/**
 * Whether they shall be a host.
 */
host: boolean, } | { "type": "settings", 
/**
 * This command's number.
 */
id: number, 
/**
 * The room's name, 1 to 60 characters.
 */
name?: string | null, 
/**
 * The new password; `""` takes it away.
 */
password?: string | null, 
/**
 * Whether newcomers become hosts.
 */
newcomers_may_control?: boolean | null, 
/**
 * Who may control the film.
 */
who_controls?: WhoMay | null, 
/**
 * Who may add films.
 */
who_adds?: WhoMay | null, 
/**
 * Whether nobody new comes in.
 */
closed?: boolean | null, 
/**
 * Seconds between two messages of one who is no host, 0 to 300.
 */
slow_s?: number | null, 
/**
 * How long the room waits for somebody whose player has run dry, in seconds: 0 (never) to 20.
 */
wait_seconds?: number | null, } | { "type": "mute", 
/**
 * This command's number.
 */
id: number, 
/**
 * Whom.
 */
member: number, 
/**
 * For how many minutes, 1 to 1,440; until it is lifted if left out.
 */
minutes?: number | null, } | { "type": "unmute", 
/**
 * This command's number.
 */
id: number, 
/**
 * Whom.
 */
member: number, } | { "type": "kick", 
/**
 * This command's number.
 */
id: number, 
/**
 * Whom.
 */
member: number, } | { "type": "ban", 
/**
 * This command's number.
 */
id: number, 
/**
 * Whom.
 */
member: number, 
/**
 * Whether strangers from the same network address are refused as well; yes if left out.
 */
address?: boolean | null, } | { "type": "unban", 
/**
 * This command's number.
 */
id: number, 
/**
 * The ban's id.
 */
ban: number, } | { "type": "bans", 
/**
 * This command's number.
 */
id: number, } | { "type": "leave" };

/**
 * What the server sends.
 */
export type ServerMessage = { "type": "welcome", 
/**
 * The protocol version that the server speaks.
 */
protocol: number, 
/**
 * The newcomer's own member id.
 */
you: number, 
/**
 * The highest command number that the room has from this member: number on from here, and send
 * again the lines that are above it.
 */
last_command: number, 
/**
 * When the room was made. If it differs from what an earlier `welcome` said, this is another room of that code:
 * forget the lines of the one before.
 */
made_at_ms: number, 
/**
 * The room.
 */
room: RoomInfo, 
/**
 * Everybody in it; sort them by id.
 */
members: Array<Member>, 
/**
 * What plays.
 */
playback: Playback, 
/**
 * The log after `since`, or its last 500 lines.
 */
log: Array<Line>, 
/**
 * Uploads that have not ended.
 */
uploads: Array<Upload>, 
/**
 * What comes next; absent if nothing waits and nothing is repeated.
 */
queue?: Queue, 
/**
 * The latest change, if it can be undone.
 */
undo?: Undo, 
/**
 * Votes to skip the film that is on, if there are any.
 */
votes?: Votes, 
/**
 * Who is ready, if that is asked.
 */
ready_check?: ReadyCheck, 
/**
 * For whom the film stands still, if it does.
 */
waiting?: Waiting, } | { "type": "room", 
/**
 * All of them.
 */
room: RoomInfo, } | { "type": "member", 
/**
 * The member, whole; somebody new if the id is not in the list. Keep the list sorted by id: for a
 * slow client older messages may be left out, so that their order is not the order of coming.
 */
member: Member, } | { "type": "left", 
/**
 * Who.
 */
member: number, } | { "type": "playback", 
/**
 * The new state, whole.
 */
playback: Playback, 
/**
 * Who changed it; absent where the room did.
 */
by: number | null, 
/**
 * The number of the command that did it, as its sender gave it.
 */
command: number | null, } | { "type": "stream", 
/**
 * The film's id; not about a film that is on no more.
 */
film: string, 
/**
 * Where it is, as in the film.
 */
stream: Stream | null, } | { "type": "extras", 
/**
 * The film's id; not about a film that is on no more.
 */
film: string, 
/**
 * Where they are described, as in the film.
 */
url: string | null, } | { "type": "queue", 
/**
 * All of it.
 */
queue: Queue, } | { "type": "undo", 
/**
 * Which.
 */
undo: Undo | null, } | { "type": "votes", 
/**
 * All of them; null if there are none.
 */
votes: Votes | null, } | { "type": "ready_check", 
/**
 * All of it; null if it is asked no longer.
 */
check: ReadyCheck | null, } | { "type": "waiting", 
/**
 * For whom; null if for nobody.
 */
waiting: Waiting | null, } | { "type": "skews", 
/**
 * Of all who follow the film.
 */
skews: Array<MemberSkew>, } | { "type": "line", 
/**
 * The line.
 */
line: Line, } | { "type": "reactions", 
/**
 * Each emoji since the last message of this type.
 */
reactions: Array<Reaction>, } | { "type": "bans", 
/**
 * All of them, the longest first.
 */
bans: Array<Ban>, } | { "type": "uploads", 
/**
 * All of them; empty when the last has ended.
 */
uploads: Array<Upload>, } | { "type": "data", 
/**
 * Who.
 */
from: number, 
/**
 * As they sent it, byte for byte.
 */
data: unknown, } | { "type": "done", 
/**
 * The command's number.
 */
id: number, } | { "type": "refused", 
/**
 * The command's number, if it had one.
 */
id: number | null, 
/**
 * What went wrong, for programs: see `docs/protocol.md`.
 */
code: string, 
/**
 * What went wrong and what to do, for people.
 */
message: string, } | { "type": "clock", 
/**
 * As the client sent it.
 */
t0: number, 
/**
 * When the question arrived.
 */
t1: number, 
/**
 * When the answer left.
 */
t2: number, };

/**
 * The room's settings, as everybody may see them.
 */
export type RoomInfo = { 
/**
 * The code to join it by.
 */
code: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Whether it has a password.
 */
locked: boolean, 
/**
 * Whether newcomers become hosts.
 */
newcomers_may_control: boolean, 
/**
 * Who may control the film.
 */
who_controls: WhoMay, 
/**
 * Who may add films: uploads, picks from the library.
 */
who_adds: WhoMay, 
/**
 * Whether nobody new comes in; those who were in may come back.
 */
closed: boolean, 
/**
 * Seconds between two messages of one who is no host; 0 if nobody has to wait.
 */
slow_s: number, 
/**
 * How long the room waits for somebody whose player has run dry, in seconds; 0 for never.
 */
wait_seconds: number, };

/**
 * Whose right something is.
 */
export type WhoMay = "hosts" | "everybody";

/**
 * Somebody in the room.
 */
export type Member = { 
/**
 * Their id, unique in this room for its life.
 */
id: number, 
/**
 * Their name, as they gave it. Two members may have the same.
 */
name: string, 
/**
 * Whether they are a host.
 */
host: boolean, 
/**
 * Their connection is lost, and they have a few seconds to come back.
 */
away: boolean, 
/**
 * Their player waits for bytes.
 */
stalled: boolean, 
/**
 * Until when they watch on their own; null while they are in step.
 */
alone: Alone | null, 
/**
 * What they came with: "Matinee", or the name of another system.
 */
client: string, 
/**
 * Whether it shows and sends chat.
 */
chats: boolean, 
/**
 * Whether it follows the film.
 */
plays: boolean, 
/**
 * Whether it plays a film of its own instead of the room's.
 */
brings_film: boolean, 
/**
 * Whether they made the room: nobody mutes them, puts them out or takes their rights. Left out if not.
 */
founder?: boolean, 
/**
 * Whether a host has muted them; left out if not.
 */
muted?: boolean, 
/**
 * Which of several whose names look the same: 2 or more for who took the name later, left out for the first.
 * Show it apart from the name, which may end in a number of its own.
 */
namesake?: number, };

/**
 * Until when somebody watches on their own. A film that is put on is for all, and ends it in any case.
 */
export type Alone = "until_back" | "until_play";

/**
 * What plays, and where. While it is not paused, the position at server time `t >= at_ms` is
 * `position_ms + (t - at_ms) * rate`, but never past the film's end. `at_ms` may lie up to half a second
 * ahead: until then players stay as they were.
 */
export type Playback = { 
/**
 * The film, if one was picked.
 */
film: Film | null, 
/**
 * The position at `at_ms`.
 */
position_ms: number, 
/**
 * 1 is the film's own speed.
 */
rate: number, 
/**
 * Whether it stands still.
 */
paused: boolean, 
/**
 * True where it stands still only until enough of the film is made; then it plays on by itself.
 */
waits_for_film?: boolean, 
/**
 * From when this holds.
 */
at_ms: number, 
/**
 * Grows by one with each change.
 */
revision: number, };

/**
 * A film as the room knows it.
 */
export type Film = { 
/**
 * Its id. Other bytes have another id.
 */
id: string, 
/**
 * What to call it.
 */
title: string, 
/**
 * Where its bytes are, relative to this server; absolute for a film elsewhere, which every player fetches
 * from there.
 */
url: string, 
/**
 * What is found there, and so how to play it.
 */
kind: FilmKind, 
/**
 * How long it is, once somebody's player or the server has found out.
 */
duration_ms: number | null, 
/**
 * Its stream, where not every browser plays the file itself; null where every browser does.
 */
stream: Stream | null, 
/**
 * Where its subtitles, pictures and chapters are described (`FilmExtras`), relative to this server.
 * Another address whenever they have changed.
 */
extras: string | null, };

/**
 * What is found at a film's address.
 */
export type FilmKind = "file" | "hls" | "youtube";

/**
 * Where the stream of a film is: HLS, with H.264 and AAC.
 */
export type Stream = { "state": "looking" } | { "state": "waiting", 
/**
 * How many.
 */
ahead: number, } | { "state": "making", 
/**
 * How much of it is there, 0 to 100; null where the film does not say how long it is.
 */
percent: number | null, 
/**
 * Where its playlist is, relative to this server, as soon as players can begin. Another address, or
 * null again: it begins anew.
 */
url: string | null, } | { "state": "ready", 
/**
 * Where its playlist is, relative to this server.
 */
url: string, } | { "state": "failed", 
/**
 * Why, for programs.
 */
code: string, 
/**
 * Why, and what to do, for people.
 */
message: string, } | { "state": "unavailable", 
/**
 * The same for programs.
 */
code: string, 
/**
 * What the server lacks, and what to do, for people.
 */
message: string, };

/**
 * The films that come next. The one that is on is not among them.
 */
export type Queue = { 
/**
 * In their order.
 */
entries: Array<Entry>, 
/**
 * What comes again by itself.
 */
repeat: Repeat, 
/**
 * When the next film, or the same again, comes by itself; null but for the seconds after a film's end.
 */
next_at_ms: number | null, };

/**
 * A film that waits in the queue.
 */
export type Entry = { 
/**
 * Its id in this room, never given twice: the same film may wait twice.
 */
id: number, 
/**
 * The film's id.
 */
film: string, 
/**
 * The film's title.
 */
title: string, 
/**
 * How long it is, if that is known.
 */
duration_ms: number | null, 
/**
 * Who added it; null if the room did.
 */
member: number | null, 
/**
 * Their name at that time.
 */
name: string | null, };

/**
 * What comes again by itself.
 */
export type Repeat = "off" | "queue" | "film";

/**
 * The latest change of the queue or of the film.
 */
export type Undo = { 
/**
 * Its number, for `undo`.
 */
number: number, 
/**
 * What it was.
 */
what: Undoable, 
/**
 * Whose it was; null if the room's own.
 */
member: number | null, 
/**
 * The title of the film that it was about; null for `cleared`. For `skipped` it is the film that was left.
 */
title: string | null, };

/**
 * What can be undone.
 */
export type Undoable = "added" | "moved" | "removed" | "cleared" | "put_on" | "skipped";

/**
 * Votes to skip the film that is on.
 */
export type Votes = { 
/**
 * Whose count: members who watch the film and are not away.
 */
members: Array<number>, 
/**
 * How many it takes.
 */
needed: number, };

/**
 * The question whether all are ready.
 */
export type ReadyCheck = { 
/**
 * Who asks.
 */
member: number, 
/**
 * Who is ready.
 */
ready: Array<number>, 
/**
 * Who is not yet; the film starts when nobody is left here.
 */
missing: Array<number>, 
/**
 * When it is asked no longer.
 */
until_ms: number, };

/**
 * The film stands still, though nobody paused it: it waits for players that have run dry.
 */
export type Waiting = { 
/**
 * For whom.
 */
members: Array<WaitedFor>, 
/**
 * When the film goes on at the latest.
 */
until_ms: number, };

/**
 * Somebody the room waits for.
 */
export type WaitedFor = { 
/**
 * Who.
 */
member: number, 
/**
 * How much their player has loaded ahead, if they told.
 */
buffered_ms: number | null, };

/**
 * How far somebody is from the server, and their player from where the room is.
 */
export type MemberSkew = { 
/**
 * Who: neither somebody away nor somebody who watches on their own.
 */
member: number, 
/**
 * How long what the server says takes to reach them, as it has measured; 0 before.
 */
latency_ms: number, 
/**
 * What their player told last, if it does.
 */
skew: Skew | null, };

/**
 * How far a player was from where the room was, over some seconds: as it told it itself, bounded by ten seconds.
 */
export type Skew = { 
/**
 * When it was told. It stays when the film stands still.
 */
at_ms: number, 
/**
 * The mean; behind the room it is negative.
 */
mean_ms: number, 
/**
 * Half of the time it was no further off than this, ahead or behind.
 */
p50_ms: number, 
/**
 * The same for 95 % of the time.
 */
p95_ms: number, };

/**
 * A line of the room's log.
 */
export type Line = { 
/**
 * Its number: one more than the line before, or much more after a restart of the server.
 */
seq: number, 
/**
 * When it was written.
 */
at_ms: number, 
/**
 * Whose line it is.
 */
member: number, 
/**
 * Their name at that time.
 */
name: string, 
/**
 * Which of several of that name they were, as in a member; left out for the first.
 */
namesake?: number, } & ({ "kind": "said", 
/**
 * The words, to be shown as text.
 */
text: string, 
/**
 * What they answer, if they do.
 */
reply_to?: Quote, } | { "kind": "joined" } | { "kind": "left" } | { "kind": "picked", 
/**
 * Its title.
 */
title: string, 
/**
 * The room voted to go on to it: nobody did it alone. Left out if not.
 */
voted?: boolean, } | { "kind": "paused", 
/**
 * Where.
 */
position_ms: number, } | { "kind": "alone" } | { "kind": "in_step" } | { "kind": "moved", 
/**
 * Where to.
 */
position_ms: number, } | { "kind": "rate", 
/**
 * The speed.
 */
rate: number, } | { "kind": "host", 
/**
 * Whom.
 */
whom: number, 
/**
 * Their name at that time.
 */
whom_name: string, 
/**
 * Whether they are one now.
 */
host: boolean, } | { "kind": "muted", 
/**
 * Whom.
 */
whom: number, 
/**
 * Their name at that time.
 */
whom_name: string, 
/**
 * Whether they are muted now.
 */
muted: boolean, 
/**
 * For how many minutes; null if it does not end by itself.
 */
minutes: number | null, } | { "kind": "put_out", 
/**
 * Whom.
 */
whom: number, 
/**
 * Their name at that time.
 */
whom_name: string, 
/**
 * Whether for good.
 */
banned: boolean, } | { "kind": "renamed", 
/**
 * The one before.
 */
before: string, } | { "kind": "set", 
/**
 * Which, and to what.
 */
what: Setting, });

/**
 * What a line says.
 */
export type Said = { "kind": "said", 
/**
 * The words, to be shown as text.
 */
text: string, 
/**
 * What they answer, if they do.
 */
reply_to?: Quote, } | { "kind": "joined" } | { "kind": "left" } | { "kind": "picked", 
/**
 * Its title.
 */
title: string, 
/**
 * The room voted to go on to it: nobody did it alone. Left out if not.
 */
voted?: boolean, } | { "kind": "paused", 
/**
 * Where.
 */
position_ms: number, } | { "kind": "alone" } | { "kind": "in_step" } | { "kind": "moved", 
/**
 * Where to.
 */
position_ms: number, } | { "kind": "rate", 
/**
 * The speed.
 */
rate: number, } | { "kind": "host", 
/**
 * Whom.
 */
whom: number, 
/**
 * Their name at that time.
 */
whom_name: string, 
/**
 * Whether they are one now.
 */
host: boolean, } | { "kind": "muted", 
/**
 * Whom.
 */
whom: number, 
/**
 * Their name at that time.
 */
whom_name: string, 
/**
 * Whether they are muted now.
 */
muted: boolean, 
/**
 * For how many minutes; null if it does not end by itself.
 */
minutes: number | null, } | { "kind": "put_out", 
/**
 * Whom.
 */
whom: number, 
/**
 * Their name at that time.
 */
whom_name: string, 
/**
 * Whether for good.
 */
banned: boolean, } | { "kind": "renamed", 
/**
 * The one before.
 */
before: string, } | { "kind": "set", 
/**
 * Which, and to what.
 */
what: Setting, };

/**
 * What a line answers: the beginning of another one.
 */
export type Quote = { 
/**
 * The line's number; it may be gone by now.
 */
seq: number, 
/**
 * Whose it was.
 */
member: number, 
/**
 * Their name at that time.
 */
name: string, 
/**
 * The beginning of what they said, on one line.
 */
text: string, };

/**
 * A setting as it is from then on.
 */
export type Setting = "closed" | "open" | "everybody_controls" | "hosts_control" | "everybody_adds" | "hosts_add" | "password" | "no_password" | "slow" | "not_slow";

/**
 * An emoji that people react with.
 */
export type Reaction = { 
/**
 * The emoji.
 */
emoji: string, 
/**
 * How often it came.
 */
count: number, };

/**
 * Somebody who is banned.
 */
export type Ban = { 
/**
 * Its number in this room, for `unban`.
 */
id: number, 
/**
 * What they were called.
 */
name: string, 
/**
 * What the host was called who did it.
 */
by: string, 
/**
 * When.
 */
at_ms: number, 
/**
 * Whether strangers from the same network address are refused as well. Never where a host, or who made the
 * room, comes from there too.
 */
address: boolean, 
/**
 * How many others were known from that address by then. They stay welcome.
 */
others: number, };

/**
 * An upload that has not ended.
 */
export type Upload = { 
/**
 * Its number in this room.
 */
id: number, 
/**
 * Who sends it.
 */
member: number, 
/**
 * The film's title.
 */
title: string, 
/**
 * Bytes here so far.
 */
received_bytes: number, 
/**
 * Bytes in all.
 */
total_bytes: number, 
/**
 * Nobody sends it just now. It goes on where it is, until it ends, expires or is removed.
 */
paused: boolean, 
/**
 * Where who sent it may go on with it, and they and hosts may remove it; null if that is not possible.
 */
url: string | null, };

/**
 * The body of a refusal over HTTP: `{"error":{"code","message"}}`.
 */
export type ErrorBody = { 
/**
 * What went wrong.
 */
error: ErrorInfo, };

/**
 * What went wrong, over HTTP.
 */
export type ErrorInfo = { 
/**
 * For programs.
 */
code: string, 
/**
 * For people.
 */
message: string, };

/**
 * `POST /api/rooms`: makes a room.
 */
export type NewRoom = { 
/**
 * Its name, up to 60 characters; without one it is "Movie night".
 */
name?: string | null, 
/**
 * Its password, if it shall have one.
 */
password?: string | null, 
/**
 * Whether newcomers become hosts; no if left out.
 */
newcomers_may_control?: boolean | null, };

/**
 * The answer to `POST /api/rooms` and `GET /api/rooms/{code}`.
 */
export type RoomSummary = { 
/**
 * The code to join it by.
 */
code: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Whether it has a password.
 */
locked: boolean, 
/**
 * How many are in it.
 */
viewers: number, 
/**
 * The link to send to friends, as well as the server knows it: never "localhost" if it can be helped.
 */
link: string, };

/**
 * `GET /api/rooms/{code}/films/{film}/spot`: where this browser wants to go on.
 */
export type Spot = { 
/**
 * The position; null where there is none to go on from.
 */
position_ms: number | null, };

/**
 * `PUT /api/rooms/{code}/films/{film}/spot`: where this browser is. At a film's start, and in its credits, that
 * is no spot, and the one before is forgotten.
 */
export type NewSpot = { 
/**
 * The position.
 */
position_ms: number, 
/**
 * How long the film is, if this client knows; without it, the credits are not known as such.
 */
duration_ms?: number | null, };

/**
 * `GET /api/rooms/{code}/films` and `POST …/films/scan`: the films that a host may pick.
 */
export type FilmList = { 
/**
 * Whether the server has a library folder at all.
 */
has_library: boolean, 
/**
 * Uploads to this room first, newest first; then the library by folder and name.
 */
films: Array<FilmEntry>, };

/**
 * A film that a host may pick.
 */
export type FilmEntry = { 
/**
 * Its id, for `pick`.
 */
id: string, 
/**
 * What to call it.
 */
title: string, 
/**
 * Its file's name, which tells apart what has the same title.
 */
file_name: string, 
/**
 * The library folder that it is in, `""` for the top; absent for an upload.
 */
folder: string | null, 
/**
 * Its size.
 */
size_bytes: number, 
/**
 * A picture of it, relative to this server, made when it is first asked for; null if there can be none.
 */
poster: string | null, };

/**
 * `GET /api/rooms/{code}/films/{film}/extras`. Addresses are relative to this server.
 */
export type FilmExtras = { 
/**
 * A picture of the film, or of its cover; null while there is none.
 */
poster: string | null, 
/**
 * Small pictures of the whole film: WebVTT whose cues name parts of pictures (`#xywh=`), relative to it. Null
 * while there are none.
 */
storyboard: string | null, 
/**
 * The film's chapters, by their start.
 */
chapters: Array<Chapter>, 
/**
 * Those inside the film, then those that lie beside it, then those that somebody added in this room.
 */
subtitles: Array<Subtitles>, 
/**
 * More is to come: then the film's `extras` becomes another address.
 */
making: boolean, };

/**
 * A chapter of a film.
 */
export type Chapter = { 
/**
 * Where it starts.
 */
start_ms: number, 
/**
 * What the film calls it.
 */
title: string | null, };

/**
 * Subtitles of a film: in one language, by one author.
 */
export type Subtitles = { 
/**
 * What tells them from the film's others; stays the same for the film.
 */
id: string, 
/**
 * What they are called, if anything.
 */
label: string | null, 
/**
 * Their language, as a tag of BCP 47 or of ISO 639, if it is known.
 */
language: string | null, 
/**
 * Their text as WebVTT; null while it is still being read out of the film, or if it cannot be.
 */
url: string | null, 
/**
 * The film wants them shown unless somebody chooses.
 */
default: boolean, 
/**
 * Only for what is said in another language than the film's.
 */
forced: boolean, 
/**
 * With sounds described, for people who do not hear.
 */
for_deaf: boolean, 
/**
 * They are pictures of text, which cannot be shown as text: `url` stays null.
 */
picture: boolean, 
/**
 * The name of who added them in this room; null for what came with the film.
 */
added_by: string | null, 
/**
 * Whether the asker may remove them (`DELETE /api/rooms/{code}/subtitles/{id}`).
 */
removable: boolean, };
