//! Totals over HTTP.

use super::body::{TallyBody, TallyLineBody, TallyLinePage};
use super::csv;
use super::dimension::Dimension;
use super::lines::lines;
use super::queries::total;
use crate::http::answer::Listed;
use crate::http::caller::Caller;
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::Desk;
use entity::{Channel, DepartmentId, DivisionCode, Figure, FundSource, Mode, Month, OrganisationId, ProductId};
use poem_openapi::param::Query;
use poem_openapi::payload::{Attachment, AttachmentType, Json};
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// The figure.
    Tally,
}

/// The operations on totals.
#[derive(Clone, Debug)]
pub struct TallyApi {
    /// Where they are read.
    pub desk: Desk,
}

/// What a total may be narrowed to, as it comes from the query.
pub(super) struct Only {
    pub(super) mode: Option<Mode>,
    pub(super) town: Option<DivisionCode>,
    pub(super) department: Option<DepartmentId>,
    pub(super) channel: Option<Channel>,
    pub(super) fund_source: Option<FundSource>,
    pub(super) category: Option<String>,
    pub(super) origin: Option<DivisionCode>,
    pub(super) buyer: Option<OrganisationId>,
    pub(super) product: Option<ProductId>,
    pub(super) supplier: Option<OrganisationId>,
}

impl Only {
    pub(super) fn words(self) -> Vec<(Dimension, Option<String>)> {
        vec![
            (Dimension::Mode, self.mode.map(|v| v.to_string())),
            (Dimension::Town, self.town.map(|v| v.as_str().to_owned())),
            (Dimension::Department, self.department.map(|v| v.to_string())),
            (Dimension::Channel, self.channel.map(|v| v.to_string())),
            (Dimension::FundSource, self.fund_source.map(|v| v.to_string())),
            (Dimension::Category, self.category),
            (Dimension::Origin, self.origin.map(|v| v.as_str().to_owned())),
            (Dimension::Buyer, self.buyer.map(|v| v.to_string())),
            (Dimension::Product, self.product.map(|v| v.to_string())),
            (Dimension::Supplier, self.supplier.map(|v| v.to_string())),
        ]
    }
}

/// Each operation on totals takes the same parameters; this writes them down once.
macro_rules! question {
    ($caller:expr, $measure:expr, $from:expr, $to:expr, $group_by:expr, $limit:expr, $only:expr) => {{
        let scope = $crate::access::scope_of(&$crate::access::Actor::of(&$caller)?);
        $crate::tally::question::Question::new($measure, ($from, $to), $group_by, $only.words(), $limit)?.within(&scope)
    }};
}
pub(super) use question;

#[OpenApi(tag = "Tag::Tally")]
impl TallyApi {
    /// Read a total
    ///
    /// Sums of a measure over months, by up to two dimensions, narrowed as you ask and to what you may see. It is
    /// exact at the moment it is read and includes every change acknowledged before; `as_of` says up to where.
    #[oai(path = "/v1/tally", method = "get", operation_id = "read_tally")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn tally(
        &self,
        caller: Caller,
        /// What is summed.
        measure: Query<Figure>,
        /// First month, `YYYY-MM`; without `from` and `to`, all time.
        from: Query<Option<Month>>,
        /// Last month.
        to: Query<Option<Month>>,
        /// One or two of `month, day, mode, town, department, channel, fund_source, category, origin, buyer, product,
        /// supplier`, with a comma between.
        #[oai(validator(max_length = 60))]
        group_by: Query<Option<String>>,
        /// Only this mode.
        mode: Query<Option<Mode>>,
        /// Only buyers of this town, by division code.
        town: Query<Option<DivisionCode>>,
        /// Only buyers of this department.
        department: Query<Option<DepartmentId>>,
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
        /// Only this product.
        product: Query<Option<ProductId>>,
        /// Only this supplier.
        supplier: Query<Option<OrganisationId>>,
        /// The most groups, 1 to 10,000; 1,000 unless told.
        #[oai(validator(minimum(value = "1"), maximum(value = "10000")))]
        limit: Query<Option<u32>>,
    ) -> poem::Result<Json<TallyBody>> {
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
        let question = question!(caller, measure.0, from.0, to.0, group_by.0.as_deref(), limit.0, only);
        Ok(Json(total(&self.desk.db, &question).await?.into()))
    }

    /// Download a total as CSV
    ///
    /// The same as *read a total*, one row a group and the total last, for a spreadsheet.
    #[oai(path = "/v1/tally.csv", method = "get", operation_id = "export_tally")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn export(
        &self,
        caller: Caller,
        /// What is summed.
        measure: Query<Figure>,
        /// First month, `YYYY-MM`.
        from: Query<Option<Month>>,
        /// Last month.
        to: Query<Option<Month>>,
        /// One or two dimensions, with a comma between.
        #[oai(validator(max_length = 60))]
        group_by: Query<Option<String>>,
        /// Only buyers of this town, by division code.
        town: Query<Option<DivisionCode>>,
        /// Only this channel.
        channel: Query<Option<Channel>>,
        /// Only this fund source.
        fund_source: Query<Option<FundSource>>,
        /// Only this buyer.
        buyer: Query<Option<OrganisationId>>,
        /// Only this supplier.
        supplier: Query<Option<OrganisationId>>,
    ) -> poem::Result<Attachment<String>> {
        let only = Only {
            mode: None,
            town: town.0,
            department: None,
            channel: channel.0,
            fund_source: fund_source.0,
            category: None,
            origin: None,
            buyer: buyer.0,
            product: None,
            supplier: supplier.0,
        };
        let most = Some(super::question::MOST_GROUPS);
        let question = question!(caller, measure.0, from.0, to.0, group_by.0.as_deref(), most, only);
        let table = csv::table(&total(&self.desk.db, &question).await?)?;
        Ok(Attachment::new(table)
            .attachment_type(AttachmentType::Attachment)
            .filename("tally.csv"))
    }

    /// List the lines of a total
    ///
    /// What a total is made of, oldest first: the amounts of all pages add up to it.
    #[oai(path = "/v1/tally/lines", method = "get", operation_id = "list_tally_lines")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn lines(
        &self,
        caller: Caller,
        /// What is summed.
        measure: Query<Figure>,
        /// First month, `YYYY-MM`.
        from: Query<Option<Month>>,
        /// Last month.
        to: Query<Option<Month>>,
        /// Only this mode.
        mode: Query<Option<Mode>>,
        /// Only buyers of this town, by division code.
        town: Query<Option<DivisionCode>>,
        /// Only buyers of this department.
        department: Query<Option<DepartmentId>>,
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
        /// Only this product.
        product: Query<Option<ProductId>>,
        /// Only this supplier.
        supplier: Query<Option<OrganisationId>>,
        /// Only what imports booked, or only what happened here.
        imported: Query<Option<bool>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<TallyLinePage>> {
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
        let question = question!(caller, measure.0, from.0, to.0, None, None, only);
        let after: Option<(i64, i32)> = cursor.0.map(|cursor| caller.position("tally_lines", &cursor)).transpose()?;
        let rows = lines(&self.desk.db, (&question, imported.0), after, limit.0.plus_one()).await?;
        let (rows, next) = cut(rows, limit.0, |last| caller.cursor("tally_lines", &last.place))?;
        Ok(Listed((rows.into_iter().map(TallyLineBody::from).collect::<Vec<_>>(), next).into()))
    }
}
