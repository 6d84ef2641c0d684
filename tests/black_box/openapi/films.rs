//! Films as files: sent, fetched, their streams, and what belongs to them.

use super::{Description, FILM};
use crate::http::{self, Answer};
use crate::library::Party;
use crate::server::Server;
use std::path::Path;

/// Returns where the film is that was uploaded.
pub(super) fn check_uploads(description: &mut Description, party: &mut Party) -> String {
    let beginning = "post /api/rooms/{code}/uploads";
    let Party {
        ana,
        code,
        connection,
    } = party;
    let taken = ana.upload(code, "a", "The.General.1926.mp4", FILM);
    description.check(beginning, &taken);
    let playback = connection.receive_type("playback");
    let refused = ana.upload(code, "z", "x.mp4", FILM);
    description.check_refusal(beginning, &refused, "not_member");
    let refused = ana.upload(code, "a", "x.mp4", b"words");
    description.check_refusal(beginning, &refused, "not_a_video");
    let refused = ana.upload(code, "a", "x.mp4", b"");
    description.check_refusal(beginning, &refused, "upload_empty");
    let refused = ana.upload("NOBODY", "a", "x.mp4", FILM);
    description.check_refusal(beginning, &refused, "no_such_room");
    let refused = ana.upload(code, "a", "x.mp4", &vec![0; (1 << 20) + 1]);
    description.check_refusal(beginning, &refused, "upload_too_large");

    let path = format!("/api/rooms/{code}/uploads?tab=a");
    let tus = [("Cookie", &*ana.cookie), ("Tus-Resumable", "1.0.0")];
    let ask = |method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]| {
        http::request(ana.port, method, path, &[headers, &tus].concat(), body)
    };
    let refused = ask("POST", &path, &[], &[]);
    description.check_refusal(beginning, &refused, "bad_upload");
    let refused = http::request(ana.port, "POST", &path, &[tus[0]], &[]);
    description.check_refusal(beginning, &refused, "tus_version");
    let options = ask("OPTIONS", &path, &[], &[]);
    description.check("options /api/rooms/{code}/uploads", &options);

    let length = FILM.len().to_string();
    let begun = ask("POST", &path, &[("Upload-Length", &length)], &[]);
    description.check(beginning, &begun);
    check_one_upload(description, begun.header("location").unwrap(), ask);
    playback["playback"]["film"]["url"].as_str().unwrap().to_owned()
}

fn check_one_upload(
    description: &mut Description,
    url: &str,
    ask: impl Fn(&str, &str, &[(&str, &str)], &[u8]) -> Answer,
) {
    let [looking, sending, removing, options, meaning] =
        ["head", "patch", "delete", "options", "post"].map(|method| format!("{method} /api/uploads/{{id}}"));
    let (bytes, at) = (
        ("Content-Type", "application/offset+octet-stream"),
        ("Upload-Offset", "0"),
    );
    let nowhere = format!("/api/uploads/{}", "0".repeat(32));
    description.check(&looking, &ask("HEAD", url, &[], &[]));
    description.check(&looking, &ask("HEAD", &nowhere, &[], &[]));
    description.check(&options, &ask("OPTIONS", url, &[], &[]));
    description.check_refusal(&meaning, &ask("POST", url, &[], &[]), "wrong_method");
    for (path, headers, body, code) in [
        (url, &[bytes][..], FILM, "bad_upload"),
        (url, &[bytes, ("Upload-Offset", "9")], FILM, "wrong_offset"),
        (url, &[bytes, at], &[FILM, FILM].concat(), "upload_length"),
        (url, &[at], FILM, "wrong_content_type"),
        (&nowhere, &[bytes, at], FILM, "no_such_upload"),
        (
            url,
            &[bytes, at, ("Origin", "https://evil.example")],
            FILM,
            "other_origin",
        ),
    ] {
        description.check_refusal(&sending, &ask("PATCH", path, headers, body), code);
    }
    description.check(&sending, &ask("PATCH", url, &[bytes, at], &FILM[..9]));
    let overridden = [bytes, ("Upload-Offset", "9"), ("X-HTTP-Method-Override", "PATCH")];
    description.check(&meaning, &ask("POST", url, &overridden, &FILM[9..12]));
    description.check(&removing, &ask("DELETE", url, &[], &[]));
    description.check_refusal(&removing, &ask("DELETE", url, &[], &[]), "no_such_upload");
}

