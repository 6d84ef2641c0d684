//! The addresses by which people reach this server: on this machine, on its network, and the link to send. And
//! those that they come from.

use crate::config::Config;
use axum::http::{HeaderMap, header};
use matinee_room::RoomCode;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

/// The address by which this machine's network knows it. No packet is sent: the system only picks a route.
pub(crate) fn on_network() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // From the block set aside for documentation, so that it is on nobody's own network.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

/// The link that brings others into a room: by the address that the host has set, else by the one that the
/// asking browser uses. "localhost" would lead every friend to their own machine, so that the address on the
/// network stands for it.
pub(crate) fn link(config: &Config, headers: &HeaderMap, code: &RoomCode) -> String {
    let base = match (&config.public_url, host(headers)) {
        (Some(url), _) => url.clone(),
        (None, Some(host)) if !is_this_machine(host) => format!("{}://{host}", scheme(headers)),
        _ => {
            let port = config.address.port();
            match on_network().filter(|_| config.address.ip().is_unspecified()) {
                Some(address) => format!("http://{}", SocketAddr::new(address, port)),
                None => format!("http://localhost:{port}"),
            }
        }
    };
    format!("{base}/r/{code}")
}

/// The address of this server for the one who asks, without a slash at its end.
pub(crate) fn base(config: &Config, headers: &HeaderMap) -> String {
    match (&config.public_url, host(headers)) {
        (Some(url), _) => url.clone(),
        (None, Some(host)) => format!("{}://{host}", scheme(headers)),
        (None, None) => format!("http://localhost:{}", config.address.port()),
    }
}

/// Whether the browser's side of the connection is encrypted, as the proxy in front says.
pub(crate) fn is_behind_tls(headers: &HeaderMap) -> bool {
    scheme(headers) == "https"
}

fn scheme(headers: &HeaderMap) -> &'static str {
    let forwarded = headers
        .get("x-forwarded-proto")
        .and_then(|value| value.to_str().ok());
    let first = forwarded.and_then(|protos| protos.split(',').next());
    if first.is_some_and(|proto| proto.trim() == "https") {
        "https"
    } else {
        "http"
    }
}

fn host(headers: &HeaderMap) -> Option<&str> {
    let text = |value: &'static str| headers.get(value).and_then(|value| value.to_str().ok());
    let host = text("x-forwarded-host").or_else(|| text(header::HOST.as_str()))?;
    // Whatever else somebody sends as a host does not get into a link.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (!host.is_empty() && host.len() <= 253 && host.bytes().all(plain)).then_some(host)
}

fn is_this_machine(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Who has one IPv6 address has 2^64 of them: they count as one.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_many_names() {
        for host in [
            "localhost",
            "localhost:7860",
            "LOCALHOST",
            "127.0.0.1:7860",
            "[::1]:7860",
            "[::1]",
            "127.0.0.2",
        ] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "192.168.1.20:7860",
            "films.example",
            "localhost.example",
            "[2001:db8::1]:7860",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }

    #[test]
    fn a_host_that_is_none_is_not_believed() {
        let mut headers = HeaderMap::new();
        headers.insert("host", "films.example\"><script>".parse().unwrap());
        assert_eq!(host(&headers), None);
        headers.insert("host", "films.example:8443".parse().unwrap());
        assert_eq!(host(&headers), Some("films.example:8443"));
        headers.insert("x-forwarded-host", "out.example".parse().unwrap());
        assert_eq!(host(&headers), Some("out.example"));
    }
}
