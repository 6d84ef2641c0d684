//! Scans of real folders.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

use matinee_media::limits::LIBRARY_DEPTH_MAX;
use matinee_media::{FilmFile, Library, MediaType, Scan, ScanError};

use crate::fixture::SECRET;

fn put(root: &Path, path: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, b"film").unwrap();
}

fn scan(root: &Path) -> Scan {
    Library::new(root, SECRET).scan().unwrap()
}

/// Each film as `folder|title`.
fn names(films: &[FilmFile]) -> Vec<String> {
    films
        .iter()
        .map(|film| format!("{}|{}", film.folder.as_deref().unwrap(), film.title))
        .collect()
}

#[test]
fn films_are_listed_by_folder_and_title() {
    let root = tempfile::tempdir().unwrap();
    for path in [
        "part 10.mp4",
        "Part 9.MKV",
        "alien.webm",
        "Series/Two/e10.ts",
        "Series/Two/E2.m2ts",
        "series 1/The_First.One.avi",
        "notes.txt",
        "film.mp4.txt",
        "mp4",
        "poster.jpg",
    ] {
        put(root.path(), path);
    }
    fs::create_dir(root.path().join("folder.mp4")).unwrap();
    fs::write(root.path().join("being copied.mp4"), b"").unwrap();
    let scan = scan(root.path());
    assert_eq!(
        names(&scan.films),
        [
            "|alien",
            "|Part 9",
            "|part 10",
            "series 1|The First One",
            "Series/Two|E2",
            "Series/Two|e10"
        ]
    );
    assert_eq!(scan.unreadable, 0);
    assert!(!scan.cut_short);
    let film = &scan.films[3];
    assert_eq!(film.media_type, MediaType::Avi);
    assert_eq!(film.size_bytes, 4);
    assert_eq!(film.file_name, "The_First.One.avi");
    assert_eq!(film.url(), format!("/media/{}/The_First.One.avi", film.id));
    assert!(!film.is_upload());
}

#[test]
fn hidden_files_and_folders_are_not_listed() {
    let outer = tempfile::tempdir().unwrap();
    // The root itself may be hidden.
    let root = outer.path().join(".films");
    for path in ["seen.mp4", ".hidden.mp4", ".trash/film.mp4", "a/.b/c/film.mp4"] {
        put(&root, path);
    }
    assert_eq!(names(&scan(&root).films), ["|seen"]);
}

#[test]
fn links_are_followed_inside_the_root_only() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    put(root.path(), "all/film.mp4");
    put(outside.path(), "secret.mp4");
    put(outside.path(), "folder/secret.mp4");
    symlink(
        root.path().join("all/film.mp4"),
        root.path().join("favourite.mp4"),
    )
    .unwrap();
    symlink("all", root.path().join("same")).unwrap();
    symlink(outside.path().join("secret.mp4"), root.path().join("out.mp4")).unwrap();
    symlink(outside.path().join("folder"), root.path().join("out")).unwrap();
    symlink(outside.path(), root.path().join("all/out")).unwrap();
    symlink("nowhere.mp4", root.path().join("dangling.mp4")).unwrap();
    // A neighbour whose name begins like the root's.
    let neighbour = root.path().with_extension("neighbour");
    put(&neighbour, "secret.mp4");
    symlink(&neighbour, root.path().join("neighbour")).unwrap();

    let scan = scan(root.path());
    fs::remove_dir_all(neighbour).unwrap();
    assert_eq!(names(&scan.films), ["|favourite", "all|film", "same|film"]);
    assert_eq!(scan.unreadable, 0);
}

#[test]
fn links_in_circles_end() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "a/film.mp4");
    put(root.path(), "b/film.mp4");
    symlink(root.path(), root.path().join("a/up")).unwrap();
    symlink(root.path().join("a"), root.path().join("a/self")).unwrap();
    symlink(root.path().join("b"), root.path().join("a/b")).unwrap();
    symlink(root.path().join("a"), root.path().join("b/a")).unwrap();
    symlink("ring.mp4", root.path().join("ring.mp4")).unwrap();
    let scan = scan(root.path());
    assert_eq!(names(&scan.films), ["a|film", "a/b|film", "b|film", "b/a|film"]);
}

