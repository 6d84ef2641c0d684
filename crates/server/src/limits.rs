//! Every bound of the server that is not a setting, with its unit and its reason. Bounds that are settings
//! stand in [`crate::config`]; those of a room in `matinee_room::limits`; those of files in `matinee_media`.

use std::num::NonZeroU32;
use std::time::Duration;

/// Inputs that wait for one room. When full, the sessions that feed it wait, and stop reading their sockets.
pub(crate) const ROOM_QUEUE_MAX: usize = 256;

/// Members from whom on a room lets others have a turn after each input: what one means for all of them takes as long as
/// a hundred inputs of small rooms.
pub(crate) const LARGE_ROOM_MEMBERS: usize = 100;

/// Messages that a smaller room takes in a row before it looks at its timers, its film and the server's end.
pub(crate) const MESSAGES_A_TURN: usize = 32;

/// How long changes of a room may wait to be kept: one write for many changes, little lost in a crash.
pub(crate) const SAVE_DELAY: Duration = Duration::from_millis(200);

/// How often a list of members that is told whole is told at most: twenty times a second.
pub(crate) const LISTS_EVERY: Duration = Duration::from_millis(50);

/// Members up to whom a list is told as often as that; of twice as many, half as often.
pub(crate) const LISTS_OFTEN_MEMBERS: usize = 200;

/// How long an empty room stays in memory before it is only in the database.
pub(crate) const EMPTY_ROOM_STAYS: Duration = Duration::from_secs(60);

/// Films of which is remembered what is in them: about 1 KiB each. Beyond it all are forgotten, and each is looked
/// at again when somebody picks it.
pub(crate) const FILMS_KNOWN_MAX: usize = 10_000;

/// How often those who wait for a film to be made playable are told how many go first.
pub(crate) const TURNS_LOOKED_AT_EVERY: Duration = Duration::from_secs(2);

/// How often rooms that nobody came back to are looked for.
pub(crate) const CLEAN_UP_EVERY: Duration = Duration::from_secs(600);

/// Bytes read from a socket at once, one buffer a core. One read carries a whole message of the default
/// largest size.
pub(crate) const READ_BYTES_MAX: usize = 64 * 1024;

/// Bytes that the WebSocket's library takes at once: of control frames, which are not longer, and of messages in several
/// frames, which are rare. Who has begun one holds them until it ends.
pub(crate) const PARSER_READ_BYTES: usize = 128;

/// Tasks that a core runs before it asks the system again what has come. The flusher writes once in that time: more
/// tasks are more messages with one write, and at most a millisecond or two.
pub(crate) const TASKS_A_TURN: u32 = 256;

/// Bytes of small messages that are put together for one write: copying as many takes about as long as a write. A
/// larger message is written by itself.
pub(crate) const GATHERED_BYTES_MAX: usize = 16 * 1024;

/// Places in an outbox that an idle member keeps; more are given back once it is empty, and what was in it would have
/// fitted in these.
pub(crate) const IDLE_FRAMES_MAX: usize = 4;

/// What the system keeps for a connection, in bytes: a socket, a file and their places in tables took 4 KiB.
pub(crate) const CONNECTION_BYTES: u64 = 5 * 1024;

/// Bytes that the system takes of us for a connection and has not sent yet. What else waits does so in the outbox, where
/// it is counted, and where what is outdated can be taken out.
pub(crate) const UNSENT_BYTES_MAX: u32 = 64 * 1024;

/// How often it is looked at what the server takes of the memory while that is less than half of what it may.
pub(crate) const MEMORY_LOOKED_AT_EVERY: Duration = Duration::from_millis(500);

/// How often from then on: often enough that what is left is not used up in between.
pub(crate) const MEMORY_WATCHED_EVERY: Duration = Duration::from_millis(100);

/// Which part of the files that may be open is left for films, the database and plain requests: a quarter.
pub(crate) const OTHER_FILES_PART: usize = 4;

/// When the server is full, so much more of memory and connections is left for those who are told so: an eighth. Beyond
/// it, connections are refused before anything is known of them.
pub(crate) const FULL_SPARE_PART: u64 = 8;

/// Bytes that may wait for a slow client behind the message that it is being sent, while memory is short: in the place of
/// what is set.
pub(crate) const OUTBOX_SHORT_BYTES: usize = 64 * 1024;

/// How often an idle connection is pinged: below the 60 s after which common proxies drop one.
pub(crate) const PING_EVERY: Duration = Duration::from_secs(20);

/// More pings in quick succession when somebody has come, and when an answer took longer than expected: one alone says
/// little of a link whose delay varies.
pub(crate) const PINGS_QUICK: u32 = 7;

