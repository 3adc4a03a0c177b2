//! Totals over HTTP, and the way down to their lines.

use super::body::TallyBody;
use super::filter::prelude::*;
use super::line_body::{TallyLineBody, TallyLinePage};
use super::lines::lines;
use super::queries::total;
use super::question::MOST_GROUPS;
use crate::http::answer::Listed;
use crate::http::paging::{Cursor, Limit, cut};
use poem_openapi::payload::Json;

/// Reads totals.
#[derive(Clone, Debug)]
pub struct TallyApi {
    /// Where they are read.
    pub desk: Desk,
}

tally_operation! {
    TallyApi
    /// Read a total
    ///
    /// Sums of one or several measures over months, by up to two dimensions, narrowed as you ask and to what you may see.
    /// It is exact at the moment it is read and includes every change acknowledged before; `as_of` says up to where. A
    /// code that nothing bears, and a measure that nothing can book yet, is 422: nought would be read as a figure.
    #[oai(path = "/v1/tally", method = "get", operation_id = "read_tally")]
    fn tally(self, caller, language, asked) [
        /// What is summed; this or `measures` is needed.
        measure: Query<Option<Figure>>,
        /// Several of `ordered, shipped, accepted, returned, net, invoiced, paid`, with a comma between: each is told by
        /// itself, and the first of all stands where one measure does.
        #[oai(validator(max_length = 80))]
        measures: Query<Option<String>>,
        /// One or two of `month, day, mode, town, department, channel, fund_source, category, origin, buyer, product,
        /// supplier`, with a comma between.
        #[oai(validator(max_length = 60))]
        group_by: Query<Option<String>>,
        /// The most groups, 1 to 10,000; 1,000 unless told.
        #[oai(validator(minimum(value = "1"), maximum(value = "10000")))]
        limit: Query<Option<u32>>,
    ] -> [poem::Result<Json<TallyBody>>] {
        let asked = Asked {
            measure: measure.0,
            measures: measures.0,
            group_by: group_by.0,
            limit: limit.0.map(|limit| limit.min(MOST_GROUPS)),
            ..asked
        };
        let question = question_of(&caller, asked)?;
        Ok(Json(total(&self.desk.db, &question, language).await?.into()))
    }
}

/// Reads the lines of totals.
#[derive(Clone, Debug)]
pub struct TallyLinesApi {
    /// Where they are read.
    pub desk: Desk,
}

tally_operation! {
    TallyLinesApi
    /// List the lines of a total
    ///
    /// What a total is made of, oldest first: over all pages, `amount` adds up to its amount and `lines` to its lines.
    #[oai(path = "/v1/tally/lines", method = "get", operation_id = "list_tally_lines")]
    fn lines(self, caller, language, asked) [
        /// What is summed.
        measure: Query<Figure>,
        /// Only what imports booked, or only what happened here.
        imported: Query<Option<bool>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ] -> [poem::Result<Listed<TallyLinePage>>] {
        let asked = Asked {
            measure: Some(measure.0),
            ..asked
        };
        let question = question_of(&caller, asked)?;
        let after: Option<(i64, i32)> = cursor.0.map(|cursor| caller.position("tally_lines", &cursor)).transpose()?;
        let wanted = (&question, imported.0, language);
        let rows = lines(&self.desk.db, wanted, after, limit.0.plus_one()).await?;
        let (rows, next) = cut(rows, limit.0, |last| caller.cursor("tally_lines", &last.place))?;
        Ok(Listed((rows.into_iter().map(TallyLineBody::from).collect::<Vec<_>>(), next).into()))
    }
}
