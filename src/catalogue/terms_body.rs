//! Terms on the wire.

use super::category_body::example;
use super::set_terms::TermsChange;
use super::terms::{Freight, MOST_FREIGHT, Terms};
use crate::http::fault::Fault;
use entity::{Money, OrganisationId, ProductId};
use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The days of the week in a row of bits, Monday lowest.
#[must_use]
pub fn days_of(bits: i32) -> Vec<Weekday> {
    let days = WEEK.into_iter().enumerate();
    days.filter(|(at, _)| bits & (1 << at) != 0).map(|(_, day)| day).collect()
}

fn bits_of(days: &[Weekday]) -> i32 {
    let bits = WEEK.iter().enumerate().filter(|(_, day)| days.contains(day));
    bits.fold(0, |bits, (at, _)| bits | 1 << at)
}

/// How freight is paid.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct FreightBody {
    /// Whether it is inside the price; else every order has a line of it.
    pub included: bool,
    /// The supplier's product of line kind `freight` that the line is of. It needs no offer and no stock.
    pub product_id: Option<ProductId>,
    /// The fee of an order, in yuan, from 0.01 to 100,000.00.
    pub fee: Option<Money>,
    /// Orders of goods of this value or more are free of it; left out, none is.
    pub free_from: Option<Money>,
}

impl From<Option<Freight>> for FreightBody {
    fn from(freight: Option<Freight>) -> Self {
        Self {
            included: freight.is_none(),
            product_id: freight.map(|freight| freight.product),
            fee: freight.map(|freight| freight.fee),
            free_from: freight.and_then(|freight| freight.free_from),
        }
    }
}

impl FreightBody {
    /// What it says; none where freight is inside the price.
    fn read(self) -> Result<Option<Freight>, Fault> {
        let body = self;
        let fault = |pointer: &str| Fault::of("freight_terms").at(pointer).with("most", MOST_FREIGHT);
        match (body.included, body.product_id, body.fee) {
            (true, None, None) if body.free_from.is_none() => Ok(None),
            (true, ..) => Err(fault("/freight/included")),
            (false, None, _) => Err(fault("/freight/product_id")),
            (false, Some(product), Some(fee)) if Money::ZERO < fee && fee <= MOST_FREIGHT => {
                let counts = |money: &Money| Money::ZERO < *money && *money <= Money::MAX_LINE_AMOUNT;
                if body.free_from.as_ref().is_some_and(|money| !counts(money)) {
                    return Err(fault("/freight/free_from"));
                }
                Ok(Some(Freight {
                    product,
                    fee,
                    free_from: body.free_from,
                }))
            }
            (false, Some(_), _) => Err(fault("/freight/fee")),
        }
    }
}

/// What a supplier asks of every order.
#[derive(Clone, Debug, Object)]
pub struct TermsBody {
    /// The supplier.
    pub supplier_id: OrganisationId,
    /// The least value of an order, in yuan.
    pub minimum_order: Money,
    /// Days from the order to the delivery, from 1.
    #[oai(validator(minimum(value = "1"), maximum(value = "90")))]
    pub lead_days: i32,
    /// Days of the week on which it delivers.
    #[oai(validator(max_items = 7))]
    pub delivery_days: Vec<Weekday>,
    /// A new price is announced at least so many days ahead.
    #[oai(validator(minimum(value = "0"), maximum(value = "365")))]
    pub notice_days: i32,
    /// How freight is paid.
    pub freight: FreightBody,
}

impl TermsBody {
    pub(super) fn of(supplier_id: OrganisationId, terms: &Terms) -> Self {
        Self {
            supplier_id,
            minimum_order: terms.minimum_order,
            lead_days: terms.lead_days,
            delivery_days: days_of(terms.weekdays),
            notice_days: terms.notice_days,
            freight: terms.freight.into(),
        }
    }
}

/// What is to change; what is left out stays.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct TermsChangeBody {
    /// The least value of an order, in yuan.
    pub minimum_order: Option<Money>,
    /// Days from the order to the delivery, from 1.
    #[oai(validator(minimum(value = "1"), maximum(value = "90")))]
    pub lead_days: Option<i32>,
    /// Days of the week on which it delivers.
    #[oai(validator(min_items = 1, max_items = 7))]
    pub delivery_days: Option<Vec<Weekday>>,
    /// A new price is announced at least so many days ahead.
    #[oai(validator(minimum(value = "0"), maximum(value = "365")))]
    pub notice_days: Option<i32>,
    /// How freight is paid.
    pub freight: Option<FreightBody>,
}

impl TryFrom<TermsChangeBody> for TermsChange {
    type Error = Fault;

    fn try_from(body: TermsChangeBody) -> Result<Self, Fault> {
        let fits = |money: &Money| !money.is_negative() && *money <= Money::MAX_LINE_AMOUNT;
        if body.minimum_order.as_ref().is_some_and(|money| !fits(money)) {
            let fault = Fault::of("minimum_order_range").at("/minimum_order");
            return Err(fault.with("most", Money::MAX_LINE_AMOUNT));
        }
        Ok(Self {
            minimum_order: body.minimum_order,
            lead_days: body.lead_days,
            weekdays: body.delivery_days.as_deref().map(bits_of),
            notice_days: body.notice_days,
            freight: body.freight.map(FreightBody::read).transpose()?,
        })
    }
}

impl Example for TermsChangeBody {
    fn example() -> Self {
        Self {
            minimum_order: Some(example("200.00")),
            lead_days: Some(2),
            delivery_days: Some(vec![Weekday::Tuesday, Weekday::Friday]),
            notice_days: None,
            freight: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_bits_and_back() {
        for bits in 1..128 {
            assert_eq!(bits_of(&days_of(bits)), bits);
        }
        assert_eq!(bits_of(&[Weekday::Sunday, Weekday::Monday, Weekday::Sunday]), 0b100_0001);
    }
}
