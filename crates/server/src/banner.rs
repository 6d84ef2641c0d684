//! What the host sees at the start: the addresses to open and to send, and a QR code for a phone.

use crate::addresses;
use crate::config::Config;
use matinee_media::Tools;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::fmt::Write;
use std::net::SocketAddr;

/// The greeting, ready to be printed.
pub(crate) fn greeting(config: &Config) -> String {
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
    let mut text = String::from("\n  Matinee is open.\n\n");
    for (name, url) in &lines {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:<17} {url}", format!("{name}:"));
    }
    if let Some(ports) = also_at(&config.also_ports) {
        let _ = writeln!(text, "  {:<17} {ports}", "Also at:");
    }
    let spoken = config.dialects.systems();
    if !spoken.is_empty() {
        let _ = writeln!(text, "  {:<17} {}", "Also speaks:", spoken.join(", "));
    }
    if let Some(library) = &config.library {
        let _ = writeln!(text, "  {:<17} {}", "Films from:", library.display());
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
    if let Some(code) = lines
        .last()
        .filter(|_| lines.len() > 1)
        .and_then(|(_, url)| qr(url))
    {
        let _ = write!(text, "\n  On a phone:\n\n{code}\n");
    }
    text.push_str("\n  Ctrl-C closes it; the rooms are kept.\n\n");
    text
}

/// "port 3000", or "ports 3000, 5000 and 8080".
fn also_at(ports: &[u16]) -> Option<String> {
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
        greeting(&Config::typed(&[&["--host", "127.0.0.1"], flags].concat()).unwrap())
    }

    #[test]
    fn other_ports_are_named() {
        assert!(!greeting_of(&[]).contains("Also at"));
        let one = greeting_of(&["--also-port", "3000"]);
        assert!(one.contains("\n  Also at:          port 3000\n"), "{one}");
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
        let two = greeting_of(&["--dialects", "streamgo,videosync"]);
        assert!(
            two.contains("\n  Also speaks:      StreamGo, VideoSync\n"),
            "{two}"
        );
        assert!(!greeting_of(&["--dialects", ""]).contains("Also speaks"));
    }
}
