//! Places for Socket.IO sessions: so many on this server, and so many for one address.

use crate::addresses::network_of;
use crate::limits;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoPlace {
    /// As many sessions as may are there.
    Here,
    /// As many as one address may have come from this one.
    There,
}

/// All places.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    count: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// A place: taken until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    network: IpAddr,
}

impl Places {
    /// Places for the sessions of a lobby that takes so many members.
    pub(super) fn new(members_max: usize) -> Self {
        Self {
            most: members_max.saturating_mul(limits::SOCKETS_A_MEMBER_MAX),
            taken: Mutex::default(),
        }
    }

    /// A place for somebody from this address. On this machine itself are its owner, and a proxy or tunnel that
    /// we were not told to trust, which speaks for everybody: they have as many as there are.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Result<Place, NoPlace> {
        let network = network_of(address);
        let mut taken = self.taken();
        if taken.count >= self.most {
            return Err(NoPlace::Here);
        }
        let theirs = taken.by_network.entry(network).or_default();
        if *theirs >= limits::SOCKETS_AN_ADDRESS_MAX && !network.is_loopback() {
            return Err(NoPlace::There);
        }
        *theirs += 1;
        taken.count += 1;
        drop(taken);
        Ok(Place {
            places: Arc::clone(self),
            network,
        })
    }

    /// Nothing panics while it is held, and even then it would be whole.
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.count = taken.count.saturating_sub(1);
        if let Some(theirs) = taken.by_network.get_mut(&self.network) {
            *theirs = theirs.saturating_sub(1);
            if *theirs == 0 {
                taken.by_network.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_leaves_some_to_others() {
        let members_max = limits::SOCKETS_AN_ADDRESS_MAX;
        let most = members_max * limits::SOCKETS_A_MEMBER_MAX;
        let places = Arc::new(Places::new(members_max));
        let [school, home] = [[192, 0, 2, 1], [192, 0, 2, 2]].map(IpAddr::from);
        let mut held: Vec<_> = (0..limits::SOCKETS_AN_ADDRESS_MAX)
            .map(|_| places.take(school).unwrap())
            .collect();
        assert_eq!(places.take(school).unwrap_err(), NoPlace::There);
        held.push(places.take(home).unwrap());
        held.swap_remove(0);
        held.push(places.take(school).unwrap());
        let here = IpAddr::from([127, 0, 0, 1]);
        held.extend((held.len()..most).map(|_| places.take(here).unwrap()));
        assert_eq!(places.take(here).unwrap_err(), NoPlace::Here);
        assert_eq!(places.take(home).unwrap_err(), NoPlace::Here);
        drop(held);
        assert!(places.taken().by_network.is_empty());
        places.take(home).unwrap();
    }
}
