//! Pages of an export: each is read when the client has taken the one before.
//!
//! A page is bounded by what it weighs in memory, not by its rows alone: an order has one line or two thousand.

use super::export::{PAGE, Pages};
use super::format::SheetFormat;
use crate::http::fault::Refusal;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use poem_openapi::types::ToJSON;
use serde_json::Value;
use std::future::Future;
use std::sync::Arc;

/// What a page should weigh.
const PAGE_WEIGHT: u64 = 4_000;
/// Rows of the first page, of which nobody knows yet what they weigh.
const FIRST_ROWS: u64 = 64;

/// Pages from a reader that gets the position after which to go on, and answers with at most [`PAGE`] rows after it. A
/// shorter page is the last. `position` tells where a page ended, `item` makes of a row what the list answers with.
pub fn pages<P, T, B, R, F>(
    read: R,
    position: impl Fn(&T) -> P + Send + Sync + 'static,
    item: impl Fn(T) -> B + Send + Sync + 'static,
) -> Pages
where
    P: Send + 'static,
    T: Send + 'static,
    B: ToJSON,
    R: Fn(Option<P>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Vec<T>, Refusal>> + Send + 'static,
{
    pages_of_many(PAGE, read, position, move |row| vec![item(row).to_json().unwrap_or_default()])
}

/// The same where a row makes several items, and a page holds `most` rows.
pub fn pages_of_many<P, T, R, F>(
    most: u64,
    read: R,
    position: impl Fn(&T) -> P + Send + Sync + 'static,
    items: impl Fn(T) -> Vec<Value> + Send + Sync + 'static,
) -> Pages
where
    P: Send + 'static,
    T: Send + 'static,
    R: Fn(Option<P>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Vec<T>, Refusal>> + Send + 'static,
{
    let rows = Rows { first: most, most };
    paged(rows, move |after, _| read(after), position, |_| 1, items)
}

/// The same where rows weigh more or less: the reader is told how many to answer with, so that all pages weigh about the
/// same.
pub fn pages_by_weight<P, T, R, F>(
    read: R,
    position: impl Fn(&T) -> P + Send + Sync + 'static,
    weight: impl Fn(&T) -> u64 + Send + Sync + 'static,
    items: impl Fn(T) -> Vec<Value> + Send + Sync + 'static,
) -> Pages
where
    P: Send + 'static,
    T: Send + 'static,
    R: Fn(Option<P>, u64) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Vec<T>, Refusal>> + Send + 'static,
{
    let rows = Rows {
        first: FIRST_ROWS,
        most: PAGE,
    };
    paged(rows, read, position, weight, items)
}

/// How many rows are read at a time: at first, and at most.
#[derive(Clone, Copy)]
struct Rows {
    first: u64,
    most: u64,
}

impl Rows {
    /// Rows of the next page, after one of so many rows that weighed so much.
    fn after(self, rows: u64, weight: u64) -> u64 {
        if self.first == self.most {
            return self.most;
        }
        let fit = (PAGE_WEIGHT * rows.max(1) / weight.max(1)).clamp(2, self.most);
        // A power of two: the driver keeps a statement for each length of a list that it has met.
        1 << fit.ilog2()
    }
}

fn paged<P, T, R, F>(
    rows: Rows,
    read: R,
    position: impl Fn(&T) -> P + Send + Sync + 'static,
    weight: impl Fn(&T) -> u64 + Send + Sync + 'static,
    items: impl Fn(T) -> Vec<Value> + Send + Sync + 'static,
) -> Pages
where
    P: Send + 'static,
    T: Send + 'static,
    R: Fn(Option<P>, u64) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Vec<T>, Refusal>> + Send + 'static,
{
    let parts = Arc::new((read, position, weight, items));
    let begin: Option<(Option<P>, u64)> = Some((None, rows.first));
    stream::try_unfold(begin, move |at| {
        let parts = Arc::clone(&parts);
        async move {
            let Some((after, most)) = at else { return Ok(None) };
            let (read, position, weight, items) = &*parts;
            let found = read(after, most).await?;
            let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
            let weighed: u64 = found.iter().map(weight).sum();
            let next = found
                .last()
                .filter(|_| count >= most)
                .map(|last| (Some(position(last)), rows.after(count, weighed)));
            Ok(Some((found.into_iter().flat_map(items).collect(), next)))
        }
    })
    .boxed()
}

/// Items with what people read beside their codes, for files that people open; programs get them as the list answers.
pub fn told(format: SheetFormat, pages: Pages, tell: impl Fn(&mut Value) + Send + Sync + 'static) -> Pages {
    if format == SheetFormat::Jsonl {
        return pages;
    }
    pages
        .map_ok(move |mut items| {
            items.iter_mut().for_each(&tell);
            items
        })
        .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[tokio::test]
    async fn a_page_of_heavy_rows_holds_few_of_them_and_none_is_left_out() {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        let read = move |after: Option<u64>, most: u64| {
            noted.lock().unwrap().push(most);
            let from = after.unwrap_or(0);
            async move { Ok((from + 1..=(from + most).min(130)).collect::<Vec<u64>>()) }
        };
        let pages = pages_by_weight(read, |last: &u64| *last, |_| 100, |row| vec![Value::from(row)]);
        let items: Vec<Value> = pages.try_collect::<Vec<_>>().await.unwrap().concat();
        assert_eq!(items, (1..=130_u64).map(Value::from).collect::<Vec<_>>());
        assert_eq!(*asked.lock().unwrap(), [64, 32, 32, 32]);
    }
}
