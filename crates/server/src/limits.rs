//! Every bound of the server that is not a setting, with its unit and its reason. Bounds that are settings
//! stand in [`crate::config`]; those of a room in `matinee_room::limits`; those of files in `matinee_media`.

use std::time::Duration;

/// Inputs that wait for one room. When full, the sessions that feed it wait, and stop reading their sockets.
pub(crate) const ROOM_QUEUE_MAX: usize = 256;

/// How long changes of a room may wait to be kept: one write for many changes, little lost in a crash.
pub(crate) const SAVE_DELAY: Duration = Duration::from_millis(200);

/// How often a list of members that is told whole is told at most: twenty times a second.
pub(crate) const LISTS_EVERY: Duration = Duration::from_millis(50);

/// How long an empty room stays in memory before it is only in the database.
pub(crate) const EMPTY_ROOM_STAYS: Duration = Duration::from_secs(60);

/// How often rooms that nobody came back to are looked for.
pub(crate) const CLEAN_UP_EVERY: Duration = Duration::from_secs(600);

/// Bytes read from a socket at once, one buffer a core. One read carries a whole message of the default
/// largest size.
pub(crate) const READ_BYTES_MAX: usize = 64 * 1024;

/// Bytes that a session's parser holds while idle; it grows for a message and gives the memory back.
pub(crate) const PARSER_IDLE_BYTES: usize = 256;

/// Buffers handed to one vectored write; `IOV_MAX` is 1,024, and 64 small frames fill a segment.
pub(crate) const WRITE_SLICES_MAX: usize = 64;

/// How often an idle connection is pinged: below the 60 s after which common proxies drop one.
pub(crate) const PING_EVERY: Duration = Duration::from_secs(20);

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

/// Messages that were refused as malformed, binary or too fast before a connection is closed: enough for a
/// client with a bug to be told, too few to be a load.
pub(crate) const STRIKES_MAX: u32 = 100;

/// Wrong passwords that one address may try in a minute.
pub(crate) const PASSWORD_TRIES_A_MINUTE: usize = 10;

/// Addresses whose wrong passwords are remembered; while all of them are fresh, others may not try.
pub(crate) const PASSWORD_ADDRESSES_MAX: usize = 10_000;

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

/// How long a request may take, uploads and sessions aside.
pub(crate) const REQUEST_WITHIN: Duration = Duration::from_secs(30);

/// Bytes that are read on after an upload was refused, so that the browser sees the answer and not a
/// connection that broke; for at most [`REQUEST_WITHIN`].
pub(crate) const REFUSED_UPLOAD_DRAINS_MAX: u64 = 64 * 1024 * 1024;

/// How long SIGTERM gives connections to end before the process does.
pub(crate) const SHUTDOWN_WITHIN: Duration = Duration::from_secs(8);

/// Tries at a code that is not taken before a room is refused: the codes are used up then.
pub(crate) const CODE_TRIES_MAX: usize = 30;
