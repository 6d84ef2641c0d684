//! Posters, storyboards and subtitles that do not come to be, or not at once: broken films, restarts, a line of
//! others. Whatever ends one, nothing of a half stays, and nothing is tried for ever.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use http::StatusCode;
use matinee_media::extras::{Extra, Extras, ExtrasSettings, Made};
use matinee_media::{Blame, ExtrasError, FilmId, Priority, Tools, subtitles};

use crate::extras::{Attic, made, names_in, settings};
use crate::films;
use crate::fixture::only_film;

/// The processes that run in a folder below this one.
fn running_below(folder: &Path) -> Vec<String> {
    let folder = folder.canonicalize().unwrap();
    let of_all = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    of_all
        .filter(|id| fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|cwd| cwd.starts_with(&folder)))
        .collect()
}

async fn until(what: &str, is_it: impl Fn() -> bool) {
    let wait = async {
        while !is_it() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), wait)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"));
}

/// ffmpeg that never ends.
fn stuck(attic: &Attic) -> Tools {
    films::tools_that(attic.library.path(), "exec sleep 1000")
}

/// ffmpeg that counts its runs and fails.
fn failing(attic: &Attic, how: &str) -> Tools {
    let runs = attic.library.path().join("runs");
    films::tools_that(
        attic.library.path(),
        &format!("echo run >> {}; {how}", runs.display()),
    )
}

fn runs(attic: &Attic) -> usize {
    let runs = fs::read_to_string(attic.library.path().join("runs"));
    runs.unwrap_or_default().lines().count()
}

#[tokio::test]
async fn without_ffmpeg_people_are_told() {
    let attic = Attic::of(&films::two_sounds()).await;
    let extras = attic.open_with(Tools::None, settings());
    let error = extras
        .want(&attic.film, &attic.probe, Extra::Poster, Priority::Now)
        .unwrap_err();
    assert_eq!(error.blame(), Blame::Ours);
    assert_eq!(
        error.to_string(),
        "Pictures and subtitles of films need ffmpeg, and this server has none. Ask the host to install it."
    );
}

#[tokio::test]
async fn of_a_film_that_is_cut_off_is_made_what_can_be() {
    let mut attic = Attic::of(&films::h264_ac3()).await;
    let whole = fs::read(&attic.film.path).unwrap();
    fs::write(&attic.film.path, &whole[..whole.len() / 3]).unwrap();
    attic.film = only_film(attic.library.path());
    let extras = attic.open();
    for extra in [Extra::Poster, Extra::Storyboard] {
        assert_eq!(
            attic.make(&extras, extra).await.unwrap(),
            Made::There,
            "{extra:?}"
        );
    }
}

#[tokio::test]
async fn what_is_no_film_is_told_and_not_tried_again() {
    let address = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n/etc/passwd\n#EXT-X-ENDLIST\n";
    for bytes in [
        "Dear diary, today I watched a film.\n",
        "ffconcat version 1.0\nfile beside.mp4\n",
        address,
    ] {
        let mut attic = Attic::of(&films::two_sounds()).await;
        fs::write(&attic.film.path, bytes).unwrap();
        attic.film = only_film(attic.library.path());
        fs::copy(films::two_sounds(), attic.library.path().join("beside.mp4")).unwrap();
        let extras = attic.open();
        for extra in [Extra::Poster, Extra::Storyboard] {
            let error = attic.make(&extras, extra).await.unwrap_err();
            assert!(matches!(*error, ExtrasError::Unreadable), "{bytes}: {error:?}");
            assert_eq!(error.blame(), Blame::Peer);
        }
        assert_eq!(attic.files(), ["extras.json"]);
        drop(extras);
        let extras = attic.open_with(failing(&attic, "exit 1"), settings());
        assert_eq!(attic.make(&extras, Extra::Poster).await.unwrap(), Made::Failed);
        assert_eq!(runs(&attic), 0);
    }
}