/// How long after an answer the next of those is sent: so long that the one before is not queued behind it.
pub(crate) const PING_QUICK_GAP: Duration = Duration::from_millis(250);

/// Round trips that the mean is of, the newest counting most: at a ping in 20 s it follows a change of the link within
/// two minutes, and a surprise is looked into at once.
pub(crate) const ROUND_TRIPS_KEPT: u64 = 8;

/// Microseconds: a round trip that is longer than twice the mean by more than this is taken for that, and one that is
/// half of this off the mean, beyond what it usually is, has the link measured again.
pub(crate) const SURPRISE_US: u64 = 100_000;

/// The longest round trip that is taken in, in microseconds: beyond it nothing depends on how long it was.
pub(crate) const ROUND_TRIP_US_MAX: u64 = 60_000_000;

/// How long all rooms together may take to be looked into, for who counts what there is. Those that come later are left
/// out this time.
pub(crate) const LOOK_WITHIN: Duration = Duration::from_secs(2);

/// How long a ping may go unanswered before the connection counts as lost.
pub(crate) const PONG_WITHIN: Duration = Duration::from_secs(15);

/// How long a connection whose place somebody else claims has to show that it lives.
pub(crate) const PROBE_WITHIN: Duration = Duration::from_secs(2);

/// How long a newcomer has for a first `hello`.
pub(crate) const HELLO_WITHIN: Duration = Duration::from_secs(30);

/// How often a room that ends while somebody enters is tried again.
pub(crate) const DOOR_TRIES_MAX: usize = 3;

/// How long a closing connection has to take the last bytes and say goodbye.
pub(crate) const CLOSE_WITHIN: Duration = Duration::from_secs(3);

/// Messages in the burst that a connection may send on top of its rate, as a multiple of the rate.
pub(crate) const BURST_SECONDS: u32 = 2;

/// Bytes of a message that count as one more message: what a game or a chat says is shorter. By the default rate, one
/// client has 400 KiB a second passed on to the others, and 800 KiB at once, which is less than what may wait for one
/// of them.
pub(crate) const MESSAGE_WEIGHT_BYTES: usize = 4 * 1024;

/// As how many messages coming into a room counts: all others are told of it.
pub(crate) const HELLO_WEIGHT: u32 = 10;

/// How many times the largest message a client may send without ending one: frames of a message may be small, but
/// not empty for ever.
pub(crate) const UNFINISHED_FACTOR: usize = 16;

/// Messages that were refused as malformed, binary or too fast before a connection is closed: enough for a
/// client with a bug to be told, too few to be a load.
pub(crate) const STRIKES_MAX: u32 = 100;

/// Wrong passwords that one address may try within [`PASSWORDS_WITHIN`].
pub(crate) const PASSWORDS_WRONG_MAX: usize = 10;

/// The stretch of time in which so many wrong passwords may be tried.
pub(crate) const PASSWORDS_WITHIN: Duration = Duration::from_secs(60);

/// Codes that are no room's which one address may ask for within [`CODES_WITHIN`], each counted once: a school's typing
/// errors, and few enough that guessing is hopeless. That is 8,640 a day. A code of the page's is one of 31^5, which is
/// 28 million: to come upon one room that stands for a day takes 3,300 addresses on average, and upon any of a hundred
/// rooms takes one address a month. Beyond it, that address is told neither which codes are rooms nor which are not.
pub(crate) const CODES_UNKNOWN_MAX: usize = 60;

/// The stretch of time in which so many unknown codes may be asked for.
pub(crate) const CODES_WITHIN: Duration = Duration::from_secs(600);

/// When who asks for too many codes is answered: later than any room is found, so that how long it takes tells nothing.
pub(crate) const GUESS_ANSWERED_AFTER: Duration = Duration::from_millis(100);

/// Addresses whose wrong passwords are remembered, and those whose unknown codes are: 1.5 KiB each at most. While all of
/// them are fresh, others may not try.
pub(crate) const TRIED_ADDRESSES_MAX: usize = 10_000;

/// How often those of them that need not be remembered any more are looked for, when there are as many: that looks at
/// all.
pub(crate) const TRIED_ADDRESSES_TIDIED_EVERY: Duration = Duration::from_secs(1);

/// Rooms that one address may make at once that are kept, over HTTP or by coming into one that would not be, or that have
/// a password: more than a whole school behind one router starts.
pub(crate) const ROOMS_AT_ONCE: NonZeroU32 = NonZeroU32::new(120).unwrap();

/// Rooms that one address may make a second after that.
pub(crate) const ROOMS_A_SECOND: NonZeroU32 = NonZeroU32::new(2).unwrap();

