//! Films on the shelf, over scans and uploads.

use std::fs;

use matinee_media::{Library, Scan, Shelf, Uploads};

use crate::fixture::{SECRET, id};

#[test]
fn a_scan_replaces_the_library_and_leaves_the_uploads() {
    let (root, uploaded) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for name in ["b.mp4", "a.mp4"] {
        fs::write(root.path().join(name), name).unwrap();
    }
    let library = Library::new(root.path(), SECRET);
    let shelf = Shelf::new();
    shelf.replace_library(library.scan().unwrap());
    let uploads = Uploads::new(uploaded.path(), Default::default()).unwrap();
    fs::write(uploaded.path().join(format!("{}.webm", id(1))), b"film").unwrap();
    shelf.add_upload(uploads.reopen(id(1), "Holiday.webm", "Holiday").unwrap());

    let first = shelf.library();
    assert_eq!(
        first.iter().map(|film| film.title.as_str()).collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert!(
        first
            .iter()
            .all(|film| shelf.get(&film.id).as_ref() == Some(film))
    );

    fs::write(root.path().join("a.mp4"), "longer").unwrap();
    fs::remove_file(root.path().join("b.mp4")).unwrap();
    shelf.replace_library(library.scan().unwrap());
    assert!(first.iter().all(|film| shelf.get(&film.id).is_none()));
    assert_eq!(shelf.library().len(), 1);

    assert_eq!(shelf.get(&id(1)).unwrap().title, "Holiday");
    assert!(shelf.remove(&shelf.library()[0].id).is_none());
    assert!(shelf.remove(&id(1)).is_some());
    assert!(shelf.get(&id(1)).is_none());
}

#[test]
fn a_film_is_gone_only_when_a_whole_scan_did_not_find_it() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("a.mp4"), "film").unwrap();
    let scan = || Library::new(root.path(), SECRET).scan().unwrap();
    let shelf = Shelf::new();
    assert!(shelf.is_gone(&id(1)), "without a library, nothing can come back");
    // The disk was not mounted when the server started.
    shelf.replace_library(Scan::default());
    assert!(!shelf.is_gone(&id(1)));
    shelf.replace_library(scan());
    assert!(shelf.is_gone(&id(1)) && !shelf.is_gone(&shelf.library()[0].id));
    for part in [
        Scan {
            unreadable: 1,
            ..scan()
        },
        Scan {
            cut_short: true,
            ..scan()
        },
    ] {
        shelf.replace_library(part);
        assert!(!shelf.is_gone(&id(1)));
    }
}