pub(super) fn check_media(description: &mut Description, port: u16, url: &str) {
    let fetching = "get /media/{id}/{name}";
    let whole = http::get(port, url, &[]);
    description.check(fetching, &whole);
    assert_eq!(whole.body, FILM);
    let etag = whole.header("etag").unwrap();
    for (header, value, status) in [
        ("Range", "bytes=0-3", 206),
        ("Range", "bytes=0-3,9-12", 206),
        ("Range", "bytes=5000-", 416),
        ("If-None-Match", etag, 304),
        ("If-Match", "\"another\"", 412),
    ] {
        let answer = http::get(port, url, &[(header, value)]);
        assert_eq!(answer.status, status, "{header}: {value}");
        description.check(fetching, &answer);
    }
    let unknown = format!("/media/{}/x.mp4", "0".repeat(32));
    let answer = http::get(port, &unknown, &[]);
    assert_eq!(answer.status, 404);
    description.check(fetching, &answer);
    let looking = "head /media/{id}/{name}";
    for (path, status) in [(url, 200), (&unknown, 404)] {
        let answer = http::request(port, "HEAD", path, &[], &[]);
        assert_eq!(answer.status, status);
        description.check(looking, &answer);
    }
}

/// A stream as it lies on the disk, so that nothing has to be made.
pub(super) fn check_streams(description: &mut Description, server: &Server) {
    let id = "5ab1c9e2474d3687b4d4134a0c7c3aef";
    let folder = server.data().join("streams").join(id);
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("master.m3u8"), "#EXTM3U\n").unwrap();
    std::fs::write(folder.join("c1-video0-00000.m4s"), FILM).unwrap();
    let ask = |method: &str, name: &str, headers: &[(&str, &str)]| {
        http::request(
            server.port,
            method,
            &format!("/streams/{id}/{name}"),
            headers,
            &[],
        )
    };
    for name in [
        "master.m3u8",
        "c1-video0-00000.m4s",
        "c1-video0-00001.m4s",
        "made.json",
    ] {
        description.check("get /streams/{id}/{name}", &ask("GET", name, &[]));
        description.check("head /streams/{id}/{name}", &ask("HEAD", name, &[]));
    }
    let part = ask("GET", "c1-video0-00000.m4s", &[("Range", "bytes=0-3")]);
    assert_eq!(part.status, 206);
    description.check("get /streams/{id}/{name}", &part);
}

