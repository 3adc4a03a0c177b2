//! A row of an import on the wire.

use super::row::Row;
use poem_openapi::Object;

macro_rules! row_body {
    ($($(#[doc = $doc:literal])+ $field:ident,)+) => {
        /// A row: one line of a document, its cells as texts. What a row of its kind needs is told when it is checked.
        #[derive(Clone, Debug, Default, Object)]
        #[oai(deny_unknown_fields, skip_serializing_if_is_none)]
        pub struct ImportRowBody {
            $($(#[doc = $doc])+ #[oai(validator(max_length = 200))] pub $field: Option<String>,)+
        }

        impl From<ImportRowBody> for Row {
            fn from(body: ImportRowBody) -> Self {
                Self { $($field: body.$field,)+ row_no: None }
            }
        }

        impl From<Row> for ImportRowBody {
            fn from(row: Row) -> Self {
                Self { $($field: row.$field,)+ }
            }
        }
    };
}

row_body! {
    /// `order`, `return`, `charge` or `stock`, or 订单, 退货, 补收, 库存. A charge belongs to the credit note of its number, which
    /// may have nothing else: what is charged beside goods that came back, booked as trade of its own on the note's day.
    kind,
    /// The document's own number; rows with the same kind and number are one document.
    document_no,
    /// When it was made out: RFC 3339, or a date and time of Shanghai, as `2026-11-01 08:26` or 2026年11月1日. It decides the day.
    at,
    /// The buyer, by id, credit code, or name where only one is called so.
    buyer,
    /// The supplier, by id, credit code, or name where only one is called so; left out, the goods' seller.
    supplier,
    /// The channel, by code or in words as 学校食堂; left out, the buyer's default.
    channel,
    /// The fund source, by code or in words as 伙食补助; left out, the buyer's default.
    fund_source,
    /// The goods' SKU; case counts.
    sku,
    /// How much, above 0; for stock with a sign. `1,000`, `10袋` and full-width figures are read too, a unit if it is the goods' own.
    quantity,
    /// The document's own price of a unit, tax-inclusive yuan; `￥2.55元/袋` is read too.
    price,
    /// When it was shipped; left out, when it was made out.
    shipped_at,
    /// When it was accepted; left out, when it was shipped.
    accepted_at,
    /// Why goods came back, or stock moved; by code or in words.
    reason,
    /// What became of returned goods: `destroy`, unless told, or `restock`.
    fate,
    /// The place of stock, by id.
    place,
    /// The number of the order that returned goods came with; left out, their origin is unknown.
    sale_document_no,
    /// The line of that order, from 1.
    sale_line,
}
