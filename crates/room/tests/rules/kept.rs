//! A room that was written down and read again.

use crate::chance::{cases, chances};
use matinee_room::{Input, Room, Stay, Timestamp, limits};
use proptest::prelude::*;

/// Writes a room down and reads it again, without what is kept elsewhere or not at all.
fn kept(room: &Room) -> Room {
    serde_json::from_str(&serde_json::to_string(room).unwrap()).unwrap()
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn a_room_read_again_answers_as_the_one_written_down(chances in chances(), cut in 0..100_usize) {
        let mut room = chances.room();
        let mut now = Timestamp(0);
        for (at, input) in chances.inputs().take(cut) {
            now = at;
            let _ = room.handle(now, input.clone());
        }
        // Uploads end with the server.
        let uploads: Vec<_> = room.uploads().map(|upload| upload.id).collect();
        for upload in uploads {
            room.handle(now, Input::UploadEnds { upload, film: None }).unwrap();
        }
        let log = room.log().clone();
        let mut again = kept(&room).with_members_max(6).restored(now, log.clone());
        let mut room = room.restored(now, log);
        prop_assert_eq!(&room, &again);
        for (at, input) in chances.inputs().skip(cut) {
            prop_assert_eq!(room.handle(at, input.clone()), again.handle(at, input.clone()));
            prop_assert_eq!(&room, &again);
        }
    }

    #[test]
    fn a_restart_resets_who_is_there_and_nothing_else(chances in chances()) {
        let mut room = chances.room();
        let mut now = Timestamp(1_000_000);
        for (at, input) in chances.inputs() {
            now = at;
            let _ = room.handle(now, input.clone());
        }
        let again = kept(&room).restored(now, room.log().clone());
        prop_assert_eq!(again.code(), room.code());
        prop_assert_eq!(again.settings(), room.settings());
        let mut playback = room.playback().clone();
        playback.at = playback.at.min(now);
        if room.hold().is_some() {
            // Nobody is here to be waited for.
            playback.at = now;
            playback.paused = false;
            playback.revision += 1;
        }
        prop_assert_eq!(again.playback(), &playback);
        prop_assert_eq!(again.log(), room.log());
        prop_assert_eq!(again.changed_at(), room.changed_at());
        prop_assert_eq!(again.next_upload(), room.next_upload());
        prop_assert_eq!(again.uploads().count(), 0);
        let kept: Vec<_> = room.members().iter().filter(|member| member.stay == Stay::Kept).collect();
        prop_assert_eq!(again.members().len(), kept.len());
        let no_host = kept.iter().all(|member| !member.host);
        for (index, (is, was)) in again.members().iter().zip(kept).enumerate() {
            let mut expected = was.clone();
            // Where the only hosts do not come back, the one who has been here longest takes over.
            expected.host |= no_host && index == 0;
            expected.stalled = false;
            // How players do is told anew, and asked for anew.
            expected.skew = None;
            expected.hears_skews = false;
            expected.away_until = Some(now.plus_ms(limits::AWAY_AFTER_RESTART_MS_MAX));
            prop_assert_eq!(is, &expected);
        }
    }
}
