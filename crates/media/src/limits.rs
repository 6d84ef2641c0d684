//! Every bound of this crate: its unit, why it is what it is, and what happens when it is reached.

use std::time::Duration;

/// Folders below the library's root that are entered. Deeper ones are left out of the scan: collections are
/// rarely more than four deep (genre, series, season, episode), and a bound keeps a strange tree finite.
pub const LIBRARY_DEPTH_MAX: usize = 16;

/// Films in one library. A scan stops there and says that it is cut short: at about 500 bytes a film that is
/// 10 MB of memory, and no private collection that we know of is larger.
pub const LIBRARY_FILMS_MAX: usize = 20_000;

/// Files and folders that one scan looks at, films or not. It stops there and says that it is cut short:
/// links between folders can make a small tree look endless, and this ends it within seconds.
pub const LIBRARY_ENTRIES_MAX: usize = 500_000;

/// Characters of a title. The rest is cut off: a title has to fit a line or two of a page.
pub const TITLE_CHARS_MAX: usize = 200;

/// Default for the bytes of one uploaded film: 32 GiB holds a film in 4K. A larger one is refused before its
/// first byte.
pub const UPLOAD_BYTES_MAX: u64 = 32 << 30;

/// Default for uploads running at once. The next one is refused and told to come back: a few friends share
/// one disk and one line, and each upload holds two batches in memory.
pub const UPLOADS_AT_ONCE_MAX: usize = 8;

/// Bytes that are gathered before they go to the disk in one piece. An upload holds at most two batches, one
/// that fills and one that is being written; 1 MiB is where larger pieces stop being faster.
pub const UPLOAD_BATCH_BYTES: usize = 1 << 20;

/// First bytes of an upload that decide whether it is a film. MPEG transport streams need 3 packets (576
/// bytes), the others less; 4 KiB is on the way in with the first network reads.
pub const SNIFF_BYTES: usize = 4 << 10;

/// Bytes of a film that are read in one go, and read ahead at most once. 128 KiB costs little per viewer
/// (two chunks here, what the socket holds besides) and is past the point where larger reads are much faster.
pub const READ_CHUNK_BYTES: usize = 128 << 10;

/// Chunks that are in memory already and are passed on without a turn for others: some 100 µs.
pub const CHUNKS_IN_A_ROW_MAX: u32 = 4;

/// After so many chunks that had to be waited for, 4 MiB, one is not read ahead, but looked for in memory.
pub const LOOK_AGAIN_AFTER: u32 = 32;

/// Buffers for such chunks that are kept for the next ones: 4 MiB. Of more, the memory is given back.
pub const SPARE_CHUNKS_MAX: usize = 32;

/// Parts of one answer, after those that touch or overlap were joined. With more, the `Range` header is
/// ignored and the whole film is sent, as RFC 9110 section 14.2 allows: no player asks for so many.
pub const RANGE_PARTS_MAX: usize = 16;

/// Bytes of a `Range` header. A longer one is ignored: 16 parts of 20 digits each fit four times.
pub const RANGE_HEADER_BYTES_MAX: usize = 4 << 10;

/// Bytes of an upload that may come before they are brought safely to the disk. They are what a power cut
/// costs at most; a process that is killed loses none of what was acknowledged.
pub const UPLOAD_SYNC_BYTES: u64 = 64 << 20;
/// Bytes of what an outside program says when it fails that are kept for the log: the last lines tell why.
pub const PROGRAM_WORDS_BYTES_MAX: usize = 4 << 10;

/// From the start of ffprobe to its end. It reads the first megabytes of a film and the index at its end:
/// a second on a slow disk. Then it is killed and the film counts as one that cannot be understood.
pub const PROBE_TIME_MAX: Duration = Duration::from_secs(30);

/// Address space of ffprobe. It asks for about 300 MiB for its libraries; the rest is for the index of a long
/// film. A film that takes more cannot be understood.
pub const PROBE_MEMORY_BYTES_MAX: u64 = 1 << 30;

/// What ffprobe may print: 500 chapters and 100 tracks are about 100 KiB. A film of which it prints more
/// cannot be understood.
pub const PROBE_OUTPUT_BYTES_MAX: usize = 1 << 20;

/// Sound tracks of a film, and subtitles of a film, that are listed; those behind them are left out. Discs
/// have at most 32 of each.
pub const TRACKS_MAX: usize = 32;

/// Chapters that are listed; those behind them are left out. A film has one every few minutes.
pub const CHAPTERS_MAX: usize = 500;

