//! What is asked of shipments, on the wire.

use super::told;
use crate::access::Actor;
use crate::delivery::accept::{Accept, InspectedLine};
use crate::delivery::ship::{SentLine, Ship};
use crate::delivery::surplus::{KeepSurplus, SurplusLine};
use entity::{CivilDate, FreeText, OrderId, Quantity, RejectReason, ShipmentId, ShortText};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// A line that is sent.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct SentLineBody {
    /// The order line's number.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub line_no: i32,
    /// Units sent, as they were ordered.
    pub quantity: Quantity,
    /// For weighed goods: what the scales say, in price units; left out, what is nominally in the units.
    pub weighed: Option<Quantity>,
    /// The weight once more; needed where `weighed` differs by more than three tenths from what is nominally in the units.
    pub weight_confirmed: Option<Quantity>,
}

/// What is sent.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewShipmentBody {
    /// The day of dispatch; today, if left out. Never later than today; more than 30 days ago only with a note.
    pub dispatched_on: Option<CivilDate>,
    /// Whether it takes the place of what was rejected or returned.
    #[oai(default)]
    pub replacement: bool,
    /// Who carries it.
    pub carrier: Option<ShortText>,
    /// The vehicle's plate.
    #[oai(validator(max_length = 20, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$"))]
    pub plate: Option<String>,
    /// A word to the buyer; kept beside the journal.
    pub note: Option<FreeText>,
    /// The lines, each once.
    #[oai(validator(min_items = 1, max_items = 2000))]
    pub lines: Vec<SentLineBody>,
}

impl Example for NewShipmentBody {
    fn example() -> Self {
        Self {
            dispatched_on: None,
            replacement: false,
            carrier: "洋县顺达物流".parse().ok(),
            plate: Some("陕F·A0000".to_owned()),
            note: None,
            lines: vec![SentLineBody {
                line_no: 1,
                quantity: Quantity::from_thousandths(10_000),
                weighed: None,
                weight_confirmed: None,
            }],
        }
    }
}

impl NewShipmentBody {
    /// The use case asked for.
    #[must_use]
    pub fn asked_by(self, actor: Actor, order: OrderId) -> Ship {
        let line = |line: SentLineBody| SentLine {
            line_no: line.line_no,
            units: line.quantity,
            weighed: line.weighed,
            weight_confirmed: line.weight_confirmed,
        };
        Ship {
            actor,
            order,
            dispatched_on: self.dispatched_on,
            replacement: self.replacement,
            carrier: self
                .carrier
                .map(|carrier| carrier.as_str().chars().take(120).collect::<String>())
                .filter(|carrier| !carrier.is_empty()),
            plate: self.plate.filter(|plate| !plate.is_empty()),
            note: told(self.note),
            lines: self.lines.into_iter().map(line).collect(),
        }
    }
}

/// What of a line was not accepted.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct RejectedBody {
    /// Why.
    pub reason: RejectReason,
    /// How much, in price units.
    pub quantity: Quantity,
}

/// What is said of a line of the shipment.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct InspectedLineBody {
    /// Its number in the shipment.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub no: i32,
    /// Accepted, in price units; left out, all that is not rejected. Needed where the weight sent differs from what is
    /// nominally in the units by more than the goods' tolerance.
    pub accepted: Option<Quantity>,
    /// Rejected, each reason once. Accepted and rejected are all that was sent, within the goods' tolerance.
    #[oai(default, validator(max_items = 8))]
    pub rejected: Vec<RejectedBody>,
}

/// An inspection. Lines not named are accepted as they were sent.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct AcceptBody {
    /// The day of the inspection; today, if left out.
    pub accepted_on: Option<CivilDate>,
    /// A word to the supplier; kept beside the journal.
    pub note: Option<FreeText>,
    /// The lines of which something is to be said.
    #[oai(default, validator(max_items = 2000))]
    pub lines: Vec<InspectedLineBody>,
}

impl Example for AcceptBody {
    fn example() -> Self {
        Self {
            accepted_on: None,
            note: None,
            lines: vec![InspectedLineBody {
                no: 1,
                accepted: Some(Quantity::from_thousandths(9_000)),
                rejected: vec![RejectedBody {
                    reason: RejectReason::Damaged,
                    quantity: Quantity::ONE,
                }],
            }],
        }
    }
}

impl AcceptBody {
    /// The use case asked for.
    #[must_use]
    pub fn asked_by(self, actor: Actor, shipment: ShipmentId) -> Accept {
        let line = |line: InspectedLineBody| InspectedLine {
            no: line.no,
            accepted: line.accepted,
            rejected: line.rejected.into_iter().map(|part| (part.reason, part.quantity)).collect(),
        };
        Accept {
            actor,
            shipment,
            accepted_on: self.accepted_on,
            note: told(self.note),
            lines: self.lines.into_iter().map(line).collect(),
        }
    }
}

/// A line of which more is kept.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct SurplusLineBody {
    /// Its number in the shipment.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub no: i32,
    /// Beyond what was accepted, in price units: of what was sent of the line at most a tenth, in all calls together.
    pub quantity: Quantity,
}

/// Keeping more than was sent and tolerated.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct SurplusBody {
    /// The day; today, if left out.
    pub accepted_on: Option<CivilDate>,
    /// Why it is kept; kept beside the journal.
    pub note: FreeText,
    /// The lines, each once.
    #[oai(validator(min_items = 1, max_items = 2000))]
    pub lines: Vec<SurplusLineBody>,
}

impl Example for SurplusBody {
    fn example() -> Self {
        Self {
            accepted_on: None,
            note: "多送两斤，食堂留用".parse().unwrap_or_default(),
            lines: vec![SurplusLineBody {
                no: 1,
                quantity: Quantity::ONE,
            }],
        }
    }
}

impl SurplusBody {
    /// The use case asked for.
    #[must_use]
    pub fn asked_by(self, actor: Actor, shipment: ShipmentId) -> KeepSurplus {
        let line = |line: SurplusLineBody| SurplusLine {
            no: line.no,
            quantity: line.quantity,
        };
        KeepSurplus {
            actor,
            shipment,
            accepted_on: self.accepted_on,
            note: self.note.as_str().to_owned(),
            lines: self.lines.into_iter().map(line).collect(),
        }
    }
}
