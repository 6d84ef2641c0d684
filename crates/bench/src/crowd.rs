//! A room full of people who come back when their connection is lost, with what they know: who they are, and the last
//! line that they have. Each keeps the list of who is there, as a client does.

use crate::contestants::Server;
use crate::dialects::stream_go_door;
use crate::frame;
use crate::http;
use crate::link::Door;
use crate::swarm::{Id, Swarm};
use anyhow::{Context, bail};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// How often somebody who was refused, or lost again, tries once more.
const TRIES_AGAIN_AFTER: Duration = Duration::from_millis(250);

/// How long all may take to be back.
const BACK_WITHIN: Duration = Duration::from_secs(60);

/// In whose words they speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// The page's: with a cookie, a mark of the tab, and the last line.
    Page,
    /// StreamGo's: by the party's code and a name, as at first.
    StreamGo,
}

/// One of them.
#[derive(Debug, Default)]
struct Person {
    cookie: String,
    link: Option<Id>,
    /// Whether hello was said on this connection.
    greeted: bool,
    there: HashSet<u32>,
    /// How many there are in a list that is told whole.
    listed: usize,
    lines: Vec<u64>,
    /// When a refused or lost one comes again.
    again: Option<Instant>,
}

/// All of them.
pub(crate) struct Crowd {
    pub(crate) swarm: Swarm,
    words: Words,
    code: String,
    people: Vec<Person>,
    by_link: HashMap<Id, usize>,
    said: u64,
    /// How often somebody was refused or lost while coming back.
    pub(crate) tried_again: usize,
}

#[derive(Deserialize)]
struct Welcome {
    members: Vec<Member>,
    log: Vec<Line>,
}

#[derive(Deserialize)]
struct Member {
    id: u32,
    away: bool,
}

#[derive(Deserialize)]
struct Line {
    seq: u64,
}

#[derive(Deserialize)]
struct MemberTold {
    member: Member,
}

#[derive(Deserialize)]
struct LineTold {
    line: Line,
}

#[derive(Deserialize)]
struct Left {
    member: u32,
}

impl Person {
    fn hears(&mut self, words: Words, text: &[u8]) {
        match words {
            Words::StreamGo => {
                if let Some(list) = text.strip_prefix(b"party:") {
                    self.listed = list.windows(10).filter(|ten| ten == b"\"userName\"").count();
                }
            }
            Words::Page => self.hears_of_page(text),
        }
    }

    fn hears_of_page(&mut self, text: &[u8]) {
        if let Some(MemberTold { member }) = told(text, "member") {
            if member.away {
                self.there.remove(&member.id);
            } else {
                self.there.insert(member.id);
            }
        } else if let Some(LineTold { line }) = told(text, "line") {
            self.lines.push(line.seq);
        } else if let Some(welcome) = told::<Welcome>(text, "welcome") {
            let there = welcome.members.iter().filter(|member| !member.away);
            self.there = there.map(|member| member.id).collect();
            self.lines.extend(welcome.log.iter().map(|line| line.seq));
        } else if let Some(Left { member }) = told(text, "left") {
            self.there.remove(&member);
        } else if text.starts_with(br#"{"type":"refused""#) {
            self.again = Some(Instant::now() + TRIES_AGAIN_AFTER);
        }
    }

    fn sees(&self, words: Words) -> usize {
        match words {
            Words::Page => self.there.len(),
            Words::StreamGo => self.listed,
        }
    }
}

