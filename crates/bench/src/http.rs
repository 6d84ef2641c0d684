//! Plain requests, one connection each: what has to be asked before a load begins.

use anyhow::{Context, bail};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// Asks, and waits for the whole answer. The body of one that says yes.
pub(crate) fn ask(
    server: SocketAddr,
    method: &str,
    path: &str,
    from: usize,
    body: &str,
) -> anyhow::Result<String> {
    Ok(answer(server, method, path, from, body)?.1)
}

/// The cookie that an address gives to who comes without one.
pub(crate) fn cookie(server: SocketAddr, path: &str, from: usize) -> anyhow::Result<String> {
    let (head, _) = answer(server, "GET", path, from, "")?;
    let set = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("set-cookie").then_some(value)
    });
    let cookie = set.and_then(|set| set.split(';').next());
    Ok(cookie
        .with_context(|| format!("{path} gave no cookie"))?
        .to_owned())
}

/// The head and the body of an answer that says yes.
fn answer(
    server: SocketAddr,
    method: &str,
    path: &str,
    from: usize,
    body: &str,
) -> anyhow::Result<(String, String)> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nContent-Type: application/json\r\nX-Forwarded-For: {}\r\nContent-Length: {}\r\n\r\n",
        address(from),
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .context("an answer broke off")?;
    let (head, body) = answer.split_once("\r\n\r\n").context("that is no answer")?;
    let line = head.lines().next().unwrap_or_default();
    if !line.starts_with("HTTP/1.1 2") {
        bail!("{method} {path} was answered with: {line} {body}");
    }
    Ok((head.to_owned(), body.to_owned()))
}

/// An address for each, as a proxy would tell it: one address may make only so many rooms at once.
pub(crate) fn address(from: usize) -> String {
    format!("10.{}.{}.{}", from >> 16 & 255, from >> 8 & 255, from & 255)
}
