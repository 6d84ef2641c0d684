//! What the host sees at the start: the addresses to open and to send, and a QR code for a phone.

use crate::addresses;
use crate::config::Config;
use matinee_media::Tools;
use matinee_wire::Dialect;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::fmt::Write;
use std::net::SocketAddr;

/// The greeting, ready to be printed. `films` is how many the library has.
pub(crate) fn greeting(config: &Config, films: usize) -> String {
    let doors = doors(config);
    let mut text = String::from("\n  Matinee is open.\n\n");
    for (name, url) in &doors {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:<17} {url}", format!("{name}:"));
    }
    if let Some(ports) = same_on(&config.also_ports) {
        let _ = writeln!(text, "  {:<17} {ports}", "The same on:");
    }
    if let Some(others) = others(config) {
        let _ = writeln!(
            text,
            "  {:<17} {others}\n  {:<17} see docs/dialects",
            "Other clients:", ""
        );
    }
    if let Some(library) = &config.library {
        let count = if films == 1 {
            "1 film".to_owned()
        } else {
            format!("{films} films")
        };
        let _ = writeln!(text, "  {:<17} {} ({count})", "Films from:", library.display());
    }
    if config.tools == Tools::None {
        text.push_str(
            "  Without ffmpeg:   films are sent as they are; not every browser plays all of them\n",
        );
    }
    let _ = writeln!(
        text,
        "  {:<17} {} (rooms, chat, uploads)",
        "Kept in:",
        config.data.display()
    );
    if let Some(code) = doors
        .last()
        .filter(|_| doors.len() > 1)
        .and_then(|(_, url)| qr(url))
    {
        let _ = write!(text, "\n  On a phone:\n\n{code}\n");
    }
    text.push_str("\n  Ctrl-C closes it; the page's rooms are kept.\n\n");
    text
}

/// The addresses to open, with those to whom they lead.
fn doors(config: &Config) -> Vec<(&'static str, String)> {
    let bound = config.address;
    let port = bound.port();
    let everywhere = bound.ip().is_unspecified();
    let network = if everywhere { addresses::on_network() } else { None };
    let mut lines = vec![];
    if everywhere || bound.ip().is_loopback() {
        lines.push(("On this machine", format!("http://localhost:{port}")));
    } else {
        lines.push(("At", format!("http://{bound}")));
    }
    if let Some(address) = network {
        lines.push((
            "On your network",
            format!("http://{}", SocketAddr::new(address, port)),
        ));
    }
    if let Some(url) = &config.public_url {
        lines.push(("For your friends", url.clone()));
    }
    lines
}

/// The other systems whose clients may connect, and where Goblet's come to.
fn others(config: &Config) -> Option<String> {
    let mut systems = config.dialects.systems();
    let goblet = Dialect::Goblet.speech().system();
    systems.retain(|system| *system != goblet);
    let lobby = config.dialects.has(Dialect::Goblet);
    let lobby = lobby.then(|| format!("{goblet} in the room \"{}\"", config.lobby_name));
    let parts: Vec<_> = Some(systems.join(", "))
        .filter(|systems| !systems.is_empty())
        .into_iter()
        .chain(lobby)
        .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// "port 3000", or "ports 3000, 5000 and 8080".
fn same_on(ports: &[u16]) -> Option<String> {
    let (last, others) = ports.split_last()?;
    if others.is_empty() {
        return Some(format!("port {last}"));
    }
    let others: Vec<_> = others.iter().map(u16::to_string).collect();
    Some(format!("ports {} and {last}", others.join(", ")))
}

/// A QR code for a terminal, dark or light.
fn qr(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    Some(
        code.render::<Dense1x2>()
            .dark_color(Dense1x2::Light)
            .light_color(Dense1x2::Dark)
            .build(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeting_of(flags: &[&str]) -> String {
        greeting(
            &Config::typed(&[&["--host", "127.0.0.1"], flags].concat()).unwrap(),
            2,
        )
    }

    #[test]
    fn other_ports_are_named() {
        assert!(!greeting_of(&[]).contains("The same on"));
        let one = greeting_of(&["--also-port", "3000"]);
        assert!(one.contains("\n  The same on:      port 3000\n"), "{one}");
        let three = greeting_of(&["--also-port", "3000,5000,8080"]);
        assert!(three.contains("ports 3000, 5000 and 8080\n"), "{three}");
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(
            greeting_of(&["--ffmpeg-dir", ""]).contains("\n  Without ffmpeg:   films are sent as they are")
        );
    }

    #[test]
    fn other_systems_are_named() {
        let all = "StreamGo, Streaming Room, Party-Sockets, VideoSync; Goblet in the room \"lobby\"";
        for (flags, told) in [
            (&[][..], all),
            (&["--dialects", "streamgo,videosync"], "StreamGo, VideoSync"),
            (
                &["--dialects", "goblet", "--lobby", "Friday films"],
                "Goblet in the room \"Friday films\"",
            ),
        ] {
            let greeting = greeting_of(flags);
            let line = format!("\n  Other clients:    {told}\n");
            assert!(greeting.contains(&line), "{greeting}");
        }
        assert!(!greeting_of(&["--dialects", ""]).contains("Other clients"));
    }

    #[test]
    fn films_are_counted() {
        let greeting = greeting_of(&["--library", "."]);
        assert!(
            greeting.contains("\n  Films from:       . (2 films)\n"),
            "{greeting}"
        );
        assert!(!greeting_of(&[]).contains("Films from"));
    }
}
