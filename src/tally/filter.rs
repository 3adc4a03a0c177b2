//! What a total may be narrowed to, written down once for all operations on totals.

use super::dimension::Dimension;
use super::question::{Asked, Question};
use crate::access::{Actor, scope_of};
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use entity::{Channel, DivisionCode, FundSource, Mode, OrganisationId};
use poem_openapi::Tags;

#[derive(Tags)]
pub(super) enum Tag {
    /// The figure.
    Tally,
}

/// The filter of a request.
pub(super) struct Only {
    pub(super) mode: Option<Mode>,
    pub(super) town: Option<DivisionCode>,
    pub(super) department: Option<String>,
    pub(super) channel: Option<Channel>,
    pub(super) fund_source: Option<FundSource>,
    pub(super) category: Option<String>,
    pub(super) origin: Option<DivisionCode>,
    pub(super) buyer: Option<OrganisationId>,
    pub(super) product: Option<String>,
    pub(super) supplier: Option<OrganisationId>,
}

impl Only {
    pub(super) fn words(self) -> Vec<(Dimension, Option<String>)> {
        vec![
            (Dimension::Mode, self.mode.map(|v| v.to_string())),
            (Dimension::Town, self.town.map(|v| v.as_str().to_owned())),
            (Dimension::Department, self.department),
            (Dimension::Channel, self.channel.map(|v| v.to_string())),
            (Dimension::FundSource, self.fund_source.map(|v| v.to_string())),
            (Dimension::Category, self.category),
            (Dimension::Origin, self.origin.map(|v| v.as_str().to_owned())),
            (Dimension::Buyer, self.buyer.map(|v| v.to_string())),
            (Dimension::Product, self.product),
            (Dimension::Supplier, self.supplier.map(|v| v.to_string())),
        ]
    }
}

/// The question of a caller, narrowed to what it may see.
pub(super) fn question_of(caller: &Caller, asked: Asked) -> Result<Question, Refusal> {
    Question::new(asked, &scope_of(&Actor::of(caller)?))
}

/// An operation on totals: its own parameters, then those that all of them take. `asked` is the question as far as they
/// tell it.
macro_rules! tally_operation {
    (
        $api:ident
        $(#[$($about:tt)*])*
        fn $name:ident($this:ident, $caller:ident, $language:ident, $asked:ident) [$($own:tt)*] -> [$($answer:tt)*] $body:block
    ) => {
        #[OpenApi(tag = "Tag::Tally")]
        impl $api {
            $(#[$($about)*])*
            #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
            async fn $name(
                &$this,
                $caller: Caller,
                context: Data<&Context>,
                $($own)*
                /// From this month on, or from the first month of this quarter or year: `2026-11`, `2026-Q4`, `2026`;
                /// without `from` and `to`, all time.
                from: Query<Option<Period>>,
                /// Up to this month, or to the last month of this quarter or year.
                to: Query<Option<Period>>,
                /// Only this mode.
                mode: Query<Option<Mode>>,
                /// Only buyers of this town, by division code.
                town: Query<Option<DivisionCode>>,
                /// Only buyers of this department, by its code or id; `unassigned` for those of none.
                #[oai(validator(min_length = 1, max_length = 64))]
                department: Query<Option<String>>,
                /// Only this channel.
                channel: Query<Option<Channel>>,
                /// Only this fund source.
                fund_source: Query<Option<FundSource>>,
                /// Only goods of this category.
                #[oai(validator(max_length = 40))]
                category: Query<Option<String>>,
                /// Only goods from this town, by division code.
                origin: Query<Option<DivisionCode>>,
                /// Only this buyer.
                buyer: Query<Option<OrganisationId>>,
                /// Only this product, by its SKU or id.
                #[oai(validator(min_length = 1, max_length = 40))]
                product: Query<Option<String>>,
                /// Only this supplier.
                supplier: Query<Option<OrganisationId>>,
            ) -> $($answer)* {
                let only = Only {
                    mode: mode.0,
                    town: town.0,
                    department: department.0,
                    channel: channel.0,
                    fund_source: fund_source.0,
                    category: category.0,
                    origin: origin.0,
                    buyer: buyer.0,
                    product: product.0,
                    supplier: supplier.0,
                };
                let $language = context.language;
                let $asked = Asked {
                    from: from.0,
                    to: to.0,
                    only: only.words(),
                    ..Asked::default()
                };
                $body
            }
        }
    };
}
pub(super) use tally_operation;

/// What an operation on totals names.
pub(super) mod prelude {
    pub(in crate::tally) use super::super::question::Asked;
    pub(in crate::tally) use super::{Only, Tag, question_of, tally_operation};
    pub(in crate::tally) use crate::http::caller::Caller;
    pub(in crate::tally) use crate::http::context::Context;
    pub(in crate::tally) use crate::journal::Desk;
    pub(in crate::tally) use entity::{Channel, DivisionCode, Figure, FundSource, Mode, OrganisationId, Period};
    pub(in crate::tally) use poem::web::Data;
    pub(in crate::tally) use poem_openapi::OpenApi;
    pub(in crate::tally) use poem_openapi::param::Query;
}