/// Which part of the rooms that the server may keep one address may make in a day: a twentieth at once, and as many again
/// spread over the day, so that it never has more than a tenth. But always [`ROOMS_AT_ONCE`].
pub(crate) const ROOMS_A_DAY_PART: u64 = 20;

/// Addresses whose rooms are counted, each for seconds or minutes after its last one; while there are as many, nobody
/// makes a room that is kept.
pub(crate) const ROOM_MAKERS_MAX: usize = 10_000;

/// Passwords hashed at once: each takes 19 MiB and some ten milliseconds. Others wait.
pub(crate) const HASHES_AT_ONCE: usize = 2;

/// Bytes of a password. A longer one is refused.
pub(crate) const PASSWORD_BYTES_MAX: usize = 256;

/// Bytes of a JSON body over HTTP.
pub(crate) const JSON_BYTES_MAX: usize = 16 * 1024;

/// How long a client has to send the head of a request.
pub(crate) const HEAD_WITHIN: Duration = Duration::from_secs(20);

/// Bytes that HTTP buffers a connection, for heads and for bodies in transit. Hyper's own default is three
/// times as much, which a film to a slow viewer would fill.
pub(crate) const HTTP_BUFFER_BYTES_MAX: usize = 128 * 1024;

/// How often the room hears of an upload's progress.
pub(crate) const PROGRESS_EVERY: Duration = Duration::from_millis(250);

/// How long an upload may take for [`UPLOAD_STEP_BYTES`] before its connection is given up, and its place.
pub(crate) const UPLOAD_STALLS_MAX: Duration = Duration::from_secs(60);

/// What an upload must bring within [`UPLOAD_STALLS_MAX`]: 4 KiB a second, so slow that a film takes days. Whoever
/// sends less only holds a place.
pub(crate) const UPLOAD_STEP_BYTES: u64 = 256 * 1024;

/// How fast an upload has to come to keep its place on the disk: so that all of it is here so long after it was begun.
/// 32 GiB are 400 KB a second; what came faster may rest for as long as it was ahead.
pub(crate) const UPLOAD_COMES_WITHIN: Duration = Duration::from_secs(24 * 3_600);

/// How long an upload keeps its place before anything of it has to come: clients begin to send at once.
pub(crate) const UPLOAD_STARTS_WITHIN: Duration = Duration::from_secs(10);

/// Uploads that one address may begin at once: a long weekend's films in four rooms. One more is refused.
pub(crate) const UPLOADS_BEGUN_AT_ONCE: NonZeroU32 = NonZeroU32::new(128).unwrap();

/// Uploads that one address may begin in a minute after that: in a day, less than a third of those that are remembered.
pub(crate) const UPLOADS_BEGUN_A_MINUTE: NonZeroU32 = NonZeroU32::new(2).unwrap();

/// Uploads that are sent at once on the whole server. One more is refused until another has ended or paused.
pub(crate) const UPLOADS_MAX: usize = 64;

/// Uploads that the server remembers, paused ones too: some 500 bytes each in memory. One more is refused until
/// another has ended, expired or was removed.
pub(crate) const UPLOADS_KEPT_MAX: usize = 10_000;

/// Bytes of what a sender says of an upload, all of it: a file's name in base64, and a few words more.
pub(crate) const UPLOAD_METADATA_BYTES_MAX: usize = 4 * 1024;

/// How often what has come of an upload is brought safely to the disk at the latest: what a power cut may cost.
pub(crate) const UPLOAD_SYNC_EVERY: Duration = Duration::from_secs(5);

/// How long somebody who goes on with an upload waits for the one who sends it to hang up. Longer than
/// [`SENDER_SILENT`], shorter than clients wait before they try again.
pub(crate) const UPLOAD_TURN_WITHIN: Duration = Duration::from_secs(3);

/// After how long without a byte the connection of who sends counts as lost, if somebody else goes on: after a change
/// of network the old connection looks alive for minutes.
pub(crate) const SENDER_SILENT: Duration = Duration::from_secs(1);

/// Subtitles that are brought at once to the whole server: each some MiB in memory while it is read. One more is
/// refused until another is done.
pub(crate) const SUBTITLES_BROUGHT_AT_ONCE: usize = 16;

/// Requests for posters of films that wait until they are made, one after the other. One more is told to come back.
pub(crate) const POSTERS_WAITED_FOR_MAX: usize = 256;

/// Characters of what added subtitles are called. The rest of a longer file name is left out.
pub(crate) const SUBTITLES_LABEL_CHARS_MAX: usize = 120;

/// How long a request may take, uploads and sessions aside.
pub(crate) const REQUEST_WITHIN: Duration = Duration::from_secs(30);

/// Bytes that are read on after an upload was refused, so that the browser sees the answer and not a
/// connection that broke; for at most [`REQUEST_WITHIN`].
pub(crate) const REFUSED_UPLOAD_DRAINS_MAX: u64 = 64 * 1024 * 1024;

