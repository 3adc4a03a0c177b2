//! What events say, told in yuan and units: the one table of which fields each kind of entry has, and what each is.
//!
//! Entries are written in fen, in 1/10000 yuan and in 1/1000 of a unit. Whoever tells of one, the feed, a timeline or a
//! notice, asks here; a field that the table does not know is not told.

use super::fields::*;
use crate::journal::Event;
use entity::{EventKind, EventKind as K};
use std::collections::BTreeMap;

/// What an event says, by name, in yuan and units.
pub type Told = BTreeMap<String, String>;

/// What an entry says, in yuan and units; nothing of a kind that is none.
#[must_use]
pub fn told(event: &Event) -> Told {
    let Ok(kind) = event.kind.parse() else { return Told::new() };
    let said = event.said();
    let fields = fields_of(kind).iter();
    fields
        .filter_map(|field| Some((field.name.to_owned(), field.is.say(said.get(field.name)?)?)))
        .collect()
}

/// The fields that entries of these kinds may have, in the order of their names. Older ones may lack some.
const TABLE: &[(&[K], &[Field])] = &[
    (
        &[K::OrderPlaced],
        &[
            AMOUNT,
            CHANNEL,
            DELIVER_ON,
            DOCUMENT_NO,
            FUND_SOURCE,
            GROUP,
            IMPORT,
            LINES,
            ORDER_NO,
            STATE,
        ],
    ),
    (&[K::OrderAnswered], &[CLOSED, FROM_STATE, ON_SHORT, ORDER_NO, SHORT, STATE]),
    (&[K::OrderShortClosed], &[CAUSE, LINES, ORDER_NO, STATE]),
    (
        &[K::OrderConfirmed, K::OrderDeclined, K::OrderCancelled],
        &[FROM_STATE, ORDER_NO, STATE],
    ),
    (
        &[
            K::OrderChangeAgreed,
            K::OrderChangeLapsed,
            K::OrderChangeProposed,
            K::OrderChangeRefused,
            K::OrderChangeWithdrawn,
        ],
        &[CHANGE, ORDER_NO, STATE],
    ),
    (&[K::OrderCompleted], &[DOCUMENT_NO, FROM_STATE, IMPORT, ORDER_NO, STATE]),
    (
        &[K::OrderUndone, K::ShipmentUndone, K::AcceptanceUndone, K::ReturnUndone],
        &[IMPORT, STATE],
    ),
    (
        &[K::ShipmentShipped],
        &[
            DISPATCHED_ON,
            DOCUMENT_NO,
            IMPORT,
            LINES,
            ORDER,
            ORDER_NO,
            REPLACEMENT,
            SHIPMENT_NO,
            STATE,
        ],
    ),
    (&[K::ShipmentArrived], &[ORDER, SHIPMENT_NO, STATE]),
    (
        &[K::ShipmentAccepted, K::ShipmentSurplus],
        &[
            ACCEPTANCE_NO,
            ACCEPTED_ON,
            DOCUMENT_NO,
            IMPORT,
            ORDER,
            ORDER_NO,
            SHIPMENT,
            SHIPMENT_NO,
            STATE,
        ],
    ),
    (&[K::ReturnBooked], &[DOCUMENT_NO, IMPORT, LINES, ORDER, RETURN_NO, RETURNED_ON]),
    (&[K::ReturnConfirmed], &[ORDER, RETURN_NO, STATE]),
    (
        &[K::StockMoved],
        &[DOCUMENT_NO, IMPORT, MOVED_ON, OWED, PLACE, PRODUCT, QUANTITY, REASON],
    ),
    (&[K::PlaceAdded, K::PlaceArchived], &[TOWN]),
    (&[K::PlaceChanged], &[RENAMED, TOWN]),
    (&[K::CategoryChanged, K::DepartmentChanged], &[CODE, RENAMED]),
    (&[K::DivisionChanged], &[CODE, PARENT_CODE, RENAMED]),
    (
        &[
            K::ContractAccepted,
            K::ContractChanged,
            K::ContractDrafted,
            K::ContractEnded,
            K::ContractProposed,
            K::ContractRefused,
            K::ContractTerminated,
            K::ContractWithdrawn,
        ],
        &[BUYERS, CAP, CONTRACT_NO, FROM_DATE, GOODS, STATE, TO_DATE],
    ),
    (&[K::InquiryAsked], &[ANSWER_BY, CHANNEL, DELIVER_BY, LINES, STATE, SUPPLIERS]),
    (&[K::InquiryInvited], &[ANSWER_BY, CHANNEL, DELIVER_BY, LINES, STATE]),
    (&[K::InquiryDecided], &[CHEAPEST, QUOTE, QUOTES_ON_FILE, STATE, SUPPLIERS]),
    (&[K::InquiryWithdrawn], &[QUOTES_ON_FILE, STATE, SUPPLIERS]),
    (&[K::InquiryDeclined], &[STATE]),
    (&[K::QuoteGiven], &[INQUIRY, LINES, STATE]),
    (&[K::QuoteKept], &[CHANNEL, LINES, STATE, TOTAL, VALID_UNTIL]),
    (&[K::QuoteUsed], &[GROUP, STATE, TOTAL]),
    (&[K::QuoteChosen, K::QuoteNotChosen], &[INQUIRY, STATE]),
    (&[K::ImportCreated], &[SOURCE, STATE]),
    (&[K::ImportBooking], &[ALONE, MODE, STATE]),
    (
        &[K::ImportBooked, K::ImportChecked, K::ImportUndone],
        &[BOOKED, FAULTY, GOOD, STATE, UNDONE],
    ),
    (&[K::ImportChecking, K::ImportUndoing], &[STATE]),
    (&[K::IntakeOpened], &[KIND, LINES, MODE]),
    (&[K::IntakeEntered], &[LINES]),
    (
        &[K::OfferMade, K::OfferEnded],
        &[CHANNEL, FROM_DAY, KIND, MINIMUM, PRICE, PRODUCT, STEP, TIERS, TO_DAY, VERSION],
    ),
    (
        &[K::TermsSet],
        &[FREIGHT_FEE, LEAD_DAYS, MINIMUM_ORDER, NOTICE_DAYS, VERSION, WEEKDAYS],
    ),
    (&[K::ProductArchived], &[CATEGORY, ORIGIN, SKU, SUCCESSOR_ID, VAT_CLASS, VERSION]),
    (&[K::ProductChanged], &[CATEGORY, FIELDS, ORIGIN, SKU, VAT_CLASS, VERSION]),
    (
        &[K::ProductPicturesArranged],
        &[CATEGORY, ORIGIN, PICTURES, SKU, VAT_CLASS, VERSION],
    ),
    (
        &[K::ProductListed, K::ProductPictureAdded],
        &[CATEGORY, ORIGIN, SKU, VAT_CLASS, VERSION],
    ),
    (
        &[
            K::IntakeUndone,
            K::ListArchived,
            K::SiteArchived,
            K::SynonymAdded,
            K::SynonymTakenBack,
        ],
        &[],
    ),
    (&[K::ListCreated], &[LINES]),
    (&[K::ListChanged], &[LINES, RELINED, RENAMED]),
    (
        &[
            K::CategoryAdded,
            K::CategoryArchived,
            K::DepartmentArchived,
            K::DepartmentCreated,
            K::DivisionArchived,
            K::RegisterNoted,
        ],
        &[CODE],
    ),
    (&[K::DivisionCreated], &[CODE, ROLE]),
    (
        &[K::KeyIssued],
        &[EXPIRES_AT, ORGANISATION_ID, PERMISSIONS, PERSON_ID, REMIT, REMIT_CODE, ROLE],
    ),
    (&[K::KeyRevoked], &[ORGANISATION_ID, WITH]),
    (&[K::KeyWidened], &[ORGANISATION_ID, PERMISSIONS]),
    (&[K::PersonCreated], &[MACHINE, ORGANISATION_ID]),
    (&[K::OrganisationArchived], &[SUCCESSOR_ID]),
    (&[K::OrganisationChanged], &[DEFAULT_SITE_ID, RENAMED, WITHOUT_CANTEEN]),
    (
        &[K::OrganisationCreated],
        &[DEPARTMENT_ID, FROM_DATE, KIND, TOWN_CODE, USCC_OVERRIDDEN, WITHOUT_CANTEEN],
    ),
    (&[K::OrganisationMoved], &[DEPARTMENT_ID, FROM_DATE, TOWN_CODE]),
    (&[K::SiteChanged], &[CONTACT_CHANGED, READDRESSED, RENAMED, TOWN_CODE]),
    (&[K::SiteCreated], &[TOWN_CODE]),
];

