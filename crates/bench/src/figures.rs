//! What a load has measured.

use crate::contestants::Server;
use crate::process;
use crate::swarm::Swarm;
use anyhow::Context;
use hdrhistogram::Histogram;
use std::time::Duration;

/// The longest latency that is told apart from longer ones.
const LATENCY_NS_MAX: u64 = 60_000_000_000;

/// Latencies in nanoseconds, to three digits.
pub(crate) fn latencies() -> anyhow::Result<Histogram<u64>> {
    Histogram::new_with_bounds(1_000, LATENCY_NS_MAX, 3).context("no histogram")
}

/// Figures of a load.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    pub(crate) deliveries: u64,
    pub(crate) took: Duration,
    /// What the server took of its processor.
    pub(crate) server: Duration,
    /// What the load took of its own.
    pub(crate) own: Duration,
    /// How often the server slept.
    pub(crate) rests: u64,
    /// The server's memory at the end.
    pub(crate) resident_bytes: u64,
    pub(crate) latencies: Histogram<u64>,
}

impl Figures {
    pub(crate) fn per_second(&self) -> f64 {
        self.deliveries as f64 / self.took.as_secs_f64()
    }

    /// Deliveries for each second of the server's processor.
    pub(crate) fn per_server_second(&self) -> f64 {
        self.deliveries as f64 / self.server.as_secs_f64().max(1e-9)
    }

    /// Microseconds of the server's processor for each delivery.
    pub(crate) fn server_us(&self) -> f64 {
        self.server.as_secs_f64() * 1e6 / self.deliveries.max(1) as f64
    }

    /// Microseconds of the load's own processor for each delivery.
    pub(crate) fn own_us(&self) -> f64 {
        self.own.as_secs_f64() * 1e6 / self.deliveries.max(1) as f64
    }

    /// A quantile of the latencies, in milliseconds.
    pub(crate) fn ms(&self, quantile: f64) -> f64 {
        self.latencies.value_at_quantile(quantile) as f64 / 1e6
    }
}

/// What this process has taken; the servers that it has started are not in it.
fn own() -> Duration {
    process::processor_alone(std::process::id())
}

/// The state of the counters when measuring began.
pub(crate) struct Begun {
    at_ns: u64,
    server: Duration,
    own: Duration,
    rests: u64,
}

impl Begun {
    pub(crate) fn now(swarm: &Swarm, server: &Server) -> Self {
        Self {
            at_ns: swarm.now_ns(),
            server: server.processor(),
            own: own(),
            rests: server.rests(),
        }
    }

    /// What has come since.
    pub(crate) fn end(&self, swarm: &Swarm, server: &Server, latencies: Histogram<u64>) -> Figures {
        let took = Duration::from_nanos(swarm.now_ns() - self.at_ns);
        Figures {
            deliveries: latencies.len(),
            took,
            server: server.processor() - self.server,
            own: own() - self.own,
            rests: server.rests() - self.rests,
            resident_bytes: server.resident_bytes(),
            latencies,
        }
    }
}

/// The one in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![5.0, 1.0, 9.0]), 5.0);
        assert!(median(vec![]).is_nan());
    }

    #[test]
    fn figures_are_by_delivery() {
        let mut latencies = latencies().unwrap();
        for ms in 1..=1_000_u64 {
            latencies.record(ms * 1_000_000).unwrap();
        }
        let figures = Figures {
            deliveries: latencies.len(),
            took: Duration::from_secs(2),
            server: Duration::from_millis(4),
            own: Duration::from_millis(1),
            rests: 0,
            resident_bytes: 0,
            latencies,
        };
        assert_eq!(figures.per_second(), 500.0);
        assert_eq!((figures.server_us(), figures.own_us()), (4.0, 1.0));
        assert_eq!(figures.per_server_second(), 250_000.0);
        // To three digits.
        assert!((figures.ms(0.99) - 990.0).abs() < 1.0, "{}", figures.ms(0.99));
    }
}
