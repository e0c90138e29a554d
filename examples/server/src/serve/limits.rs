//! Limits how often one address and one account may try to log in or to refresh.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use super::app::App;
use super::envelope::Refusal;

/// Attempts that are allowed in a minute, also all at once.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) address: NonZeroU32,
    pub(crate) account: NonZeroU32,
}

/// The kind of attempt. Each kind is counted alone.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Attempt {
    LogIn,
    Refresh,
}

impl App {
    /// Counts an attempt from `address`.
    pub(crate) async fn count_address(
        &self,
        what: Attempt,
        address: IpAddr,
    ) -> Result<(), Refusal> {
        let who_and_what = format!("{what:?} from {}", network(address));
        let counted = self.count(&who_and_what, self.limits.address).await;
        if matches!(counted, Err(Refusal::TooOften(_)))
            && let Some(left_out) = self.refusals.due(&who_and_what)
        {
            tracing::info!(?what, %address, left_out, "refused: too many attempts from this address");
        }
        counted
    }

    /// Counts an attempt at `account`, even if no such account exists.
    pub(crate) async fn count_account(&self, what: Attempt, account: &str) -> Result<(), Refusal> {
        let who_and_what = format!("{what:?} as {account}");
        let counted = self.count(&who_and_what, self.limits.account).await;
        if matches!(counted, Err(Refusal::TooOften(_)))
            && let Some(left_out) = self.refusals.due(&who_and_what)
        {
            // The log does not name the account, because somebody may have typed a password instead.
            tracing::info!(
                ?what,
                left_out,
                "refused: too many attempts with one account"
            );
        }
        counted
    }

    async fn count(&self, who_and_what: &str, per_minute: NonZeroU32) -> Result<(), Refusal> {
        match self.store.count_attempt(who_and_what, per_minute).await? {
            None => Ok(()),
            Some(wait) => Err(Refusal::TooOften(wait)),
        }
    }
}

/// An IPv6 user has a network of 64 bits, an IPv4 user has one address.
pub(crate) fn network(address: IpAddr) -> IpAddr {
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