/// The address of a film has its id.
pub(super) fn check_extras(description: &mut Description, party: &Party, url: &str) {
    let film = url.split('/').nth(2).unwrap();
    let ask = |method: &str, rest: &str, body: &[u8]| {
        let path = format!("/api/rooms/{}{rest}", party.code);
        let cookie = [("Cookie", &*party.ana.cookie)];
        http::request(party.ana.port, method, &path, &cookie, body)
    };
    let adding = "post /api/rooms/{code}/films/{film}/subtitles";
    let here = format!("/films/{film}/subtitles?tab=a&name=x.de.srt");
    let text = b"1\n00:00:01,000 --> 00:00:02,000\nThe train!\n";
    let added = ask("POST", &here, text);
    description.check(adding, &added);
    description.check_refusal(adding, &ask("POST", &here, b"words"), "no_subtitles");
    let large = vec![0; (4 << 20) + 1];
    description.check_refusal(adding, &ask("POST", &here, &large), "subtitles_too_large");
    for (from, to, code) in [
        ("tab=a&", "", "bad_query"),
        ("tab=a", "tab=z", "not_member"),
        (film, "nothing", "no_such_film"),
    ] {
        description.check_refusal(adding, &ask("POST", &here.replace(from, to), text), code);
    }

    let describing = "get /api/rooms/{code}/films/{film}/extras";
    let described = ask("GET", &format!("/films/{film}/extras"), &[]);
    description.check(describing, &described);
    assert_eq!(described.json()["subtitles"][0], added.json());
    let path = format!("/api/rooms/{}/films/{film}/extras", party.code);
    let stranger = http::get(party.ana.port, &path, &[]);
    description.check_refusal(describing, &stranger, "not_member");

    let [fetching, removing] =
        ["get", "delete"].map(|method| format!("{method} /api/rooms/{{code}}/subtitles/{{id}}"));
    let one = format!("/subtitles/{}", added.json()["id"].as_str().unwrap());
    description.check(&fetching, &ask("GET", &one, &[]));
    description.check_refusal(&removing, &ask("DELETE", &one, &[]), "bad_query");
    description.check(&removing, &ask("DELETE", &format!("{one}?tab=a"), &[]));
    description.check_refusal(&fetching, &ask("GET", &one, &[]), "no_such_subtitles");
    let again = ask("DELETE", &format!("{one}?tab=a"), &[]);
    description.check_refusal(&removing, &again, "no_such_subtitles");
}

/// Something of a film as it lies on the disk, so that nothing has to be made.
pub(super) fn check_made(description: &mut Description, server: &Server, url: &str) {
    let film = url.split('/').nth(2).unwrap();
    let folder = server.data().join("extras").join(film);
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("poster.jpg"), FILM).unwrap();
    std::fs::write(folder.join("subtitle-2.vtt"), "WEBVTT\n").unwrap();
    let ask = |method: &str, name: &str, headers: &[(&str, &str)]| {
        let path = format!("/extras/{film}/{name}");
        http::request(server.port, method, &path, headers, &[])
    };
    for (name, status) in [("poster.jpg", 200), ("subtitle-2.vtt", 200), ("extras.json", 404)] {
        for method in ["GET", "HEAD"] {
            let answer = ask(method, name, &[]);
            assert_eq!(answer.status, status, "{name}");
            description.check(
                &format!("{} /extras/{{id}}/{{name}}", method.to_lowercase()),
                &answer,
            );
        }
    }
    let part = ask("GET", "poster.jpg", &[("Range", "bytes=0-3")]);
    assert_eq!(part.status, 206);
    description.check("get /extras/{id}/{name}", &part);
}

pub(super) fn check_beside(description: &mut Description, party: &mut Party, folder: &Path) {
    let fetching = "get /extras/{id}/beside/{name}";
    let cues = "1\n00:00:01,000 --> 00:00:02,000\nElementary!\n";
    std::fs::write(folder.join("Sherlock_Jr.de.srt"), cues).unwrap();
    std::fs::write(folder.join("Sherlock_Jr.fr.srt"), "no subtitles").unwrap();
    let films = party.ask("GET", "/films?tab=a", &[]).json();
    let film = films["films"]
        .as_array()
        .unwrap()
        .iter()
        .find(|film| film["folder"] == "Keaton");
    let film = film.unwrap()["id"].as_str().unwrap().to_owned();
    let ask = |name: &str| http::get(party.ana.port, &format!("/extras/{film}/beside/{name}"), &[]);
    description.check(fetching, &ask("Sherlock_Jr.de.srt"));
    party
        .connection
        .send(&serde_json::json!({"type": "pick", "id": 1, "film": film}));
    party.connection.receive_type("done");
    party.connection.receive_type("extras");
    for (name, status) in [("de", 200), ("fr", 422), ("en", 404)] {
        let answer = ask(&format!("Sherlock_Jr.{name}.srt"));
        assert_eq!(answer.status, status, "{name}");
        description.check(fetching, &answer);
    }
}
