//! Transcripts that must fail, each at its last line: a runner that takes everything would prove nothing.

use super::stage::{self, Stage};
use std::net::TcpListener;
use std::thread;
use tungstenite::Message;
use tungstenite::handshake::server::{Request, Response};
use tungstenite::protocol::CloseFrame;

/// A room with Ana in it.
const ANA_IS_IN: &str = r#"
ana makes {}
ana enters
ana > {"type":"hello","protocol":1,"name":"Ana","tab":"a"}
ana < {"type":"welcome","protocol":1,"you":1,"last_command":0,"made_at_ms":"<*>","room":"<*>","members":"<*>","playback":"<*>","log":"<*>","uploads":[]}
"#;

/// What is wrong with the last line.
fn complaint(lines: &str) -> String {
    let last = lines.lines().count();
    let problem = stage::play("wrong.txt", lines).expect_err(lines);
    assert!(problem.starts_with(&format!("wrong.txt:{last}: ")), "{problem}");
    problem
}

#[test]
fn a_wrong_message_is_reported() {
    for (line, why) in [
        (r#"ana < {"type":"pong"}"#, "differs at"),
        ("ana < ping", "received {"),
        (
            r#"ana <= {"type":"refused","id":null,"code":"malformed"}"#,
            "exactly",
        ),
        ("ana < closed 1000", "received Message"),
        ("ana hears nothing", "received Message"),
        (r#"within 1 s, ana waits for {"type":"pong"}"#, "not come in time"),
        ("ana waves", "not a line"),
        ("ben < ping", "has no connection"),
    ] {
        let problem = complaint(&format!("{ANA_IS_IN}ana > null\n{line}"));
        assert!(problem.contains(why), "{problem}");
    }
    let problem = complaint(&format!("{ANA_IS_IN}within 1 s, ana < ping"));
    assert!(problem.contains("nothing came in time"), "{problem}");
}

#[test]
fn a_message_that_others_caused_is_not_nothing() {
    let say = r#"ana > {"type":"say","id":1,"text":"psst"}"#;
    let lines = ANA_IS_IN.to_owned()
        + &ANA_IS_IN
            .replace("ana makes {}\n", "")
            .replace("ana", "ben")
            .replace(r#""you":1,"last_command":0"#, r#""you":2,"last_command":0"#)
        + "ana waits for {\"type\":\"line\",\"line\":\"<*>\"}\nana hears nothing\nben hears nothing\n";
    stage::play("right.txt", &lines).unwrap();
    complaint(&format!("{lines}{say}\nben hears nothing"));
}

#[test]
fn a_wrong_answer_is_reported() {
    for (line, why) in [
        ("ana < 404", "the answer is 200"),
        (r#"ana < 200 {"status":"bad"}"#, "differs at status"),
        ("ana < 200 fine", "received {"),
        ("ana <= 200", "exactly"),
        ("ana < fine", "begins with its status"),
        (
            "ana < 200\nana < header content-type: text/html",
            "received application/json",
        ),
        ("ana < 200\nana < header x-none: <*>", "no such header"),
        (
            "ana < 200\nana < no header content-type",
            "it is application/json",
        ),
        ("ana GETs /health", "has an answer"),
    ] {
        let problem = complaint(&format!("ana GETs /health\n{line}"));
        assert!(problem.contains(why), "{problem}");
    }
    let problem = stage::play("wrong.txt", "ana GETs /health").unwrap_err();
    assert!(problem.contains("has an answer"), "{problem}");
    complaint("ana GETs /room/<ROOM>");
}

#[test]
fn a_connection_that_is_not_accepted_has_an_answer() {
    let door = "ana connects to /api/rooms/NOBODY/ws\n";
    stage::play("right.txt", &format!("{door}ana < 404")).unwrap();
    let problem = complaint(&format!("{door}ana > hello"));
    assert!(problem.contains("not accepted: 404"), "{problem}");
}

#[test]
fn people_keep_their_cookies_and_bring_their_headers() {
    let lines = r#"
the server runs with --server-prefix XY
the library holds trip.mp4: a film
ana GETs /api/rooms/NOBODY
ana < 404 {"error":{"code":"no_such_room","message":"<*>"}}
ana < header set-cookie: <*>HttpOnly<*>
ana GETs /api/rooms/NOBODY
ana < 404
ana < no header set-cookie
ben makes {"name":"Friday"}
ben GETs /api/rooms/<CODE>
ben < 200 {"code":"<CODE>","name":"Friday","locked":false,"viewers":"<*:0..0>","link":"http://localhost:<PORT>/r/XY<*>"}
ben < no header set-cookie
ben enters
ben > {"type":"hello","protocol":1,"name":"Ben","tab":"b"}
ben waits for {"type":"welcome","protocol":1,"you":1,"last_command":0,"made_at_ms":"<*>","room":"<*>","members":"<*>","playback":"<*>","log":"<*>","uploads":[]}
ben GETs /api/rooms/<CODE>/films?tab=b
ben < 200 <*>"trip"<*>
ben adds origin: http://other.example
ben POSTs /api/rooms {}
ben < 403
"#;
    stage::play("right.txt", lines).unwrap();
    complaint("ana GETs /api/rooms/NOBODY\nana < 404\nana < no header set-cookie");
    complaint("ana adds origin: http://other.example\nana POSTs /api/rooms {}\nana < 201");
    complaint("ana connects\nthe server runs with --server-prefix XY");
}

#[test]
fn a_stop_is_seen() {
    let stop = "the server is told to stop\nthe server has stopped";
    stage::play("right.txt", &format!("{ANA_IS_IN}{stop}")).unwrap();
    complaint("ana connects\nwithin 1 s, the server has stopped");
}

/// A server that selects the first subprotocol, says everything again, and closes when told to.
fn parrot() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || talk_back(stream.unwrap()));
        }
    });
    port
}

fn talk_back(stream: std::net::TcpStream) {
    #[expect(clippy::result_large_err, reason = "tungstenite wants it so")]
    let select = |request: &Request, mut response: Response| {
        if let Some(offered) = request.headers().get("sec-websocket-protocol") {
            let offered = offered.clone();
            response.headers_mut().insert("sec-websocket-protocol", offered);
        }
        Ok(response)
    };
    let mut socket = tungstenite::accept_hdr(stream, select).unwrap();
    while let Ok(message) = socket.read() {
        if message == Message::text("close") {
            let frame = CloseFrame {
                code: 4001.into(),
                reason: "room closed".into(),
            };
            socket.close(Some(frame)).unwrap();
        } else if message.is_text() {
            socket.send(message).unwrap();
        }
    }
}

#[test]
fn other_dialects_have_their_forms() {
    let port = parrot();
    let right = r#"
ana connects to /v2/a?key=<PORT> as c#1#Ana%20B##Friday#0
ana hears nothing
ana > party:{"port":<PORT>,"members":[{"userId":"u-1","isHost":true}]}
ana < party:{"members":[{"isHost":true,"userId":"<ana>"}],"port":"<PORT>"}
ana > msg:<ana>:hello
ana <= msg:u-1:hello
ana > one
ana > two
ana waits for two
ana > close
ana < closed 4001 room closed
"#;
    Stage::at(port).play("right.txt", right).unwrap();
    for wrong in ["ana < closed 4000", "ana < closed 4001 replaced", "ana < closed"] {
        let lines = format!("ana connects\nana > close\n{wrong}");
        Stage::at(port).play("wrong.txt", &lines).expect_err(wrong);
    }
    let unselected = complaint("ana connects as chat");
    assert!(unselected.contains("no subprotocol"), "{unselected}");
}