/// How long SIGTERM gives connections to end before the process does.
pub(crate) const SHUTDOWN_WITHIN: Duration = Duration::from_secs(8);

/// Tries at a code that is not taken before a room is refused: the codes are used up then.
pub(crate) const CODE_TRIES_MAX: usize = 30;

/// Bytes of a form before its file: other fields, what came before the first. A form with more is refused.
pub(crate) const FORM_BEFORE_FILE_BYTES_MAX: usize = 64 * 1024;

/// Messages that wait for Goblet's hall. When full, who sends them waits.
pub(crate) const HALL_QUEUE_MAX: usize = 256;

/// Events of the lobby that wait for Goblet's hall. When full, the room stops telling, and the hall looks anew.
pub(crate) const HALL_EVENTS_MAX: usize = 256;

/// Socket.IO sessions at once, connected or not yet, for each member that the lobby takes: a few tabs each, and those who
/// only listen. Some 4 KiB each. One more is refused.
pub(crate) const SOCKETS_A_MEMBER_MAX: usize = 4;

/// Socket.IO sessions of one address, or of one IPv6 network: a household or a school behind one router. One more
/// is refused, so that one address cannot take all the places.
pub(crate) const SOCKETS_AN_ADDRESS_MAX: usize = 256;

/// Socket.IO connections of one browser: its tabs. One more is refused.
pub(crate) const SOCKETS_A_VIEWER_MAX: usize = 8;

/// How long a Socket.IO client has from its handshake to its first packet.
pub(crate) const SOCKET_CONNECTS_WITHIN: Duration = Duration::from_secs(10);

/// How long a Socket.IO client may take to change from polling to WebSocket.
pub(crate) const SOCKET_UPGRADES_WITHIN: Duration = Duration::from_secs(10);

/// Events that wait for one Socket.IO client. Who lets more wait has missed something, and is told where the film is
/// as soon as there is room. Where there is none for a ping, the connection counts as lost: clients come again.
pub(crate) const SOCKET_EVENTS_MAX: usize = 128;

/// How long until who has missed something is tried again.
pub(crate) const MISSED_RETRIES_AFTER: Duration = Duration::from_millis(200);

/// How long who has only registered with Goblet has to answer a role call.
pub(crate) const ROLE_CALL_ANSWERED_WITHIN: Duration = Duration::from_secs(3);

/// How often everybody is called at most, as people come and go: each call is answered by everybody.
pub(crate) const ROLE_CALL_REST: Duration = Duration::from_millis(500);

/// How often everybody is called at least: who has only registered has to show that they are there, and how far off
/// the others are may have changed.
pub(crate) const ROLE_CALL_EVERY: Duration = Duration::from_secs(60);

/// How long Goblet's host may be gone before another is host: long enough to load a page again, and less than
/// the three seconds that its clients count on.
pub(crate) const HOST_BACK_WITHIN: Duration = Duration::from_millis(2_500);

/// How far Goblet's host may be off before the room follows them. Their players are put to whole seconds, so
/// that one that follows well is up to a second behind, and half a second more on the way.
pub(crate) const HOST_DRIFT_MS_MAX: u64 = 1_500;

/// How long the hall rests before it tries again to enter a lobby that could not be opened.
pub(crate) const HALL_RETRIES_AFTER: Duration = Duration::from_secs(1);

/// Bytes of the address of a film elsewhere. A longer one is refused.
pub(crate) const LINK_BYTES_MAX: usize = 2_048;

/// A place nearer to the film's start than this is no spot: there is nothing to go on with.
pub(crate) const SPOT_MS_MIN: u64 = 30_000;

/// How much of a film's end counts as credits, where nobody wants to go on, in percent of it.
pub(crate) const CREDITS_PERCENT: u64 = 3;

/// How much of it at most: what the credits of a long film take.
pub(crate) const CREDITS_MS_MAX: u64 = 180_000;

/// Spots that a browser may save in a minute: a page tells one every 15 s, and whenever the film stops. A browser has
/// some tabs. One more is refused.
pub(crate) const SPOTS_A_MINUTE: NonZeroU32 = NonZeroU32::new(60).unwrap();

/// Bytes of a saved spot, as the browser writes it. A longer one is no number.
pub(crate) const SPOT_BYTES_MAX: usize = 32;

/// Spots that an address may save in a minute for browsers without a cookie. Pages have one by then, and count each
/// for itself.
pub(crate) const STRANGERS_SPOTS_A_MINUTE: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// Browsers, and addresses, whose rate is remembered at once. While all of them are fresh, others are refused.
pub(crate) const RATED_MAX: usize = 10_000;
