//! What there is in all rooms that are in memory, for who counts it.

use super::{RoomHandle, Rooms};
use crate::limits;
use std::collections::BTreeMap;
use tokio::time::{Instant, timeout_at};

/// What was seen in the rooms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) rooms: usize,
    /// Rooms in which a film plays.
    pub(crate) playing: usize,
    /// Uploads whose bytes come just now.
    pub(crate) uploads: usize,
    /// Members who are not away, by what they came with.
    pub(crate) members: BTreeMap<String, usize>,
}

impl Rooms {
    /// Looks into one room after the other. Those that have no time for it count as rooms, and no more.
    pub(crate) async fn seen(&self) -> Seen {
        let handles: Vec<RoomHandle> = self.live().values().cloned().collect();
        let mut seen = Seen {
            rooms: handles.len(),
            ..Seen::default()
        };
        let until = Instant::now() + limits::LOOK_WITHIN;
        for handle in handles {
            let look = handle.look(|room| {
                let here = room.members().iter().filter(|member| !member.is_away());
                let clients: Vec<String> = here.map(|member| member.client.name.clone()).collect();
                let uploads = room.uploads().filter(|upload| !upload.paused).count();
                (!room.playback().paused, uploads, clients)
            });
            let Ok(looked) = timeout_at(until, look).await else {
                break;
            };
            // One that was put away meanwhile has nobody in it.
            if let Ok((plays, uploads, clients)) = looked {
                seen.playing += usize::from(plays);
                seen.uploads += uploads;
                for client in clients {
                    *seen.members.entry(client).or_default() += 1;
                }
            }
        }
        seen
    }
}