#[tokio::test]
async fn an_empty_file_in_the_place_of_a_film_is_told() {
    let attic = Attic::of(&films::two_sounds()).await;
    fs::write(&attic.film.path, b"").unwrap();
    let extras = attic.open();
    let error = attic.make(&extras, Extra::Poster).await.unwrap_err();
    assert!(matches!(*error, ExtrasError::File(_)), "{error:?}");
    assert_eq!(extras.known(&attic.film.id).poster, Made::Untried);
}

#[tokio::test]
async fn a_killed_ffmpeg_is_told_and_tried_a_few_times() {
    let attic = Attic::of(&films::two_sounds()).await;
    let tools = failing(&attic, "kill -9 $$");
    for _ in 0..3 {
        // Also over a restart.
        let extras = attic.open_with(tools.clone(), settings());
        assert_eq!(extras.known(&attic.film.id).poster, Made::Untried);
        let error = attic.make(&extras, Extra::Poster).await.unwrap_err();
        assert!(matches!(*error, ExtrasError::Killed), "{error:?}");
    }
    let extras = attic.open_with(tools, settings());
    assert_eq!(attic.make(&extras, Extra::Poster).await.unwrap(), Made::Failed);
    assert_eq!(runs(&attic), 3);
}

#[tokio::test]
async fn a_full_disk_is_told_and_tried_again() {
    let attic = Attic::of(&films::two_sounds()).await;
    let full = ExtrasSettings {
        free_bytes_min: u64::MAX,
        ..settings()
    };
    let extras = attic.open_with(films::tools(), full);
    let error = attic.make(&extras, Extra::Poster).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "The host's disk is full. Ask the host to make room, then try again."
    );
    drop(extras);
    assert_eq!(
        attic.make(&attic.open(), Extra::Poster).await.unwrap(),
        Made::There
    );
}

#[tokio::test]
async fn what_nobody_wants_any_more_ends_with_its_ffmpeg() {
    let attic = Attic::of(&films::two_sounds()).await;
    let extras = attic.open_with(stuck(&attic), settings());
    for extra in [Extra::Poster, Extra::Storyboard] {
        let want = attic.want(&extras, extra);
        let shared = attic.want(&extras, extra);
        until("ffmpeg runs", || running_below(attic.folder.path()).len() == 1).await;
        drop(want);
        assert_eq!(shared.ahead(), 0);
        assert_eq!(
            running_below(attic.folder.path()).len(),
            1,
            "somebody still wants it"
        );
        drop(shared);
        until("ffmpeg is gone", || running_below(attic.folder.path()).is_empty()).await;
        until("nothing is left", || names_in(attic.folder.path()).is_empty()).await;
    }
    assert_eq!(extras.known(&attic.film.id).poster, Made::Untried);
}

#[tokio::test]
async fn a_thousand_posters_are_one_ffmpeg_and_the_film_that_is_on_goes_first() {
    let attic = Attic::of(&films::two_sounds()).await;
    let go = attic.library.path().join("go");
    let order = attic.library.path().join("order");
    let script = format!(
        "for last; do :; done; echo \"$*\" | grep -o 'file:[^ ]*' >> {}; \
         until [ -e {} ]; do sleep 0.01; done; exit 1",
        order.display(),
        go.display()
    );
    let extras = attic.open_with(films::tools_that(attic.library.path(), &script), settings());
    let film = |number: u32| {
        let mut film = attic.film.clone();
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&number.to_le_bytes());
        film.id = FilmId::from_bytes(bytes);
        film
    };
    let want = |number, priority| extras.want(&film(number), &attic.probe, Extra::Poster, priority);
    let first = want(0, Priority::Later).unwrap();
    until("the first has its turn", || {
        !running_below(attic.folder.path()).is_empty()
    })
    .await;
    let wants: Vec<_> = (1..=1000)
        .map(|number| want(number, Priority::Later).unwrap())
        .collect();
    assert!(matches!(want(1001, Priority::Later), Err(ExtrasError::Busy)));
    assert_eq!(
        (first.ahead(), wants[0].ahead(), wants[999].ahead()),
        (0, 1, 1000)
    );
    let raised = want(500, Priority::Now).unwrap();
    until("it goes first", || raised.ahead() == 1 && wants[0].ahead() == 2).await;
    assert_eq!(names_in(attic.folder.path()).len(), 1);
    drop(wants);
    until("the others are gone", || {
        want(1001, Priority::Soon).is_ok_and(|want| want.ahead() == 2)
    })
    .await;
    fs::write(&go, "").unwrap();
    made(&first).await.unwrap_err();
    made(&raised).await.unwrap_err();
    // Both tried two places; nobody else ran.
    assert_eq!(fs::read_to_string(order).unwrap().lines().count(), 4);
}

