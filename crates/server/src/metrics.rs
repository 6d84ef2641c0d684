//! Figures for who runs the server: what happened since the start, and what there is, in Prometheus's text.
//!
//! What happens is counted where it happens, an addition each; what there is, is looked at when somebody asks.

use crate::rooms::{Rooms, Seen};
use crate::streams::Streams;
use matinee_room::Skew;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry, Unit};
use std::fmt;

/// Upper bounds of the histogram of skew, in seconds: from what nobody sees to what everybody does.
const SKEW_BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.015, 0.03, 0.05, 0.1, 0.3, 1.0];

type Labels = [(&'static str, String); 1];

/// What happened since the start.
#[derive(Debug)]
pub(crate) struct Metrics {
    pub(crate) messages_in: Counter,
    pub(crate) messages_out: Counter,
    pub(crate) bytes_out: Counter,
    /// Messages refused as malformed, binary or too fast.
    pub(crate) strikes: Counter,
    /// Messages that a newer one of their kind has made needless before they went out.
    pub(crate) outdated: Counter,
    /// Connections closed because more waited for them than may.
    pub(crate) too_slow: Counter,
    skew: Family<Labels, Histogram, fn() -> Histogram>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            messages_in: Counter::default(),
            messages_out: Counter::default(),
            bytes_out: Counter::default(),
            strikes: Counter::default(),
            outdated: Counter::default(),
            too_slow: Counter::default(),
            skew: Family::new_with_constructor(|| Histogram::new(SKEW_BUCKETS)),
        }
    }
}

fn labels(name: &'static str, value: impl Into<String>) -> Labels {
    [(name, value.into())]
}

impl Metrics {
    /// Counts what a player has told of how far it is off.
    pub(crate) fn measured(&self, skew: Skew) {
        for (within, us) in [("p50", skew.p50_us), ("p95", skew.p95_us)] {
            let histogram = self.skew.get_or_create(&labels("within", within));
            histogram.observe(f64::from(us) / 1e6);
        }
    }

    /// All of it, as OpenMetrics.
    pub(crate) async fn told(&self, rooms: &Rooms, streams: &Streams) -> Result<String, fmt::Error> {
        let mut registry = Registry::with_prefix("matinee");
        self.register(&mut registry);
        register_seen(&mut registry, &rooms.seen().await);
        let making = Gauge::<i64>::default();
        making.set(streams.making_count() as i64);
        register(
            &mut registry,
            "streams_making",
            "Films that are made playable, or wait for it",
            making,
        );
        let build = Info::new(labels("version", env!("CARGO_PKG_VERSION")));
        register(&mut registry, "build", "Which Matinee this is", build);
        let mut told = String::new();
        text::encode(&mut told, &registry)?;
        Ok(told)
    }

    fn register(&self, registry: &mut Registry) {
        let counters = [
            (
                "messages_received",
                "WebSocket messages from clients",
                &self.messages_in,
            ),
            (
                "messages_sent",
                "WebSocket messages to clients",
                &self.messages_out,
            ),
            (
                "messages_refused",
                "Messages that were malformed, binary or too fast",
                &self.strikes,
            ),
            (
                "messages_outdated",
                "Messages to slow clients that a newer one made needless before they went out",
                &self.outdated,
            ),
            (
                "connections_too_slow",
                "Connections closed because too much waited for them",
                &self.too_slow,
            ),
        ];
        for (name, help, counter) in counters {
            register(registry, name, help, counter.clone());
        }
        let help = "Bytes to clients over WebSockets";
        registry.register_with_unit("sent", help, Unit::Bytes, self.bytes_out.clone());
        let help = "How far players were off the room, by their own word: within it half of the time (p50), and 95 % (p95)";
        registry.register_with_unit("skew", help, Unit::Seconds, self.skew.clone());
    }
}

/// What there is in the rooms that are in memory.
fn register_seen(registry: &mut Registry, seen: &Seen) {
    for (name, help, count) in [
        ("rooms", "Rooms in memory", seen.rooms),
        ("rooms_playing", "Rooms in which a film plays", seen.playing),
        ("uploads", "Uploads whose bytes come just now", seen.uploads),
    ] {
        let gauge = Gauge::<i64>::default();
        gauge.set(count as i64);
        register(registry, name, help, gauge);
    }
    let members = Family::<Labels, Gauge>::default();
    for (client, count) in &seen.members {
        members
            .get_or_create(&labels("client", client))
            .set(*count as i64);
    }
    register(
        registry,
        "members",
        "Members who are here, by what they came with",
        members,
    );
}

fn register(registry: &mut Registry, name: &str, help: &str, metric: impl Metric) {
    registry.register(name, help, metric);
}