/// Length of a film that is believed. One that claims more counts as one that does not say: with a week,
/// nothing that people watch together is left out, and sums of milliseconds stay small.
pub const DURATION_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Width or height of a picture, in pixels. H.264 and its successors end there; a film that claims more is
/// not understood.
pub const PICTURE_SIDE_MAX: u32 = 16_384;

/// Characters of a track's language, as in `zh-Hant-TW`; RFC 5646 asks for at least 35. A longer one counts
/// as unknown.
pub const LANGUAGE_CHARS_MAX: usize = 35;

/// Default for the largest height of a picture that is encoded, in pixels: what screens of people who watch
/// in a browser show, at a pace that an ordinary machine keeps. Larger pictures become smaller.
pub const STREAM_HEIGHT_MAX: u32 = 1080;

/// Heights in pixels of the steps of a ladder, falling: the ones that people know.
pub const LADDER_HEIGHTS: [u32; 3] = [1080, 720, 480];

/// Length of a segment of a stream: long enough to be fetched in one go, short enough for the first to be
/// there soon. Where the picture is taken over, a segment ends with the next whole picture after that.
pub const SEGMENT: Duration = Duration::from_secs(4);

/// Longest segment where the picture is encoded, and what players are told to expect. Every one is as long as
/// [`SEGMENT`], give or take a picture.
pub const SEGMENT_ENCODED_MAX: Duration = Duration::from_secs(8);

/// Longest segment where the picture is taken over, and what players are told to expect, which must be said
/// before the first is made. Films have a whole picture every 10 seconds or so. One with rarer ones is
/// encoded after all: seeking in it would be a pain.
pub const SEGMENT_COPIED_MAX: Duration = Duration::from_secs(20);

/// Bits a second of a sound that becomes AAC in stereo: nobody hears a difference beyond.
pub const SOUND_BITS: u64 = 160_000;

/// Pictures a second that are encoded at most: no film has more, and what claims more would take for ever.
pub const FPS_MAX: u32 = 60;

/// Pictures a second that are encoded at least, so that a slide show has whole pictures often enough.
pub const FPS_MIN: u32 = 5;

/// Default for streams that are made at once. One takes all cores as it is; a second would make both slow.
pub const STREAMS_AT_ONCE_MAX: usize = 1;

/// Streams that wait for their turn. The next one is refused and told to come back: behind so many it would
/// wait for a day.
pub const STREAMS_WAITING_MAX: usize = 32;

/// Default for the time that one stream may take: a film of four hours at a third of its pace.
pub const STREAM_TIME_MAX: Duration = Duration::from_secs(12 * 60 * 60);

/// Time in which ffmpeg must get on. Then it is killed: a second of film never takes so long.
pub const STREAM_STALL_MAX: Duration = Duration::from_secs(120);

/// Address space of ffmpeg while it makes a stream. A film in 4K takes 2 GiB with the ladder on 16 cores; a
/// film that takes more fails.
pub const STREAM_MEMORY_BYTES_MAX: u64 = 6 << 30;

/// Default for the bytes of one stream. As with uploads, 32 GiB holds a film in 4K. A larger one fails.
pub const STREAM_BYTES_MAX: u64 = 32 << 30;

/// Bytes of one segment: 20 seconds at 200 Mbit/s, more than any disc has. A larger one ends ffmpeg.
pub const SEGMENT_BYTES_MAX: u64 = 512 << 20;

/// Default for the bytes of the disk that streams leave free: the database and uploads need room as well.
pub const DISK_FREE_BYTES_MIN: u64 = 2 << 30;

/// Bytes of a playlist that is read: a week of segments of 4 seconds is 8 MB. A longer one cannot be played.
pub const PLAYLIST_BYTES_MAX: u64 = 16 << 20;

/// How often a stream's folder is looked at until its first segments are there: somebody waits for them.
pub const STREAM_LOOK_SOON: Duration = Duration::from_millis(100);

/// How often a stream's folder is weighed and its disk asked for room after that. The fastest disks of homes
/// take 2 GB meanwhile.
pub const STREAM_LOOK: Duration = Duration::from_secs(2);

/// Over how much time it is measured how fast a film is made: its hard scenes are longer than its pieces.
pub const PACE_OVER: Duration = Duration::from_secs(30);

/// How far apart the moments are between which that is measured, at least: so that they are few.
pub const PACE_MARKS_EVERY: Duration = Duration::from_secs(2);