#[tokio::test]
async fn after_a_restart_what_is_whole_is_there_and_halves_are_gone() {
    let attic = Attic::of(&films::two_sounds()).await;
    let extras = attic.open();
    for extra in [Extra::Poster, Extra::Storyboard] {
        assert_eq!(attic.make(&extras, extra).await.unwrap(), Made::There);
    }
    drop(extras);
    let (root, film) = (attic.folder.path(), attic.film.id.as_str());
    fs::create_dir(root.join("making-7")).unwrap();
    fs::write(root.join("making-7/poster.jpg"), "half").unwrap();
    fs::create_dir(root.join("not ours")).unwrap();
    fs::write(root.join(film).join("storyboard.vtt.tmp"), "half").unwrap();
    fs::write(root.join(film).join("subtitle-2.vtt"), "not marked").unwrap();
    // A crash before the first mark.
    let other = FilmId::from_bytes([7; 16]);
    fs::create_dir(root.join(other.as_str())).unwrap();
    fs::write(root.join(other.as_str()).join("poster.jpg"), "half").unwrap();

    let extras = attic.open();
    assert_eq!(names_in(root).len(), 2);
    assert_eq!(
        attic.files(),
        ["extras.json", "poster.jpg", "storyboard-0.jpg", "storyboard.vtt"]
    );
    let known = extras.known(&attic.film.id);
    assert_eq!((known.poster, known.storyboard), (Made::There, Made::There));
    assert_eq!(attic.get(&extras, "poster.jpg").await.status, StatusCode::OK);
    drop(extras);

    fs::remove_file(root.join(film).join("poster.jpg")).unwrap();
    let extras = attic.open();
    assert_eq!(extras.known(&attic.film.id).poster, Made::Untried);
    assert_eq!(attic.make(&extras, Extra::Poster).await.unwrap(), Made::There);
    drop(extras);

    for damaged in ["", "{", "7", "{\"poster\":7}"] {
        fs::write(root.join(film).join("extras.json"), damaged).unwrap();
        let extras = attic.open();
        assert_eq!(extras.known(&attic.film.id).poster, Made::Untried, "{damaged:?}");
        assert!(attic.files().is_empty());
        attic.make(&extras, Extra::Poster).await.unwrap();
    }
}

#[tokio::test]
async fn links_and_other_names_are_not_served() {
    let attic = Attic::of(&films::two_sounds()).await;
    let extras = attic.open();
    attic.make(&extras, Extra::Poster).await.unwrap();
    let folder = attic.folder.path().join(attic.film.id.as_str());
    fs::write(attic.folder.path().join("secret"), "secret").unwrap();
    std::os::unix::fs::symlink("../secret", folder.join("storyboard.vtt")).unwrap();
    let answer = attic.get(&extras, "storyboard.vtt").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.text().contains("secret"));
    for name in ["extras.json", "../secret", "", "poster.jpg/", "./poster.jpg"] {
        assert_eq!(
            attic.get(&extras, name).await.status,
            StatusCode::NOT_FOUND,
            "{name:?}"
        );
    }
}

