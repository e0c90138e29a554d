//! How often one address and one account may try to log in, or to refresh. Each process counts for
//! itself.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::envelope::Refusal;

/// How long nothing must have come for a counter to be forgotten.
pub(crate) const FORGET_EVERY: Duration = Duration::from_secs(60);

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// The two limits of one kind of attempt.
pub(crate) struct Limits {
    by_address: Limiter<IpAddr>,
    by_account: Limiter<String>,
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits").finish_non_exhaustive()
    }
}

impl Limits {
    /// Attempts in a minute; as many may come at once.
    pub(crate) fn per_minute(address: NonZeroU32, account: NonZeroU32) -> Self {
        Self {
            by_address: RateLimiter::hashmap(Quota::per_minute(address)),
            by_account: RateLimiter::hashmap(Quota::per_minute(account)),
        }
    }

    /// Counts an attempt from `address`.
    pub(crate) fn count_address(&self, address: IpAddr) -> Result<(), Refusal> {
        count(&self.by_address, &network(address))
    }

    /// Counts an attempt at `account`, whether or not there is one of this name.
    pub(crate) fn count_account(&self, account: &str) -> Result<(), Refusal> {
        count(&self.by_account, &account.to_owned())
    }

    /// Forgets whoever may try as often as ever again.
    pub(crate) fn forget_idle(&self) {
        self.by_address.retain_recent();
        self.by_account.retain_recent();
        self.by_address.shrink_to_fit();
        self.by_account.shrink_to_fit();
    }
}

fn count<K: Clone + Eq + std::hash::Hash>(limiter: &Limiter<K>, key: &K) -> Result<(), Refusal> {
    limiter
        .check_key(key)
        .map_err(|refused| Refusal::TooOften(refused.wait_time_from(DefaultClock::default().now())))
}

/// IPv6 users have a network of 64 bits each, IPv4 users an address.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let bits = address.to_bits() & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from_bits(bits))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_counts_as_one_and_a_mapped_address_as_ipv4() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::4"), of("2001:db8:1:3::4"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