/// Bytes of a file of subtitles: the longest film's are a few hundred KiB, with drawings and karaoke a few MiB.
/// A longer one is refused before it is read.
pub const SUBTITLE_BYTES_MAX: u64 = 4 << 20;

/// Cues of subtitles: an opera sung without a break has 5,000. Subtitles with more are refused: every browser
/// would hold them all.
pub const SUBTITLE_CUES_MAX: usize = 20_000;

/// Characters of one cue, and its lines. What is beyond them is left out: a screen does not hold more.
pub const CUE_CHARS_MAX: usize = 2000;
/// See [`CUE_CHARS_MAX`].
pub const CUE_LINES_MAX: usize = 24;

/// Bytes of a tag in SubRip, as `<font color="#ffffff" face="Arial">`. A longer one counts as words.
pub const TAG_BYTES_MAX: usize = 256;

/// Styles of a script in ASS that are looked at; lines in those behind them look as usual.
pub const ASS_STYLES_MAX: usize = 1000;

/// Columns of a list in ASS that are looked at: its fullest one has 23.
pub const ASS_COLUMNS_MAX: usize = 64;

/// Entries of a film's folder that are looked at for subtitles beside it; those behind them are left out.
pub const FOLDER_ENTRIES_MAX: usize = 10_000;

/// Bytes of one track of subtitles as ffmpeg takes it out of a film, before it is cleaned. The rest of a longer
/// one is left out; scripts full of effects have 10 MiB.
pub const SUBTITLE_TRACK_BYTES_MAX: u64 = 16 << 20;

/// Time for taking the subtitles out of a film. They lie between its pictures, so all of it is read: 60 GB at
/// the pace of a slow disk. What takes longer counts as a film without.
pub const TRACKS_TIME_MAX: Duration = Duration::from_secs(20 * 60);

/// Time for one picture of a film: seconds for a film in 4K on a slow disk. What takes longer is given up.
pub const POSTER_TIME_MAX: Duration = Duration::from_secs(60);

/// Time for all pictures of a storyboard, 400 of them at half a second each with room to spare. What takes
/// longer is given up.
pub const STORYBOARD_TIME_MAX: Duration = Duration::from_secs(10 * 60);

/// Address space of ffmpeg while it looks for pictures: 8 places of a film in 4K at once, with a decoder each.
pub const EXTRAS_MEMORY_BYTES_MAX: u64 = 4 << 30;

/// Bytes of one picture or sheet of pictures. JPEGs of these sizes have a tenth of it.
pub const PICTURE_BYTES_MAX: u64 = 8 << 20;

/// Width and height of a poster, in pixels: what a page shows on a dense screen. Smaller pictures stay small.
pub const POSTER_WIDTH_MAX: u32 = 640;
/// See [`POSTER_WIDTH_MAX`]: films of phones held upright are higher than wide.
pub const POSTER_HEIGHT_MAX: u32 = 960;

/// Longer side of a picture of a storyboard, in pixels.
pub const STORYBOARD_SIDE: u32 = 160;

/// Pictures of a storyboard: four sheets. In longer films they are further apart.
pub const STORYBOARD_PICTURES_MAX: u32 = 400;

/// Pictures in a row of a sheet, and its rows.
pub const STORYBOARD_COLUMNS: u32 = 10;

/// Time between two pictures of a storyboard, where the film is not too long for it: nobody aims closer.
pub const STORYBOARD_STEP: Duration = Duration::from_secs(10);

/// Places of a film that one run of ffmpeg looks at. Each opens the film anew and has a decoder of its own; with
/// 8, the start of the program costs little per picture, and memory stays small.
pub const STORYBOARD_PLACES_AT_ONCE: usize = 8;

/// What is made of films besides streams and waits for its turn. The next one is refused and told to come back:
/// a page of posters asks for a few dozen at once.
pub const EXTRAS_WAITING_MAX: usize = 1000;

/// Tries that something takes whose failing is not the film's fault, as when the machine ran out of memory.
/// Then it counts as failed, so that it does not fail for ever.
pub const EXTRAS_TRIES_MAX: u8 = 3;

/// Default for the bytes that posters, storyboards and subtitles of all films take: about 1.5 MB a film. Beyond
/// it, what can be made anew of the films that were looked after longest ago is removed.
pub const EXTRAS_BYTES_MAX: u64 = 8 << 30;

/// Bytes of a film's mark that are read: 32 files that people brought are 10 KiB. A longer one counts as damaged.
pub const MARK_BYTES_MAX: u64 = 256 << 10;
