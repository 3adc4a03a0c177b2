//! Fields of events: what each is, how it is told, and an example.

use entity::{Money, Quantity, UnitPrice};
use serde_json::{Value, json};

/// What a field is, and so how it is written in an entry and told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// Fen, told in yuan.
    Money,
    /// 1/10000 yuan, told in yuan.
    Price,
    /// 1/1000 of a unit, told in units.
    Quantity,
    /// From which quantity on which price, as the two above, with a colon between them.
    Tiers,
    /// So many.
    Count,
    /// Yes or no.
    Flag,
    /// A day.
    Day,
    /// An instant.
    Instant,
    /// An id.
    Id,
    /// A code.
    Code,
    /// A number or a word that people use.
    Text,
    /// Several codes, with a space between them.
    Words,
}

/// A field of an event.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub is: Is,
    /// As it may be told.
    pub example: &'static str,
}

impl Is {
    /// As it is told; nothing of what is not written as it should be.
    pub(super) fn say(self, value: &Value) -> Option<String> {
        match self {
            Self::Money => value.as_i64().map(|fen| Money::from_fen(fen).to_string()),
            Self::Price => price(value.as_i64()?),
            Self::Quantity => value.as_i64().map(quantity),
            Self::Tiers => value
                .as_str()?
                .split(' ')
                .map(tier)
                .collect::<Option<Vec<_>>>()
                .map(|all| all.join(" ")),
            Self::Words => match value {
                Value::Array(words) => Some(words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")),
                other => other.as_str().map(str::to_owned),
            },
            _ => plain(value),
        }
    }

    /// Whether entries have it in a unit of their own.
    #[cfg(test)]
    pub(super) fn is_a_number_of_ours(self) -> bool {
        matches!(self, Self::Money | Self::Price | Self::Quantity | Self::Tiers)
    }

    /// Its schema.
    pub(super) fn schema(self) -> Value {
        let text = |pattern: &str, most: u32| json!({"type": "string", "pattern": pattern, "maxLength": most});
        match self {
            Self::Money => text(r"^-?(0|[1-9]\d{0,14})\.\d{2}$", 20),
            Self::Price => text(r"^(0|[1-9]\d{0,7})\.\d{2,4}$", 16),
            Self::Quantity => text(r"^-?(0|[1-9]\d{0,11})(\.\d{1,3})?$", 20),
            Self::Tiers => text(r"^\d+(\.\d{1,3})?:\d+\.\d{2,4}( \d+(\.\d{1,3})?:\d+\.\d{2,4})*$", 1_000),
            Self::Count => text(r"^\d{1,18}$", 18),
            Self::Flag => text("^(false|true)$", 5),
            Self::Day => json!({"type": "string", "format": "date", "maxLength": 10}),
            Self::Instant => json!({"type": "string", "format": "date-time", "maxLength": 40}),
            Self::Id => json!({"type": "string", "format": "uuid", "maxLength": 36}),
            Self::Code | Self::Text => json!({"type": "string", "maxLength": 200}),
            Self::Words => json!({"type": "string", "maxLength": 2_000}),
        }
    }
}

fn price(ten_thousandths: i64) -> Option<String> {
    UnitPrice::from_ten_thousandths(ten_thousandths).ok().map(|price| price.to_string())
}

fn quantity(thousandths: i64) -> String {
    Quantity::from_thousandths(thousandths).to_string()
}

fn tier(text: &str) -> Option<String> {
    let (from, of) = text.split_once(':')?;
    Some(format!("{}:{}", quantity(from.parse().ok()?), price(of.parse().ok()?)?))
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

const fn field(name: &'static str, is: Is, example: &'static str) -> Field {
    Field { name, is, example }
}

const AN_ID: &str = "01933f2e-7c00-7a3b-9c41-5d2e8f60b174";

/// Writes the fields down, each once.
macro_rules! fields {
    ($($name:ident = $text:literal $is:ident $example:expr;)+) => {
        $(pub(super) const $name: Field = field($text, Is::$is, $example);)+
    };
}

fields! {
    ACCEPTANCE_NO = "acceptance_no" Text "YS20261201-000001";
    ACCEPTED_ON = "accepted_on" Day "2026-12-01";
    ALONE = "alone" Flag "true";
    AMOUNT = "amount" Money "2050.00";
    ANSWER_BY = "answer_by" Day "2026-11-28";
    BOOKED = "booked" Count "12";
    BUYERS = "buyers" Count "3";
    CAP = "cap" Money "100000.00";
    CATEGORY = "category" Code "rice";
    CAUSE = "cause" Code "supplier";
    CHANGE = "change" Id AN_ID;
    CHANNEL = "channel" Code "school_canteen";
    CHEAPEST = "cheapest" Flag "true";
    CLOSED = "closed" Count "1";
    CODE = "code" Code "320682";
    CONTACT_CHANGED = "contact_changed" Flag "true";
    CONTRACT_NO = "contract_no" Text "2026-017";
    DEFAULT_SITE_ID = "default_site_id" Id AN_ID;
    DELIVER_BY = "deliver_by" Day "2026-12-10";
    DELIVER_ON = "deliver_on" Day "2026-12-01";
    DEPARTMENT_ID = "department_id" Id AN_ID;
    DISPATCHED_ON = "dispatched_on" Day "2026-11-30";
    DOCUMENT_NO = "document_no" Text "XS-2026-0117";
    EXPIRES_AT = "expires_at" Instant "2027-11-23T02:00:00+00:00";
    FAULTY = "faulty" Count "0";
    FIELDS = "fields" Words "name claims";
    FREIGHT_FEE = "freight_fee" Money "30.00";
    FROM_DATE = "from_date" Day "2026-12-01";
    FROM_DAY = "from" Day "2026-12-01";
    FROM_STATE = "from" Code "placed";
    FUND_SOURCE = "fund_source" Code "canteen_meals";
    GOOD = "good" Count "12";
    GOODS = "goods" Count "5";
    GROUP = "group" Id AN_ID;
    IMPORT = "import" Id AN_ID;
    INQUIRY = "inquiry" Id AN_ID;
    KIND = "kind" Code "school";
    LEAD_DAYS = "lead_days" Count "2";
    LINES = "lines" Count "3";
    MACHINE = "machine" Flag "false";
    MINIMUM = "minimum" Quantity "1";
    MINIMUM_ORDER = "minimum_order" Money "200.00";
    MODE = "mode" Code "what_is_good";
    MOVED_ON = "moved_on" Day "2026-11-23";
    NOTICE_DAYS = "notice_days" Count "7";
    ON_SHORT = "on_short" Code "close";
    ORDER = "order" Id AN_ID;
    ORDER_NO = "order_no" Text "20261123-KMNP-QRTV-WXYZ";
    ORGANISATION_ID = "organisation_id" Id AN_ID;
    ORIGIN = "origin" Code "610723";
    OWED = "owed" Quantity "2";
    PARENT_CODE = "parent_code" Code "320682";
    PERMISSIONS = "permissions" Words "order receive";
    PERSON_ID = "person_id" Id AN_ID;
    PICTURES = "pictures" Words "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    PLACE = "place" Id AN_ID;
    PRICE = "price" Price "12.80";
    PRODUCT = "product" Id AN_ID;
    QUANTITY = "quantity" Quantity "98.5";
    QUOTE = "quote" Id AN_ID;
    QUOTES_ON_FILE = "quotes_on_file" Count "3";
    READDRESSED = "readdressed" Flag "false";
    REASON = "reason" Code "receipt";
    RELINED = "relined" Flag "true";
    REMIT = "remit" Code "town";
    REMIT_CODE = "remit_code" Code "320682101";
    RENAMED = "renamed" Flag "false";
    REPLACEMENT = "replacement" Flag "false";
    RETURN_NO = "return_no" Text "TH20261205-000001";
    RETURNED_ON = "returned_on" Day "2026-12-05";
    ROLE = "role" Code "buyer";
    SHIPMENT = "shipment" Id AN_ID;
    SHIPMENT_NO = "shipment_no" Text "FH20261130-000001";
    SHORT = "short" Count "1";
    SKU = "sku" Text "GR02";
    SOURCE = "source" Text "erp";
    STATE = "state" Code "placed";
    STEP = "step" Quantity "0.5";
    SUCCESSOR_ID = "successor_id" Id AN_ID;
    SUPPLIERS = "suppliers" Count "3";
    TIERS = "tiers" Tiers "10:11.50 20:11.20";
    TO_DATE = "to_date" Day "2027-11-30";
    TO_DAY = "to" Day "2027-11-30";
    TOTAL = "total" Money "2050.00";
    TOWN = "town" Code "610723101";
    TOWN_CODE = "town_code" Code "320682101";
    UNDONE = "undone" Count "0";
    USCC_OVERRIDDEN = "uscc_overridden" Flag "false";
    VALID_UNTIL = "valid_until" Day "2026-12-07";
    VAT_CLASS = "vat_class" Code "exempt_self_produced";
    VERSION = "version" Count "2";
    WEEKDAYS = "weekdays" Count "31";
    WITH = "with" Id AN_ID;
    WITHOUT_CANTEEN = "without_canteen" Flag "false";
}
