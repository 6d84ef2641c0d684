//! What the host sees at the start: the addresses to open and to send, and a QR code for a phone.

use crate::config::Config;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

/// The greeting, ready to be printed.
pub(crate) fn greeting(config: &Config, bound: SocketAddr) -> String {
    let port = bound.port();
    let everywhere = bound.ip().is_unspecified();
    let network = if everywhere { network_address() } else { None };
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
    if let Some(library) = &config.library {
        let _ = writeln!(text, "\n  Films from {}", library.display());
    }
    if let Some(code) = lines
        .last()
        .filter(|_| lines.len() > 1)
        .and_then(|(_, url)| qr(url))
    {
        let _ = write!(text, "\n{code}\n");
    }
    text
}

/// The address by which this machine's network knows it. No packet is sent: the system only picks a route.
fn network_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // From the block set aside for documentation, so that it is on nobody's own network.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
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
