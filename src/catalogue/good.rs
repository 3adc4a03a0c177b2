//! A good as prepared work looks it up: what an order line freezes, and nothing more.

use super::audience::Audience;
use super::eligibility::{Goods as Nature, refusal};
use super::product::Weighed;
use entity::{Channel, CivilDate, LineKind, OfferId, OrganisationId, ProductId, Quantity, UnitPrice, VatClass};
use serde::{Deserialize, Serialize};

/// A product with its offers, as placing an order needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Good {
    /// The product.
    pub id: ProductId,
    /// Its SKU, with the case it was typed in.
    pub sku: String,
    /// Name.
    pub name: String,
    /// Category.
    pub category_code: String,
    /// Who makes it.
    pub producer_id: OrganisationId,
    /// Who sells it.
    pub seller_id: OrganisationId,
    /// The town it comes from.
    pub origin_code: String,
    /// The unit it is ordered in.
    pub unit: String,
    /// How it is packed, in words.
    pub pack: String,
    /// Net weight of a unit; none for goods without weight.
    pub net_weight_grams: Option<i64>,
    /// Treatment under VAT.
    pub vat_class: VatClass,
    /// What a line of it is for.
    pub line_kind: LineKind,
    /// Orders are whole numbers of this.
    pub quantity_step: Quantity,
    /// For goods that are weighed when delivered: what the price is for.
    pub weighed: Option<Weighed>,
    /// By how much, in thousandths, more may be accepted than was shipped.
    pub tolerance_permille: i32,
    /// How long it keeps.
    pub shelf_life_days: Option<i32>,
    /// The channels its seller sells it to.
    pub channels: Vec<Channel>,
    /// Whether it is no longer sold.
    pub archived: bool,
    /// Version of the product's row.
    pub version: i64,
    /// All its offers, past, present and future.
    pub offers: Vec<Offer>,
}

/// From which quantity on a line's whole quantity takes which price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// From this quantity on.
    pub from: Quantity,
    /// Price of a unit.
    pub price: UnitPrice,
}

/// A price for somebody, from a day to a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The offer.
    pub id: OfferId,
    /// For whom.
    pub audience: Audience,
    /// Price of a unit, below the first tier.
    pub price: UnitPrice,
    /// Prices of larger quantities, the smallest first.
    pub tiers: Vec<Tier>,
    /// The least quantity of a line.
    pub minimum: Quantity,
    /// A line is a whole number of this.
    pub step: Quantity,
    /// The first day.
    pub from: CivilDate,
    /// The last day, itself included; open if none.
    pub to: Option<CivilDate>,
    /// Version of the offer's row.
    pub version: i64,
}

impl Offer {
    /// The price of a unit where so much is ordered: the whole line takes the price of its tier.
    #[must_use]
    pub fn price_of(&self, quantity: Quantity) -> UnitPrice {
        let reached = self.tiers.iter().rfind(|tier| tier.from <= quantity);
        reached.map_or(self.price, |tier| tier.price)
    }

    /// Whether it holds on that day.
    #[must_use]
    pub fn holds_on(&self, day: CivilDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

impl Good {
    /// The offer made to the channel that holds on the day: one at most, since offers of a channel never overlap. What
    /// a buyer pays, [`Good::offer_that_wins`] says.
    #[must_use]
    pub fn offer_for(&self, channel: Channel, day: CivilDate) -> Option<&Offer> {
        self.offers
            .iter()
            .find(|offer| offer.audience == Audience::Channel(channel) && offer.holds_on(day))
    }

    /// The quantity in the unit the price is for: what is ordered, or for weighed goods what is nominally in it.
    #[must_use]
    pub fn priced(&self, units: Quantity) -> Option<Quantity> {
        match &self.weighed {
            None => Some(units),
            Some(weighed) => weighed.nominal(units),
        }
    }

    /// Whether the channel is on the product's own list and the rules of the trade let it go there.
    #[must_use]
    pub fn may_go_to(&self, channel: Channel) -> bool {
        let nature = Nature {
            category_code: &self.category_code,
            name: &self.name,
            line_kind: self.line_kind,
        };
        self.channels.contains(&channel) && refusal(nature, channel).is_none()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::catalogue) fn a_good(sku: &str) -> Good {
        Good {
            id: ProductId::new(),
            sku: sku.to_owned(),
            name: "洋县黑米 真空装".to_owned(),
            category_code: "grain".to_owned(),
            producer_id: OrganisationId::new(),
            seller_id: OrganisationId::new(),
            origin_code: "610723104".to_owned(),
            unit: "袋".to_owned(),
            pack: "1kg×10/箱".to_owned(),
            net_weight_grams: Some(1_000),
            vat_class: VatClass::Vat9,
            line_kind: LineKind::Goods,
            quantity_step: Quantity::ONE,
            weighed: None,
            tolerance_permille: 0,
            shelf_life_days: Some(365),
            channels: vec![Channel::SchoolCanteen, Channel::Online],
            archived: false,
            version: 1,
            offers: Vec::new(),
        }
    }

    pub(in crate::catalogue) fn an_offer(from: CivilDate, to: Option<CivilDate>) -> Offer {
        Offer {
            id: OfferId::new(),
            audience: Audience::Channel(Channel::Online),
            price: UnitPrice::ZERO,
            tiers: Vec::new(),
            minimum: Quantity::ONE,
            step: Quantity::ONE,
            from,
            to,
            version: 1,
        }
    }

    fn day(number: u32) -> CivilDate {
        CivilDate::new(2026, 3, number).unwrap()
    }

    #[test]
    fn an_offer_holds_from_its_first_to_its_last_day() {
        let mut good = a_good("GR01");
        good.offers = vec![an_offer(day(2), Some(day(4))), an_offer(day(5), None)];
        assert_eq!(good.offer_for(Channel::Online, day(1)), None);
        assert_eq!(good.offer_for(Channel::Online, day(2)), Some(&good.offers[0]));
        assert_eq!(good.offer_for(Channel::Online, day(4)), Some(&good.offers[0]));
        assert_eq!(good.offer_for(Channel::Online, day(5)), Some(&good.offers[1]));
        assert_eq!(good.offer_for(Channel::Fair, day(5)), None);
    }

    #[test]
    fn the_list_of_channels_and_the_rules_both_bind() {
        let mut good = a_good("GR01");
        assert!(good.may_go_to(Channel::SchoolCanteen));
        assert!(!good.may_go_to(Channel::Market));
        good.category_code = "alcohol".to_owned();
        assert!(!good.may_go_to(Channel::SchoolCanteen));
        assert!(good.may_go_to(Channel::Online));
    }
}