/// The fields that an entry of this kind may have.
#[must_use]
pub fn fields_of(kind: EventKind) -> &'static [Field] {
    let row = TABLE.iter().find(|(kinds, _)| kinds.contains(&kind));
    row.map(|(_, fields)| *fields).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn event(kind: &str, what: &Value) -> Event {
        Event {
            seq: 7,
            kind: kind.to_owned(),
            thing_kind: "order".to_owned(),
            thing_id: uuid::Uuid::nil(),
            at: "2026-11-23T02:00:00Z".parse().unwrap(),
            body: json!({ "what": what }).to_string(),
            leaf: [0; 32],
        }
    }

    fn of(kind: &str, what: &Value) -> Value {
        serde_json::to_value(told(&event(kind, what))).unwrap()
    }

    #[test]
    fn money_prices_and_quantities_are_told_in_yuan_and_units() {
        let placed = of(
            "order.placed",
            &json!({"amount": 2_000, "lines": 1, "order_no": "YP1", "rows": "00"}),
        );
        assert_eq!(placed, json!({"amount": "20.00", "lines": "1", "order_no": "YP1"}));
        let offer = json!({"price": 128_000, "minimum": 1_000, "step": 500, "tiers": "10000:115000 20000:112050", "to": null});
        let told = json!({"price": "12.80", "minimum": "1", "step": "0.5", "tiers": "10:11.50 20:11.205"});
        assert_eq!(of("offer.made", &offer), told);
        assert_eq!(
            of("stock.moved", &json!({"quantity": -1_500, "owed": 2_000})),
            json!({"quantity": "-1.5", "owed": "2"})
        );
        assert_eq!(
            of("product.changed", &json!({"fields": ["name", "claims"]})),
            json!({"fields": "name claims"})
        );
        assert_eq!(of("contract.drafted", &json!({"cap": 100_000_000})), json!({"cap": "1000000.00"}));
        assert_eq!(of("of.nothing", &json!({"amount": 1})), json!({}));
    }

    #[test]
    fn every_kind_has_its_fields_in_order_and_each_name_is_one_thing() {
        let mut forms = BTreeMap::new();
        for kind in EventKind::ALL {
            let rows = TABLE.iter().filter(|(kinds, _)| kinds.contains(kind)).count();
            assert_eq!(rows, 1, "{kind}");
        }
        for kind in EventKind::ALL {
            let names: Vec<&str> = fields_of(*kind).iter().map(|field| field.name).collect();
            assert!(names.is_sorted_by(|one, next| one < next), "{kind}: {names:?}");
            for field in fields_of(*kind).iter().filter(|field| field.is.is_a_number_of_ours()) {
                let form = *forms.entry(field.name).or_insert(field.is);
                assert_eq!(form, field.is, "{kind} {}", field.name);
            }
        }
    }
}