/// A message of this type.
fn told<'a, T: Deserialize<'a>>(text: &'a [u8], kind: &str) -> Option<T> {
    let rest = text
        .strip_prefix(br#"{"type":""#)?
        .strip_prefix(kind.as_bytes())?;
    if !rest.starts_with(b"\"") {
        return None;
    }
    serde_json::from_slice(text).ok()
}

impl Crowd {
    /// So many come to one room, one after the other.
    pub(crate) fn gather(server: &Server, words: Words, size: usize) -> anyhow::Result<Self> {
        let mut crowd = Self {
            swarm: Swarm::new()?,
            words,
            code: String::new(),
            people: (0..size).map(|_| Person::default()).collect(),
            by_link: HashMap::new(),
            said: 0,
            tried_again: 0,
        };
        crowd.make_room(server)?;
        for number in crowd.by_link.len()..size {
            let (id, head) = crowd.swarm.open_told(&crowd.door(server, number))?;
            crowd.seat(number, id);
            let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
            if let Some(person) = crowd.people.get_mut(number) {
                person.cookie = cookie
                    .and_then(|line| line.split(';').next())
                    .unwrap_or_default()
                    .to_owned();
            }
            crowd.go_on(Duration::ZERO)?;
        }
        crowd.until_whole(server)?;
        Ok(crowd)
    }

    /// Makes the room; of StreamGo's clients, the first comes in by that.
    fn make_room(&mut self, server: &Server) -> anyhow::Result<()> {
        match self.words {
            Words::Page => {
                let made = http::ask(server.address, "POST", "/api/rooms", 0, "{}")?;
                let made: serde_json::Value = serde_json::from_str(&made)?;
                let code = made.get("code").and_then(serde_json::Value::as_str);
                self.code = code.context("a room without a code")?.to_owned();
            }
            Words::StreamGo => {
                let founder = self.swarm.open(&stream_go_door(server, 0, None))?;
                self.code = self.swarm.wait_for(founder, |text| {
                    let party: serde_json::Value =
                        serde_json::from_slice(text.strip_prefix(b"party:")?).ok()?;
                    Some(party.get("code")?.as_str()?.to_owned())
                })?;
                self.seat(0, founder);
            }
        }
        Ok(())
    }

    fn door(&self, server: &Server, number: usize) -> Door {
        match self.words {
            Words::StreamGo => stream_go_door(server, number, Some(&self.code)),
            Words::Page => {
                let door = Door::at(server.address, format!("/api/rooms/{}/ws", self.code));
                match self.people.get(number).map(|person| person.cookie.as_str()) {
                    None | Some("") => door,
                    Some(cookie) => door.with("Cookie", cookie),
                }
            }
        }
    }

    fn seat(&mut self, number: usize, id: Id) {
        self.by_link.insert(id, number);
        if let Some(person) = self.people.get_mut(number) {
            *person = Person {
                cookie: std::mem::take(&mut person.cookie),
                lines: std::mem::take(&mut person.lines),
                link: Some(id),
                ..Person::default()
            };
            // What came right behind the handshake's answer.
            let words = self.words;
            self.swarm.first_of(id, |text| person.hears(words, text));
        }
    }

    /// Hears what comes for a while, and greets where a door has opened.
    pub(crate) fn go_on(&mut self, wait: Duration) -> anyhow::Result<()> {
        let Self {
            swarm,
            people,
            by_link,
            words,
            ..
        } = self;
        swarm.turn(Some(wait), |id, text, _| {
            let person = by_link.get(&id).and_then(|number| people.get_mut(*number));
            // Of connections that were given up, nobody hears.
            if let Some(person) = person.filter(|person| person.link == Some(id)) {
                person.hears(*words, text);
            }
        })?;
        if *words == Words::StreamGo {
            return Ok(());
        }
        for (number, person) in people.iter_mut().enumerate() {
            let open = person.link.filter(|id| !person.greeted && swarm.is_open(*id));
            if let Some(id) = open {
                person.greeted = true;
                let since = match person.lines.last() {
                    Some(last) => format!(r#","since":{last}"#),
                    None => String::new(),
                };
                let hello = format!(
                    r#"{{"type":"hello","protocol":1,"name":"Member {number}","tab":"{number}"{since}}}"#
                );
                let mut bytes = Vec::new();
                frame::put_text(&mut bytes, hello.as_bytes());
                swarm.send(id, &bytes);
            }
        }
        Ok(())
    }

    /// The first one says something, and waits until it is told back.
    pub(crate) fn says(&mut self, lines: usize) -> anyhow::Result<()> {
        let first = self
            .people
            .first()
            .and_then(|person| person.link)
            .context("nobody is there")?;
        for _ in 0..lines {
            self.said += 1;
            let text = format!(
                r#"{{"type":"say","id":{},"text":"Line {}"}}"#,
                self.said, self.said
            );
            let mut bytes = Vec::new();
            frame::put_text(&mut bytes, text.as_bytes());
            let before = self.people.first().map_or(0, |person| person.lines.len());
            self.swarm.send(first, &bytes);
            let until = Instant::now() + BACK_WITHIN;
            while self.people.first().map_or(0, |person| person.lines.len()) == before {
                if Instant::now() > until {
                    bail!("what was said was not told");
                }
                self.go_on(Duration::from_millis(10))?;
            }
        }
        Ok(())
    }

    /// All but the first lose their connections.
    pub(crate) fn lose(&mut self) {
        for person in self.people.iter().skip(1) {
            if let Some(id) = person.link {
                self.swarm.drop_link(id);
            }
        }
    }

    /// Those from the `first` to before `end` come back, all at once.
    pub(crate) fn come_back(&mut self, server: &Server, first: usize, end: usize) -> anyhow::Result<()> {
        for number in first..end {
            let id = self.swarm.begin(&self.door(server, number))?;
            self.seat(number, id);
        }
        Ok(())
    }

    /// Waits until each has all others in the list, and has whoever is refused or lost try again.
    pub(crate) fn until_whole(&mut self, server: &Server) -> anyhow::Result<()> {
        let until = Instant::now() + BACK_WITHIN;
        loop {
            self.go_on(Duration::from_millis(10))?;
            let (words, size) = (self.words, self.people.len());
            if self.people.iter().all(|person| person.sees(words) == size) {
                return Ok(());
            }
            if Instant::now() > until {
                let right = self.whole();
                bail!("only {right} of {size} have a whole list again");
            }
            self.try_again(server)?;
        }
    }

    fn try_again(&mut self, server: &Server) -> anyhow::Result<()> {
        for number in 0..self.people.len() {
            let Some(person) = self.people.get_mut(number) else {
                continue;
            };
            let is_lost = person.link.is_some_and(|id| self.swarm.has_ended(id));
            let now = Instant::now();
            if is_lost && person.again.is_none() {
                person.again = Some(now + TRIES_AGAIN_AFTER);
            }
            if person.again.is_some_and(|again| again <= now) {
                self.tried_again += 1;
                if let Some(id) = person.link {
                    self.swarm.drop_link(id);
                }
                self.come_back(server, number, number + 1)?;
            }
        }
        Ok(())
    }

    /// How many have everybody in their list.
    pub(crate) fn whole(&self) -> usize {
        let (words, size) = (self.words, self.people.len());
        self.people
            .iter()
            .filter(|person| person.sees(words) == size)
            .count()
    }

    /// How many have heard the same lines as the first one, each once and in the same order.
    pub(crate) fn have_all_lines(&self, newest: usize) -> usize {
        let end = |person: &Person| {
            person
                .lines
                .iter()
                .rev()
                .take(newest)
                .copied()
                .collect::<Vec<_>>()
        };
        let Some(right) = self.people.first().map(end) else {
            return 0;
        };
        self.people.iter().filter(|person| end(person) == right).count()
    }
}
