//! Films on the shelf, over scans and uploads.

use std::fs;

use matinee_media::{Library, Shelf, Uploads};

use crate::fixture::{SECRET, id};

#[test]
fn a_scan_replaces_the_library_and_leaves_the_uploads() {
    let (root, uploaded) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for name in ["b.mp4", "a.mp4"] {
        fs::write(root.path().join(name), name).unwrap();
    }
    let library = Library::new(root.path(), SECRET);
    let shelf = Shelf::new();
    shelf.replace_library(library.scan().unwrap().films);
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
    shelf.replace_library(library.scan().unwrap().films);
    assert!(first.iter().all(|film| shelf.get(&film.id).is_none()));
    assert_eq!(shelf.library().len(), 1);

    assert_eq!(shelf.get(&id(1)).unwrap().title, "Holiday");
    assert!(shelf.remove(&shelf.library()[0].id).is_none());
    assert!(shelf.remove(&id(1)).is_some());
    assert!(shelf.get(&id(1)).is_none());
}
