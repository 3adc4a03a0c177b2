//! What each kind of organisation buys through and pays with: one table.
//!
//! These are dated rules of the work plan's practice (since 2021), not laws of nature: a mandate may settle the mode
//! or the fund sources otherwise from some day on. Orders keep channel, mode and fund source as they were, so a
//! change here never touches what was recorded.

use entity::{Channel, FundSource, Mode, OrganisationKind, Role};

/// What a kind may do; the first of each list is the default.
struct Habit {
    channels: &'static [Channel],
    fund_sources: &'static [FundSource],
}

const TRADE: &[FundSource] = &[FundSource::TradingStock];
const NOTHING: Habit = Habit {
    channels: &[],
    fund_sources: &[],
};

fn habit(kind: OrganisationKind) -> Habit {
    use Channel as C;
    use FundSource as F;
    use OrganisationKind as K;
    let (channels, fund_sources): (&[C], &[F]) = match kind {
        K::Government => (
            &[C::GovernmentCanteen, C::UnionWelfare],
            &[F::CanteenMeals, F::OfficialReception, F::UnionFund, F::WelfareFund],
        ),
        K::School => (
            &[C::SchoolCanteen, C::UnionWelfare],
            &[
                F::CanteenMeals,
                F::StudentNutrition,
                F::OfficialReception,
                F::UnionFund,
                F::WelfareFund,
            ],
        ),
        K::Hospital => (
            &[C::HospitalCanteen, C::UnionWelfare],
            &[F::CanteenMeals, F::OfficialReception, F::UnionFund, F::WelfareFund],
        ),
        K::Enterprise => (
            &[C::EnterpriseCanteen, C::UnionWelfare],
            &[F::CanteenMeals, F::OfficialReception, F::UnionFund, F::WelfareFund],
        ),
        K::Union => (&[C::UnionWelfare], &[F::UnionFund, F::WelfareFund, F::Personal]),
        // Whoever sells to people may take goods to a sales fair; a big shop may set up a zone or a counter.
        K::Supermarket => (&[C::Supermarket, C::Zone, C::Counter, C::Fair], TRADE),
        K::WholesaleMarket | K::FarmMarket => (&[C::Market, C::Zone, C::Counter, C::Fair], TRADE),
        K::CommunityShop => (&[C::Community, C::Counter, C::Fair], TRADE),
        K::DisplayShop => (&[C::Hall, C::Online, C::Fair], TRADE),
        K::SaleZone => (&[C::Zone, C::Fair], TRADE),
        K::SaleCounter => (&[C::Counter, C::Fair], TRADE),
        K::OnlineShop => (&[C::Online, C::Fair], TRADE),
        K::LeadingFirm | K::Cooperative | K::FamilyFarm | K::TradingAgent | K::Office => return NOTHING,
    };
    Habit { channels, fund_sources }
}

/// The channels a kind may order through, the default first; none for those who do not buy.
#[must_use]
pub fn channels_of(kind: OrganisationKind) -> &'static [Channel] {
    habit(kind).channels
}

/// The channel unless an order says another; none for those who do not buy.
#[must_use]
pub fn default_channel(kind: OrganisationKind) -> Option<Channel> {
    channels_of(kind).first().copied()
}

/// The fund sources a kind may pay from, the default first; none for those who do not buy.
#[must_use]
pub fn fund_sources_of(kind: OrganisationKind) -> &'static [FundSource] {
    habit(kind).fund_sources
}

/// The fund source unless an order says another; none for those who do not buy.
#[must_use]
pub fn default_fund_source(kind: OrganisationKind) -> Option<FundSource> {
    fund_sources_of(kind).first().copied()
}

/// Who uses the goods up purchases (采购), who sells them on assists a sale (帮助销售).
///
/// A dated rule: it follows the finance ministry's notices as read since 2021 and may be settled otherwise.
#[must_use]
pub fn mode_of(kind: OrganisationKind) -> Mode {
    if kind.role() == Role::Retailer {
        Mode::AssistedSale
    } else {
        Mode::Purchase
    }
}

/// Whether the channel is a unit's own canteen, which a unit marked 无食堂 has not.
#[must_use]
pub fn is_canteen(channel: Channel) -> bool {
    matches!(
        channel,
        Channel::GovernmentCanteen | Channel::SchoolCanteen | Channel::HospitalCanteen | Channel::EnterpriseCanteen
    )
}

/// Whether the fund source pays for meals in a canteen.
#[must_use]
pub fn feeds_canteen(fund_source: FundSource) -> bool {
    matches!(fund_source, FundSource::CanteenMeals | FundSource::StudentNutrition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_buys_has_channels_and_money_and_nobody_else() {
        for kind in OrganisationKind::ALL.iter().copied() {
            let buys = matches!(kind.role(), Role::Buyer | Role::Retailer);
            assert_eq!(default_channel(kind).is_some(), buys, "{kind}");
            assert_eq!(default_fund_source(kind).is_some(), buys, "{kind}");
            let trades = fund_sources_of(kind) == TRADE;
            assert_eq!(trades, mode_of(kind) == Mode::AssistedSale, "{kind}");
            assert!(!trades || !channels_of(kind).iter().any(|channel| is_canteen(*channel)), "{kind}");
        }
    }

    #[test]
    fn a_school_feeds_its_canteen_first() {
        assert_eq!(
            channels_of(OrganisationKind::School),
            [Channel::SchoolCanteen, Channel::UnionWelfare]
        );
        assert_eq!(default_fund_source(OrganisationKind::School), Some(FundSource::CanteenMeals));
        assert_eq!(default_fund_source(OrganisationKind::Union), Some(FundSource::UnionFund));
    }

    #[test]
    fn some_kind_uses_every_channel_and_every_fund_source() {
        for channel in Channel::ALL {
            assert!(
                OrganisationKind::ALL.iter().any(|kind| channels_of(*kind).contains(channel)),
                "{channel}"
            );
        }
        for source in FundSource::ALL {
            assert!(
                OrganisationKind::ALL.iter().any(|kind| fund_sources_of(*kind).contains(source)),
                "{source}"
            );
        }
    }
}
