//! A server and people: what each line of a transcript does.

use super::expected::Holes;
use crate::http::{self, ANSWER_WITHIN, Answer};
use crate::server::Server;
use crate::socket::{Closed, Connection, Person, Received};
use std::collections::HashMap;
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How often all connections are asked for a pong before somebody is said to hear nothing. A pong may overtake what
/// was sent right before its ping; the second one cannot.
const ROUNDS: usize = 2;

/// What a room is given to work off what has reached it by then.
const ROOM_WITHIN: Duration = Duration::from_millis(100);

/// Plays a transcript; an error tells its line and what was wrong.
pub(super) fn play(name: &str, text: &str) -> Result<(), String> {
    Stage::default().play(name, text)
}

#[derive(Default)]
pub(super) struct Stage {
    /// Started by the first line that is not about how it is started.
    server: Option<Server>,
    flags: Vec<String>,
    library: Option<TempDir>,
    /// Where people go.
    port: u16,
    people: HashMap<String, Person>,
    connections: HashMap<String, Connection>,
    /// By name and tab.
    requests: HashMap<String, Exchange>,
    /// Headers for the next request, by name and tab.
    headers: HashMap<String, Vec<(String, String)>>,
    holes: Holes,
}

/// A request and its answer.
enum Exchange {
    /// Its answer was not looked at.
    Asked { stream: TcpStream, method: String },
    /// A connection was asked for, and this was the answer.
    NotAccepted(Answer),
    /// Its answer was looked at; headers still can be.
    Answered(Answer),
}

impl Stage {
    /// A stage where somebody else has the server.
    pub(super) fn at(port: u16) -> Self {
        let mut stage = Self {
            port,
            ..Self::default()
        };
        stage.holes.set("PORT", port);
        stage
    }

