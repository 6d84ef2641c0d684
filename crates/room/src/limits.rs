//! Every bound of a room, with its unit and its reason. What happens when one is reached stands beside it.

/// Members at once, away ones too, unless the server sets it lower or higher. One member more is refused:
/// "This room is full". A thousand is what one relay room was measured with.
pub const MEMBERS_MAX: usize = 1_000;

/// By how many places a list of members or of lines grows that has so many: an eighth. They are large and most rooms
/// small; doubled as lists are, a room of ten would have places for six more in each.
pub(crate) const fn grows_by(length: usize) -> usize {
    length / 8 + 1
}

/// Former members whose id and rights are remembered, so that a tab which slept through the night is still
/// the same member. The one who left longest ago is forgotten first, but for the room's first member.
pub const FORMER_MEMBERS_MAX: usize = 256;

/// How long a member whose connection is lost keeps their place before they count as gone. Long enough for a
/// reload or a change of network, short enough that a room is not without its host for long.
pub const AWAY_MS_MAX: u64 = 5_000;

/// The same after a restart of the server, when all come back at once from their backoff.
pub const AWAY_AFTER_RESTART_MS_MAX: u64 = 30_000;

/// Characters of a member's name. A longer one is refused.
pub const NAME_CHARS_MAX: usize = 40;

/// Characters of a room's name. A longer one is refused.
pub const ROOM_NAME_CHARS_MAX: usize = 60;

/// Characters of a chat message. A longer one is refused.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// Marks that may stand on one letter, as accents and vowel points do. More are left out: they would pile up over the
/// lines above. No living script needs more than five.
pub const MARKS_MAX: usize = 8;

/// Characters of what was said that an answer to it repeats.
pub const QUOTE_CHARS_MAX: usize = 120;

/// Bytes of a reaction: the longest family with tones has fewer than 30 but for those that no keyboard writes.
pub const REACTION_BYTES_MAX: usize = 32;

/// Reactions of one person at once. More are left out, and each comes back after [`REACTION_EVERY_MS`].
pub const REACTIONS_AT_ONCE: u64 = 10;

/// How often one person may react in the long run: five a second are as many as a thumb makes.
pub const REACTION_EVERY_MS: u64 = 200;

/// How often reactions are told, those of the time between at once: four times a second still looks alive, whatever
/// a thousand people do.
pub const REACTIONS_TOLD_EVERY_MS: u64 = 250;

/// Kinds of reactions that are told at once. Those of more kinds are left out until the next time.
pub const REACTION_KINDS_MAX: usize = 32;

/// How long somebody has to leave the position or the speed alone before a line tells of it: a row of seeks is one.
pub const SETTLED_MS: u64 = 3_000;

/// How long who was put out has to stay away: long enough to cool down, and short enough not to be a ban.
pub const KICK_MS: u64 = 60_000;

/// Bans, mutes and kicks that hold in one room. One kick goes for a newer one; one ban or mute more is refused until
/// another is lifted.
pub const SANCTIONS_MAX: usize = 256;

/// The longest mute that ends by itself, in minutes. For more there is one that does not.
pub const MUTE_MINUTES_MAX: u32 = 24 * 60;

/// The slowest chat, in seconds between two messages of one person.
pub const SLOW_S_MAX: u32 = 300;

/// Bytes of a tab's own mark. A longer one is refused.
pub const TAB_BYTES_MAX: usize = 64;

/// Bytes of a code as typed, spaces and all. A longer one is no code.
pub const CODE_TYPED_BYTES_MAX: usize = 64;

/// Lines of the log that a room keeps. The oldest goes first.
pub const LOG_LINES_MAX: usize = 500;

/// Bytes of text in the log. The oldest lines go first. With it, the whole room fits well into what may wait
/// for a member, so that nobody can fill the log with long lines and lock newcomers out.
pub const LOG_BYTES_MAX: usize = 128 * 1024;

/// Numbers that the log leaves out when a room is loaded again. A crash may lose the last lines after clients
/// have seen them; were their numbers given again, those clients would take new lines for old ones. More
/// than all members can say before a room is saved.
pub const LOG_NUMBERS_SKIPPED: u64 = 100_000;

/// Uploads that are sent at once in one room. One more is refused until another has ended or paused.
pub const UPLOADS_MAX: usize = 8;

/// Uploads of one room, paused ones too: an evening's films, in a list that is told whole at every change. One more
/// is refused until another has ended or was removed.
pub const UPLOADS_KEPT_MAX: usize = 32;

