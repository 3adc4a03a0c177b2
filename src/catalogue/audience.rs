//! For whom an offer is: everybody, a kind of organisation, a channel, or one buyer. The more specific goes first.

use crate::http::fault::Fault;
use entity::{Channel, OrganisationId, OrganisationKind};
use serde::{Deserialize, Serialize};

/// For whom an offer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody.
    All,
    /// Whoever orders for this channel.
    Channel(Channel),
    /// All organisations of this kind.
    Kind(OrganisationKind),
    /// One buyer.
    Buyer(OrganisationId),
}

/// Who asks for a price, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The buyer.
    pub buyer: OrganisationId,
    /// The buyer's kind.
    pub kind: OrganisationKind,
    /// The channel of the order.
    pub channel: Channel,
}

impl Audience {
    /// From its three columns, of which one at most is filled.
    ///
    /// # Errors
    /// More than one is.
    pub fn of(channel: Option<Channel>, kind: Option<OrganisationKind>, buyer: Option<OrganisationId>) -> Result<Self, Fault> {
        match (channel, kind, buyer) {
            (None, None, None) => Ok(Self::All),
            (Some(channel), None, None) => Ok(Self::Channel(channel)),
            (None, Some(kind), None) => Ok(Self::Kind(kind)),
            (None, None, Some(buyer)) => Ok(Self::Buyer(buyer)),
            (Some(_), Some(_), _) | (_, Some(_), Some(_)) => Err(Fault::of("one_audience").at("/kind")),
            (Some(_), None, Some(_)) => Err(Fault::of("one_audience").at("/buyer_id")),
        }
    }

    /// The channel, where it is for one.
    #[must_use]
    pub fn channel(self) -> Option<Channel> {
        match self {
            Self::Channel(channel) => Some(channel),
            Self::All | Self::Kind(_) | Self::Buyer(_) => None,
        }
    }

    /// The kind, where it is for one.
    #[must_use]
    pub fn kind(self) -> Option<OrganisationKind> {
        match self {
            Self::Kind(kind) => Some(kind),
            Self::All | Self::Channel(_) | Self::Buyer(_) => None,
        }
    }

    /// The buyer, where it is for one.
    #[must_use]
    pub fn buyer(self) -> Option<OrganisationId> {
        match self {
            Self::Buyer(buyer) => Some(buyer),
            Self::All | Self::Channel(_) | Self::Kind(_) => None,
        }
    }

    /// How specific: 0 for everybody, 3 for one buyer.
    #[must_use]
    pub fn rank(self) -> u8 {
        match self {
            Self::All => 0,
            Self::Channel(_) => 1,
            Self::Kind(_) => 2,
            Self::Buyer(_) => 3,
        }
    }

    /// Whether it is for this asker.
    #[must_use]
    pub fn takes_in(self, asker: &Asker) -> bool {
        match self {
            Self::All => true,
            Self::Channel(channel) => channel == asker.channel,
            Self::Kind(kind) => kind == asker.kind,
            Self::Buyer(buyer) => buyer == asker.buyer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_audience_at_most() {
        let (channel, kind, buyer) = (Some(Channel::Online), Some(OrganisationKind::School), Some(OrganisationId::new()));
        assert_eq!(Audience::of(None, None, None).unwrap(), Audience::All);
        assert_eq!(Audience::of(None, kind, None).unwrap().kind(), kind);
        assert_eq!(Audience::of(None, None, buyer).unwrap().buyer(), buyer);
        assert_eq!(Audience::of(channel, None, None).unwrap().channel(), channel);
        for (channel, kind, buyer) in [
            (channel, kind, None),
            (None, kind, buyer),
            (channel, None, buyer),
            (channel, kind, buyer),
        ] {
            assert!(Audience::of(channel, kind, buyer).is_err());
        }
    }
}