#[tokio::test]
async fn a_film_that_changes_meanwhile_gets_no_poster_of_another() {
    let attic = Attic::of(&films::two_sounds()).await;
    let (real, go) = (films::tools(), attic.library.path().join("go"));
    let Tools::Found { ffmpeg, .. } = real else {
        unreachable!("tools() has looked");
    };
    let script = format!(
        "until [ -e {} ]; do sleep 0.01; done; exec {} \"$@\"",
        go.display(),
        ffmpeg.display()
    );
    let extras = attic.open_with(films::tools_that(attic.library.path(), &script), settings());
    let want = attic.want(&extras, Extra::Poster);
    until("ffmpeg runs", || !running_below(attic.folder.path()).is_empty()).await;
    let file = fs::File::options().append(true).open(&attic.film.path).unwrap();
    file.set_modified(std::time::SystemTime::now() + Duration::from_secs(5))
        .unwrap();
    fs::write(go, "").unwrap();
    let error = made(&want).await.unwrap_err();
    assert!(matches!(*error, ExtrasError::File(_)), "{error:?}");
    assert!(attic.files().is_empty());
}

#[tokio::test]
async fn what_is_too_much_goes_oldest_first() {
    let attic = Attic::of(&films::two_sounds()).await;
    let tight = ExtrasSettings {
        bytes_max: 1,
        ..settings()
    };
    let extras = attic.open_with(films::tools(), tight);
    let id = &attic.film.id;
    attic.make(&extras, Extra::Poster).await.unwrap();
    assert_eq!(extras.known(id).poster, Made::There);
    let mut other = attic.film.clone();
    other.id = FilmId::from_bytes([7; 16]);
    let want = extras
        .want(&other, &attic.probe, Extra::Poster, Priority::Now)
        .unwrap();
    assert_eq!(made(&want).await.unwrap(), Made::There);
    assert_eq!(extras.known(id).poster, Made::Untried);
    assert_eq!(attic.files(), ["extras.json"]);

    assert_eq!(extras.tidy(|film| *film == other.id).await, 1);
    assert_eq!(names_in(attic.folder.path()), [other.id.as_str()]);
    assert_eq!(extras.known(id), Default::default());
}

#[tokio::test]
async fn absurd_and_hostile_subtitles_in_a_film_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let absurd = "1\n9000:00:00,000 --> 9000:00:05,000\nlater\n\n2\n9000:00:06,000 --> 9000:00:07,000\nx\n";
    let hostile = format!(
        "1\n00:00:01,000 --> 00:00:02,000\n<script>x</script> --&gt; <b>{}\n",
        "<i>\u{202b}y".repeat(5000)
    );
    let mut args = films::words("-f lavfi -i color=red:size=64x48:rate=10:duration=5");
    for (name, text) in [("absurd.srt", absurd), ("hostile.srt", &hostile)] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        args.extend(["-i".to_owned(), path.to_str().unwrap().to_owned()]);
    }
    args.extend(films::words(
        "-map 0 -map 1 -map 2 -c:v libx264 -pix_fmt yuv420p -c:s srt",
    ));
    let attic = Attic::of(&films::made("absurd.mkv", &args)).await;
    let extras = attic.open();
    assert_eq!(attic.make(&extras, Extra::Subtitles).await.unwrap(), Made::There);
    assert_eq!(extras.known(&attic.film.id).tracks, [2]);
    let answer = attic.get(&extras, "subtitle-2.vtt").await;
    let again = subtitles::read(answer.text().as_bytes(), None).unwrap();
    assert_eq!((again.cues, again.vtt.as_str()), (1, answer.text()));
    assert!(
        answer.body.len() < 20_000 && !answer.text().contains("<script"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn an_ffmpeg_that_is_killed_midway_leaves_nothing() {
    let attic = Attic::of(&films::two_sounds()).await;
    let extras: Extras = attic.open_with(stuck(&attic), settings());
    let want = attic.want(&extras, Extra::Storyboard);
    until("ffmpeg runs", || running_below(attic.folder.path()).len() == 1).await;
    for id in running_below(attic.folder.path()) {
        assert!(Command::new("kill").args(["-9", &id]).status().unwrap().success());
    }
    let error = made(&want).await.unwrap_err();
    assert!(matches!(*error, ExtrasError::Killed), "{error:?}");
    until("nothing is left", || {
        names_in(attic.folder.path()) == [attic.film.id.as_str()]
    })
    .await;
    assert_eq!(attic.files(), ["extras.json"]);
}