#[test]
fn folders_too_deep_are_left_out() {
    let root = tempfile::tempdir().unwrap();
    let folder = |depth: usize| vec!["d"; depth].join("/");
    put(root.path(), &format!("{}/in.mp4", folder(LIBRARY_DEPTH_MAX)));
    put(root.path(), &format!("{}/out.mp4", folder(LIBRARY_DEPTH_MAX + 1)));
    assert_eq!(
        names(&scan(root.path()).films),
        [format!("{}|in", folder(LIBRARY_DEPTH_MAX))]
    );
}

fn touch(file: &Path, modified: SystemTime) {
    let file = fs::File::options().write(true).open(file).unwrap();
    file.set_modified(modified).unwrap();
}

#[test]
fn a_changed_file_is_another_film_and_an_unchanged_one_the_same() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "film.mp4");
    let path = root.path().join("film.mp4");
    let first = scan(root.path()).films.remove(0);
    assert_eq!(scan(root.path()).films, std::slice::from_ref(&first));

    let touched = first.modified + Duration::from_nanos(1_000_000);
    touch(&path, touched);
    let second = scan(root.path()).films.remove(0);
    assert_ne!(second.id, first.id);

    fs::write(&path, b"longer film").unwrap();
    touch(&path, touched);
    let third = scan(root.path()).films.remove(0);
    assert_ne!(third.id, second.id);

    let other_secret = Library::new(root.path(), [8; 32]).scan().unwrap().films.remove(0);
    assert_ne!(other_secret.id, third.id);
}

#[test]
fn names_that_deceive_are_cleaned_and_names_that_are_no_text_are_taken() {
    use std::os::unix::ffi::OsStrExt;
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "fol\u{202e}der/ti\u{202e}\ntle.mp4");
    let odd = std::ffi::OsStr::from_bytes(b"latin\xe9.mp4");
    fs::write(root.path().join(odd), b"film").unwrap();
    let films = scan(root.path()).films;
    assert_eq!(names(&films), ["|latin\u{fffd}", "folder|title"]);
    assert!(films.iter().all(|film| film.url().is_ascii()));
    assert!(films[0].path.ends_with(odd));
}

#[test]
fn a_folder_that_cannot_be_read_is_counted_and_the_rest_is_listed() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "seen.mp4");
    // Root may read anything, but nobody may follow a path that is too long for the system.
    let long = "x".repeat(255);
    let mut depth = 0;
    let mut inner = fs::File::open(root.path()).unwrap();
    while depth < LIBRARY_DEPTH_MAX {
        use std::os::fd::AsRawFd;
        let here = format!("/proc/self/fd/{}", inner.as_raw_fd());
        fs::create_dir(Path::new(&here).join(&long)).unwrap();
        inner = fs::File::open(Path::new(&here).join(&long)).unwrap();
        depth += 1;
    }
    let scan_result = scan(root.path());
    assert_eq!(names(&scan_result.films), ["|seen"]);
    assert_eq!(scan_result.unreadable, 1);

    // And as hosts meet it, where we are not root.
    put(root.path(), "closed/film.mp4");
    let closed = root.path().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_err() {
        assert_eq!(scan(root.path()).unreadable, 2);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_root_that_is_no_folder_is_an_error_that_says_what_to_do() {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "file");
    for path in [root.path().join("missing"), root.path().join("file")] {
        let error = Library::new(&path, SECRET).scan().unwrap_err();
        assert!(matches!(error, ScanError::Root { .. }));
        assert!(
            error
                .to_string()
                .ends_with("Check that it exists and that Matinee may read it.")
        );
    }
}
