//! How the server ends: first the rooms that outlast it, then those that do not.

use tokio::sync::watch;

/// How far the end has come. Everything that ends by itself watches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Nobody has asked us to stop.
    Open,
    /// Rooms that are kept are put away; the others go on, and may be joined. No room is made.
    Draining,
    /// All ends.
    Closing,
}

/// Tells a change of phase.
pub(crate) type Ending = watch::Receiver<Phase>;

/// Returns when rooms that are kept are put away, and all that belongs to them ends.
pub(crate) async fn has_begun(mut ending: Ending) {
    // Nobody who could tell any more: it has ended.
    let _ = ending.wait_for(|phase| *phase != Phase::Open).await;
}