/// Films that wait in a room's queue. One more is refused until one has come or was taken out; an upload that comes
/// then waits to be picked. A long weekend's films, in a list that is told whole at every change.
pub const QUEUE_ENTRIES_MAX: usize = 200;

/// How long after a film's end the next one comes: time to take that back, and not to wait for.
pub const NEXT_AFTER_MS: u64 = 5_000;

/// How long it is asked whether all are ready. Then it ends by itself: somebody has forgotten their page.
pub const READY_CHECK_MS_MAX: u64 = 120_000;

/// How long a room waits for a member whose player has run dry, unless the server or a host sets it otherwise: in any
/// [`WAIT_WINDOW_MS`], of one film.
pub const WAIT_SECONDS: u32 = 5;

/// The longest that can be set. In the worst case the film plays a third of the time.
pub const WAIT_SECONDS_MAX: u32 = 20;

/// How many times that long a room waits for all members together, in the same time.
pub const WAIT_TURNS: u64 = 2;

/// The stretch of time in which so much may be waited.
pub const WAIT_WINDOW_MS: u64 = 60_000;

/// The shortest wait that is worth a stop, and what each one counts for at least: a player that runs dry again and
/// again stops the film only so often.
pub const WAIT_MS_MIN: u64 = 1_000;

/// How much of a stream that is still being made has to lie ahead of a film that plays: less, and it waits for all. Players
/// learn of a new piece of 4 seconds only when they ask again, after as long; the rest is for the pause to reach them.
pub const MADE_AHEAD_MS_MIN: u64 = 6_000;

/// How far away the next such stop shall be when the film goes on: nobody likes one a second, nor to wait for all of it.
pub const MADE_STOPS_APART_MS: u64 = 60_000;

/// How much more than [`MADE_AHEAD_MS_MIN`] has to be made for the film to go on, however fast it is made: one piece.
pub const MADE_MORE_MS_MIN: u64 = 4_000;

/// How much more is waited for, however slowly it is made: at a quarter of the film's pace that takes two minutes.
pub const MADE_MORE_MS_MAX: u64 = 30_000;

/// The slowest speed of a film. Browsers play no sound below it.
pub const RATE_MIN: f64 = 0.25;

/// The fastest speed of a film. Browsers play no sound above it.
pub const RATE_MAX: f64 = 4.0;

/// The longest film. A longer claim is refused; a century of uptime does not overflow with it.
pub const DURATION_MS_MAX: u64 = 7 * 24 * 3_600 * 1_000;

/// How far ahead a change of playback takes effect at least, so that it reaches everyone before.
pub const LEAD_MS_MIN: u64 = 150;

/// How far ahead at most: one member on a slow link must not make the button feel dead for the others.
pub const LEAD_MS_MAX: u64 = 500;

/// A player that stands no further from the room's clock than this agrees with it.
pub const LEAD_TOLERANCE_MS: u64 = 300;

/// How long a player may take to follow a change that somebody else made, or to get in step when it begins to
/// tell where it is, before its own state is taken for a wish. One that tells nothing for so long begins anew.
pub const SETTLE_MS: u64 = 2_000;

/// How often clients without the server's clock are told the position while the film plays.
pub const PACE_MS: u64 = 1_000;

/// How long a host's own player that tells its position spares the room to do so: two of its messages.
pub const PACE_AFTER_HOST_MS: u64 = 2_500;

/// Bytes of the state that a game keeps with its room, as JSON. A larger one is refused.
pub const STATE_BYTES_MAX: usize = 16_384;

/// How long a room that needs its first member waits for them to come back while others stay.
pub const FIRST_GONE_MS_MAX: u64 = 120_000;

/// The furthest that a player is off, in milliseconds; what is further is taken for this. Whoever is off by more is not
/// in step, however far it is.
pub const SKEW_MS_MAX: u32 = 10_000;

/// How often one member's player may tell how far it is off. What comes sooner is left out.
pub const SKEW_EVERY_MS_MIN: u64 = 1_000;

/// How often it is told how far everybody's player is off: as often as figures can be read.
pub const SKEWS_TOLD_EVERY_MS: u64 = 1_000;

/// For so many milliseconds a member is told seldomer: with a thousand members every ten seconds, for a list of a
/// thousand would else be the most of what the room sends.
pub const SKEWS_MEMBER_MS: u64 = 10;

/// A measured latency above this is taken for this.
pub const LATENCY_MS_MAX: u32 = 5_000;
