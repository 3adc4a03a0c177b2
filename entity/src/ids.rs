//! Typed identifiers: UUID version 7, so that later ones sort after earlier ones.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use uuid::{NoContext, Timestamp, Uuid};

use crate::fault::{Fault, Malformed};

const PATTERN: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

/// Reads the canonical form only: 36 characters, hyphens, lower case. One spelling, one thing.
fn parse_canonical(text: &str) -> Result<Uuid, Fault> {
    let uuid = Uuid::try_parse(text).map_err(|_| Fault::Form)?;
    let mut canonical = Uuid::encode_buffer();
    if uuid.hyphenated().encode_lower(&mut canonical) == text {
        Ok(uuid)
    } else {
        Err(Fault::Form)
    }
}

/// A UUID of that instant, which sorts by its microsecond (RFC 9562, section 6.2, method 3: the twelve bits after the
/// millisecond are a fraction of it); instants before 1970 count as its first.
fn uuid_at(instant: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(instant.timestamp()).unwrap_or(0);
    let timestamp = Timestamp::from_unix(NoContext, seconds, instant.timestamp_subsec_nanos());
    let fraction = u128::from(instant.timestamp_subsec_micros() % 1_000) * 4_096 / 1_000;
    Uuid::from_u128(Uuid::new_v7(timestamp).as_u128() & !(0xfff << 64) | fraction << 64)
}

macro_rules! typed_ids {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier of this moment.
            #[allow(clippy::new_without_default, reason = "an identifier has no default")]
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// A new identifier that sorts where `instant` does, to the microsecond.
            #[must_use]
            pub fn at(instant: DateTime<Utc>) -> Self {
                Self(uuid_at(instant))
            }

            /// The identifier with this UUID.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = Malformed;

            fn from_str(text: &str) -> Result<Self, Malformed> {
                let uuid = parse_canonical(text);
                uuid.map(Self).map_err(|fault| Malformed::new(stringify!($name), fault))
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        inline_string_schema!($name {
            format: Some("uuid"),
            description: Some(concat!($($doc),+).trim_ascii_start()),
            pattern: Some(PATTERN.to_owned()),
            min_length: Some(36),
            max_length: Some(36),
            example: Some("01933f2e-7c00-7a3b-9c41-5d2e8f60b174".into()),
        });
    )+};
}

typed_ids! {
    /// Identifier of an organisation: a buyer, a retailer, a supplier or an office.
    OrganisationId;
    /// Identifier of a person who acts for an organisation.
    PersonId;
    /// Identifier of an API key.
    KeyId;
    /// Identifier of a department that organisations report to.
    DepartmentId;
    /// Identifier of a site where goods are received.
    SiteId;
    /// Identifier of a place: a county, a city or a town.
    PlaceId;
    /// Identifier of a product.
    ProductId;
    /// Identifier of an offer: a price for somebody from some day on.
    OfferId;
    /// Identifier of an order group: what one buyer placed at once with several suppliers.
    OrderGroupId;
    /// Identifier of an order with one supplier.
    OrderId;
    /// Identifier of a line of an order.
    OrderLineId;
    /// Identifier of a shipment.
    ShipmentId;
    /// Identifier of an acceptance.
    AcceptanceId;
    /// Identifier of a return.
    ReturnId;
    /// Identifier of a line of a return.
    ReturnLineId;
    /// Identifier of a change document: what one side asks to change in a confirmed order.
    OrderChangeId;
    /// Identifier of an import.
    ImportId;
    /// Identifier of an intake: organisations, products or offers that came by one sheet.
    IntakeId;
    /// Identifier of a quote.
    QuoteId;
    /// Identifier of an inquiry: what a buyer asks suppliers to quote for.
    InquiryId;
    /// Identifier of a framework contract.
    ContractId;
    /// Identifier of a saved list of goods.
    ListId;
    /// Identifier of another word for goods.
    SynonymId;
    /// Identifier of a notice in somebody's inbox.
    NoticeId;
    /// Identifier of an address that waits to be confirmed.
    ConfirmationId;
    /// Identifier of a movement of stock.
    MovementId;
    /// Identifier of a job in the background.
    JobId;
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use poem_openapi::types::{ParseFromJSON, ParseFromParameter, ToJSON};
    use serde_json::json;

    use super::*;

    const TEXT: &str = "01933f2e-7c00-7a3b-9c41-5d2e8f60b174";

    #[test]
    fn only_the_canonical_form_is_read() {
        let id: OrderId = TEXT.parse().unwrap();
        assert_eq!(id.to_string(), TEXT);
        assert_eq!(id.to_json(), Some(json!(TEXT)));
        assert_eq!(OrderId::parse_from_json(Some(json!(TEXT))).unwrap(), id);
        assert_eq!(OrderId::parse_from_parameter(TEXT).unwrap(), id);
        assert_eq!(serde_json::to_value(id).unwrap(), json!(TEXT));
        let upper = TEXT.to_uppercase();
        let simple = TEXT.replace('-', "");
        let braced = format!("{{{TEXT}}}");
        let urn = format!("urn:uuid:{TEXT}");
        for text in ["", "1", &upper, &simple, &braced, &urn, &TEXT[1..]] {
            assert!(text.parse::<OrderId>().is_err(), "{text}");
        }
    }

    #[test]
    fn identifiers_sort_by_their_instant() {
        let now = Utc::now();
        let past = now - TimeDelta::days(400);
        let before_1970 = DateTime::UNIX_EPOCH - TimeDelta::days(1);
        assert!(OrderId::at(past) < OrderId::at(now));
        assert!(OrderId::at(before_1970) < OrderId::at(past));
        assert!(OrderId::at(now - TimeDelta::seconds(1)) < OrderId::new());
        let ids: Vec<_> = (0..2_500)
            .map(|micros| OrderId::at(past + TimeDelta::microseconds(micros)))
            .collect();
        assert!(ids.is_sorted(), "to the microsecond");
        let id = OrderId::at(past);
        assert_eq!(id.uuid().get_version_num(), 7);
        let (seconds, nanos) = id.uuid().get_timestamp().unwrap().to_unix();
        let stored = DateTime::from_timestamp(seconds.cast_signed(), nanos).unwrap();
        assert_eq!(stored.timestamp_millis(), past.timestamp_millis());
    }

    #[test]
    fn no_identifier_comes_from_a_row_number() {
        assert!(OrderId::try_from_u64(1).is_err());
    }
}
