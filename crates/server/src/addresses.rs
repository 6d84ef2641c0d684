//! The addresses by which people reach this server: on this machine, on its network, and the link to send. And
//! those that they come from.

use crate::config::Config;
use axum::http::{HeaderMap, header};
use hmac::{Hmac, KeyInit, Mac};
use matinee_room::{Network, RoomCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;
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
    format!("{base}/r/{}", uri_component(code.as_str()))
}

/// What browsers leave as it is in a part of an address.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A text as a part of an address, as browsers write it: a room's name may be any text.
pub(crate) fn uri_component(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
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

/// Makes of an address what a room may know of it: whether two people come from the same network.
pub(crate) struct Networks(Vec<u8>);

impl std::fmt::Debug for Networks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Networks(..)")
    }
}

/// Bytes of what a room knows of a network.
const NETWORK_BYTES: usize = 16;

impl Networks {
    pub(crate) fn new(key: Vec<u8>) -> Self {
        Self(key)
    }

    /// The network that somebody comes from, by a hash that says nothing without our key and is another one in each
    /// room. This machine's own address is that of everybody behind a proxy on it, and so tells nobody apart.
    pub(crate) fn of(&self, code: &RoomCode, address: IpAddr) -> Option<Network> {
        let network = network_of(address);
        if network.is_loopback() || network.is_unspecified() || address.is_loopback() {
            return None;
        }
        let mut hash = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        hash.update(format!("{code} {network}").as_bytes());
        let digits = hash.finalize().into_bytes();
        let digits = digits
            .iter()
            .take(NETWORK_BYTES)
            .map(|byte| format!("{byte:02x}"));
        Some(Network::new(digits.collect::<String>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_knows_networks_apart_and_no_more() {
        let networks = Networks::new(vec![7; 32]);
        let (here, there) = (RoomCode::new("SABCDE"), RoomCode::new("SABCDF"));
        let of = |code: &RoomCode, address: &str| networks.of(code, address.parse().unwrap());
        let ben = of(&here, "203.0.113.7");
        assert_eq!(ben, of(&here, "203.0.113.7"));
        assert_eq!(ben, of(&here, "::ffff:203.0.113.7"));
        assert_ne!(ben, of(&here, "203.0.113.8"));
        assert_ne!(
            ben,
            of(&there, "203.0.113.7"),
            "rooms cannot compare whom they know"
        );
        assert_eq!(of(&here, "2001:db8::1"), of(&here, "2001:db8::2"));
        assert_ne!(of(&here, "2001:db8:0:1::1"), of(&here, "2001:db8::1"));
        assert_eq!(ben.unwrap().as_str().len(), 2 * NETWORK_BYTES);
        for nobody in ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "0.0.0.0"] {
            assert_eq!(of(&here, nobody), None, "{nobody}");
        }
        let other = Networks::new(vec![8; 32]);
        assert_ne!(
            of(&here, "203.0.113.7"),
            other.of(&here, "203.0.113.7".parse().unwrap())
        );
    }

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
    fn a_part_of_an_address_is_as_browsers_write_it() {
        assert_eq!(
            uri_component("a Z9-_.!~*'()/?&=+%ü{"),
            "a%20Z9-_.!~*'()%2F%3F%26%3D%2B%25%C3%BC%7B"
        );
    }

    #[test]
    fn any_name_makes_a_whole_link() {
        let config = Config::typed(&["--public-url", "https://films.example"]).unwrap();
        for (name, end) in [
            ("sh7-km3", "SH7KM3"),
            ("film.night_1", "film.night_1"),
            ("a/b", "a%2Fb"),
            ("x?y#z", "x%3Fy%23z"),
            ("Ünï rööm", "%C3%9Cn%C3%AF%20r%C3%B6%C3%B6m"),
        ] {
            let code = RoomCode::typed(name).unwrap();
            let link = link(&config, &HeaderMap::new(), &code);
            assert_eq!(link, format!("https://films.example/r/{end}"));
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