    pub(super) fn play(mut self, name: &str, text: &str) -> Result<(), String> {
        self.holes.set("LF", "\n");
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let place = format!("{name}:{}: {line}", index + 1);
            match catch_unwind(AssertUnwindSafe(|| self.step(line))) {
                Ok(Ok(())) => {}
                Ok(Err(problem)) => return Err(format!("{place}\n  {problem}")),
                Err(panic) => {
                    eprintln!("{place}");
                    resume_unwind(panic);
                }
            }
        }
        let mut everybody = self.requests.keys();
        everybody
            .try_for_each(|who| self.nothing_unanswered(who))
            .map_err(|problem| format!("{name}: at the end\n  {problem}"))
    }

    fn step(&mut self, line: &str) -> Result<(), String> {
        let (line, patience) = match line.strip_prefix("within ") {
            Some(rest) => {
                let (seconds, line) = rest.split_once(" s, ").ok_or("within how many s, and what?")?;
                let seconds = seconds.parse().map_err(|_| "within how many s?")?;
                (line, Duration::from_secs(seconds))
            }
            None => (line, ANSWER_WITHIN),
        };
        let (who, rest) = line.split_once(' ').ok_or("a line needs two words")?;
        if who == "the" {
            return self.about_the_server(rest, patience);
        }
        if self.port == 0 {
            self.start();
        }
        let (verb, what) = rest.split_once(' ').unwrap_or((rest, ""));
        match verb {
            "<" => return self.receives(who, what, patience, false),
            "<=" => return self.receives(who, what, patience, true),
            _ => self.nothing_unanswered(who)?,
        }
        match (verb, what) {
            ("makes", wanted) => {
                let person = self.person(who);
                let answer = person.ask_for_room(wanted);
                person.keep_cookies(&answer);
                if answer.status != 201 {
                    return Err(format!("the answer is {} {}", answer.status, answer.text()));
                }
                self.holes.set("CODE", answer.json()["code"].clone());
            }
            ("enters", "") => self.connects(who, "to /api/rooms/<CODE>/ws")?,
            ("connects", how) => self.connects(who, how)?,
            ("hangs", "up") => {
                self.connection(who)?;
                self.connections.remove(who);
            }
            (">", text) => {
                let text = self.holes.fill(text);
                self.connection(who)?.send_text(&text);
            }
            (">binary", "") => {
                let message = tungstenite::Message::binary(vec![1, 2, 3]);
                let sent = self.connection(who)?.socket.send(message);
                sent.map_err(|error| error.to_string())?;
            }
            ("waits", what) => {
                let text = what.strip_prefix("for ").ok_or("waits for what?")?;
                self.waits_for(who, text, patience)?;
            }
            ("hears", "nothing") => self.hears_nothing(who)?,
            ("answers", "a ping") => self.connection(who)?.answer_ping(),
            ("adds", header) => {
                let header = self.holes.fill_all(header)?;
                let (name, value) = header.split_once(": ").ok_or("a header is `name: value`")?;
                let headers = self.headers.entry(who.to_owned()).or_default();
                headers.push((name.to_owned(), value.to_owned()));
            }
            (verb, what) => match method(verb) {
                Some(method) => self.asks(who, method, what)?,
                None => return Err("not a line of a transcript".into()),
            },
        }
        Ok(())
    }

    fn about_the_server(&mut self, rest: &str, patience: Duration) -> Result<(), String> {
        if let Some(flags) = rest.strip_prefix("server runs with ") {
            self.not_started()?;
            let unquoted = flags.split_whitespace().map(|flag| flag.trim_matches('\''));
            self.flags.extend(unquoted.map(str::to_owned));
            return Ok(());
        }
        if let Some(file) = rest.strip_prefix("library holds ") {
            self.not_started()?;
            let (name, text) = file.split_once(": ").ok_or("a file is `name: text`")?;
            let library = self.library.get_or_insert_with(|| tempfile::tempdir().unwrap());
            std::fs::write(library.path().join(name), text).unwrap();
            return Ok(());
        }
        if self.port == 0 {
            self.start();
        }
        let server = self.server.as_mut().ok_or("the server is not ours")?;
        match rest {
            "server crashes" => {
                self.connections.clear();
                server.crash_and_restart();
            }
            "server is told to stop" => server.ask_to_stop(),
            "server has stopped" => {
                let until = Instant::now() + patience;
                let status = loop {
                    match server.ended() {
                        Some(status) => break status,
                        None if Instant::now() > until => return Err("it still runs".into()),
                        None => std::thread::sleep(Duration::from_millis(5)),
                    }
                };
                if !status.success() {
                    return Err(format!("it ended with {status}"));
                }
            }
            _ => return Err("not a line of a transcript".into()),
        }
        Ok(())
    }

    fn not_started(&self) -> Result<(), String> {
        if self.port == 0 {
            Ok(())
        } else {
            Err("the server runs already: this is for the first lines".into())
        }
    }

    fn start(&mut self) {
        let mut flags: Vec<&str> = self.flags.iter().map(String::as_str).collect();
        if let Some(library) = &self.library {
            flags.extend(["--library", library.path().to_str().unwrap()]);
        }
        let server = Server::with_flags(&flags);
        self.port = server.port;
        self.holes.set("PORT", server.port);
        self.server = Some(server);
    }

    fn person(&mut self, who: &str) -> &mut Person {
        let name = who.split('/').next().unwrap_or(who).to_owned();
        let port = self.port;
        self.people.entry(name).or_insert_with(|| Person::stranger(port))
    }

    fn connection(&mut self, who: &str) -> Result<&mut Connection, String> {
        self.connections
            .get_mut(who)
            .ok_or_else(|| format!("{who} has no connection"))
    }

    /// `to /address`, `as subprotocol`, both in this order, or neither.
    fn connects(&mut self, who: &str, how: &str) -> Result<(), String> {
        let how = self.holes.fill_all(how)?;
        let (to, subprotocol) = match (how.strip_prefix("as "), how.split_once(" as ")) {
            (Some(subprotocol), _) => ("", Some(subprotocol)),
            (None, Some((to, subprotocol))) => (to, Some(subprotocol)),
            (None, None) => (how.as_str(), None),
        };
        let path = match to {
            "" => "/",
            to => to.strip_prefix("to ").ok_or("connects to where?")?,
        };
        let headers = self.headers.remove(who).unwrap_or_default();
        match self
            .person(who)
            .try_connect(path, subprotocol, &borrowed(&headers))
        {
            Ok((connection, answer)) => {
                let selected = answer.header("sec-websocket-protocol");
                if selected != subprotocol {
                    return Err(format!("the server selected {selected:?}"));
                }
                self.person(who).keep_cookies(&answer);
                self.connections.insert(who.to_owned(), connection);
                Ok(())
            }
            Err(Closed::Answered(answer)) => {
                self.connections.remove(who);
                self.requests
                    .insert(who.to_owned(), Exchange::NotAccepted(answer));
                Ok(())
            }
            Err(Closed::Broken(problem)) => Err(problem),
        }
    }

    /// Sends `/address`, `/address body` or `/address with the file name: text`.
    fn asks(&mut self, who: &str, method: &str, what: &str) -> Result<(), String> {
        let (path, body) = what.split_once(' ').unwrap_or((what, ""));
        let path = self.holes.fill_all(path)?;
        let mut body = self.holes.fill(body);
        let mut headers = self.headers.remove(who).unwrap_or_default();
        let mut kind = body.starts_with(['{', '[']).then_some("application/json");
        if let Some(file) = body.strip_prefix("with the file ") {
            let (name, text) = file.split_once(": ").ok_or("a file is `name: text`")?;
            kind = Some("multipart/form-data; boundary=part");
            body = format!(
                "--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n{text}\r\n--part--\r\n"
            );
        }
        if let Some(kind) = kind
            && !headers
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        {
            headers.push(("content-type".to_owned(), kind.to_owned()));
        }
        let cookie = self.person(who).cookie.clone();
        if !cookie.is_empty() {
            headers.push(("cookie".to_owned(), cookie));
        }
        let stream = http::send(self.port, method, &path, &borrowed(&headers), body.as_bytes());
        let method = method.to_owned();
        self.requests
            .insert(who.to_owned(), Exchange::Asked { stream, method });
        Ok(())
    }

    /// An answer that nobody looks at would hide what went wrong.
    fn nothing_unanswered(&self, who: &str) -> Result<(), String> {
        match self.requests.get(who) {
            Some(Exchange::Asked { .. }) => Err(format!("{who}'s request has an answer: what is it?")),
            Some(Exchange::NotAccepted(answer)) => Err(format!(
                "{who}'s connection was not accepted: {} {}",
                answer.status,
                answer.text()
            )),
            Some(Exchange::Answered(_)) | None => Ok(()),
        }
    }

    fn receives(&mut self, who: &str, what: &str, patience: Duration, exactly: bool) -> Result<(), String> {
        let answer = match self.requests.remove(who) {
            Some(Exchange::Asked { stream, method }) => {
                stream.set_read_timeout(Some(patience)).unwrap();
                Some(http::read_answer(stream, &method))
            }
            Some(Exchange::NotAccepted(answer)) => Some(answer),
            Some(Exchange::Answered(answer)) => {
                let looked_at = self.header(&answer, what);
                if looked_at.is_some() {
                    self.requests.insert(who.to_owned(), Exchange::Answered(answer));
                }
                if let Some(result) = looked_at {
                    return result;
                }
                None
            }
            None => None,
        };
        if let Some(answer) = answer {
            self.person(who).keep_cookies(&answer);
            let result = self.answer(&answer, what, exactly);
            self.requests.insert(who.to_owned(), Exchange::Answered(answer));
            return result;
        }
        let received = self.connection(who)?.next_within(patience);
        let received = received.ok_or("nothing came in time")?;
        self.message(received, what, exactly)
    }

    fn message(&mut self, received: Received, what: &str, exactly: bool) -> Result<(), String> {
        if let Some(closed) = what.strip_prefix("closed ").filter(|_| !exactly) {
            let (wanted, why) = closed.split_once(' ').unwrap_or((closed, ""));
            let wanted: u16 = wanted.parse().map_err(|_| "closed with which code?")?;
            return match &received {
                Received::Closed { code, reason } if *code == wanted && (why.is_empty() || why == reason) => {
                    Ok(())
                }
                other => Err(format!("received {other:?}")),
            };
        }
        match received {
            Received::Message(text) if exactly => self.holes.expect_exactly(what, &text),
            Received::Message(text) => self.holes.expect(what, &text),
            other => Err(format!("received {other:?}")),
        }
    }

    /// Compares `200` or `200 body`.
    fn answer(&mut self, answer: &Answer, what: &str, exactly: bool) -> Result<(), String> {
        let told = format!("the answer is {} {}", answer.status, answer.text());
        let (status, body) = what.split_once(' ').unwrap_or((what, ""));
        let status: u16 = status
            .parse()
            .map_err(|_| format!("an answer begins with its status; {told}"))?;
        if status != answer.status {
            return Err(told);
        }
        match body {
            body if exactly => self.holes.expect_exactly(body, &answer.text()),
            "" => Ok(()),
            body => self.holes.expect(body, &answer.text()),
        }
    }

    /// Compares `header name: value` or `no header name`; `None` if the line says something else.
    fn header(&mut self, answer: &Answer, what: &str) -> Option<Result<(), String>> {
        if let Some(name) = what.strip_prefix("no header ") {
            let found = answer.header(name);
            return Some(found.map_or(Ok(()), |value| Err(format!("it is {value}"))));
        }
        let Some((name, wanted)) = what.strip_prefix("header ")?.split_once(": ") else {
            return Some(Err("a header is `name: value`".into()));
        };
        let mut result = Err("there is no such header".into());
        for value in answer.headers(name) {
            result = self.holes.expect(wanted, value);
            if result.is_ok() {
                break;
            }
        }
        Some(result)
    }

    fn waits_for(&mut self, who: &str, what: &str, patience: Duration) -> Result<(), String> {
        let until = Instant::now() + patience;
        let mut passed = String::new();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Some(received) = self.connection(who)?.next_within(left) else {
                return Err(format!("it did not come in time, but{passed}"));
            };
            let is_last = !matches!(received, Received::Message(_));
            let told = format!("\n  {received:?}");
            match self.message(received, what, false) {
                Ok(()) => return Ok(()),
                Err(_) if is_last => return Err(format!("it did not come, but{passed}{told}")),
                Err(_) => passed += &told,
            }
        }
    }

    fn hears_nothing(&mut self, who: &str) -> Result<(), String> {
        self.connection(who)?;
        for _ in 0..ROUNDS {
            for connection in self.connections.values_mut() {
                connection.catch_up();
            }
        }
        match self.connection(who)?.next_within(ROOM_WITHIN) {
            Some(received) => Err(format!("received {received:?}")),
            None => Ok(()),
        }
    }
}

/// The method in `GETs`, `POSTs`, `OPTIONS`.
fn method(verb: &str) -> Option<&str> {
    let method = verb.strip_suffix('s').unwrap_or(verb);
    let is_method = method.len() > 2 && method.bytes().all(|byte| byte.is_ascii_uppercase());
    is_method.then_some(method)
}

fn borrowed(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}
