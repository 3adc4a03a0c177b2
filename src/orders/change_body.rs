//! What is said of an order after it is placed, on the wire: answers by line, closing short, change documents.

use super::answer::LineAnswer;
use super::change::ChangedLine;
use super::close_short::ShortLine;
use super::store::changes::NotedChange;
use chrono::{DateTime, Utc};
use entity::{ChangeState, CivilDate, FreeText, OrderChangeId, OrderId, Quantity};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// How much of a line can be delivered.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct LineAnswerBody {
    /// The line's number.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub line_no: i32,
    /// So many units of it; 0 for none.
    pub quantity: Quantity,
}

impl From<LineAnswerBody> for LineAnswer {
    fn from(body: LineAnswerBody) -> Self {
        Self {
            line_no: body.line_no,
            units: body.quantity,
        }
    }
}

/// The supplier's answer by line; lines left out are confirmed whole.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct AnswerBody {
    /// The lines of which not all can be delivered.
    #[oai(validator(min_items = 1, max_items = 2000))]
    pub lines: Vec<LineAnswerBody>,
}

impl Example for AnswerBody {
    fn example() -> Self {
        Self {
            lines: vec![LineAnswerBody {
                line_no: 1,
                quantity: Quantity::from_thousandths(6_000),
            }],
        }
    }
}

/// A line to be closed short.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct ShortLineBody {
    /// The line's number.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub line_no: i32,
    /// How many units are given up; left out, all that is still to be sent.
    pub quantity: Option<Quantity>,
}

impl From<ShortLineBody> for ShortLine {
    fn from(body: ShortLineBody) -> Self {
        Self {
            line_no: body.line_no,
            units: body.quantity,
        }
    }
}

/// Lines to be closed short.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct CloseShortBody {
    /// The lines.
    #[oai(validator(min_items = 1, max_items = 2000))]
    pub lines: Vec<ShortLineBody>,
}

impl Example for CloseShortBody {
    fn example() -> Self {
        Self {
            lines: vec![ShortLineBody {
                line_no: 1,
                quantity: None,
            }],
        }
    }
}

/// A line that shall be less.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangedLineBody {
    /// The line's number.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub line_no: i32,
    /// So many units of it in all: fewer than now, and not fewer than were sent.
    pub quantity: Quantity,
}

impl From<ChangedLineBody> for ChangedLine {
    fn from(body: ChangedLineBody) -> Self {
        Self {
            line_no: body.line_no,
            units: body.quantity,
        }
    }
}

/// A change the buyer asks for.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewChangeBody {
    /// Another day of delivery.
    pub deliver_on: Option<CivilDate>,
    /// Lines that shall be less; more is another order.
    #[oai(default, validator(max_items = 2000))]
    pub lines: Vec<ChangedLineBody>,
    /// In own words; kept beside the journal.
    pub note: Option<FreeText>,
}

impl Example for NewChangeBody {
    fn example() -> Self {
        Self {
            deliver_on: None,
            lines: vec![ChangedLineBody {
                line_no: 1,
                quantity: Quantity::from_thousandths(4_000),
            }],
            note: None,
        }
    }
}

/// A change document.
#[derive(Clone, Debug, Object)]
pub struct ChangeBody {
    /// Id.
    pub id: OrderChangeId,
    /// The order.
    pub order_id: OrderId,
    /// State.
    pub status: ChangeState,
    /// Another day of delivery.
    #[oai(nullable)]
    pub deliver_on: Option<CivilDate>,
    /// Lines that shall be less.
    #[oai(validator(max_items = 2000))]
    pub lines: Vec<ChangedLineBody>,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// When it was agreed, refused or withdrawn, or lapsed with its order.
    #[oai(nullable)]
    pub decided_at: Option<DateTime<Utc>>,
    /// The buyer's words to it.
    #[oai(nullable, validator(max_length = 2000))]
    pub note: Option<String>,
}

impl From<NotedChange> for ChangeBody {
    fn from(((change, lines), note): NotedChange) -> Self {
        let line = |line: entity::tables::order_change_lines::Model| ChangedLineBody {
            line_no: line.line_no,
            quantity: line.units,
        };
        Self {
            id: change.id,
            order_id: change.order_id,
            status: change.state,
            deliver_on: change.deliver_on,
            lines: lines.into_iter().map(line).collect(),
            created_at: change.created_at,
            decided_at: change.decided_at,
            note,
        }
    }
}

/// The change documents of an order, oldest first.
#[derive(Clone, Debug, Object)]
pub struct ChangesBody {
    /// At most 200.
    #[oai(validator(max_items = 200))]
    pub items: Vec<ChangeBody>,
}
