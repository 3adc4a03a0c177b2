//! What a total is asked for.

use super::dimension::{Dimension, Size};
use crate::access::Scope;
use crate::http::fault::{Fault, Faults, Refusal};
use entity::{Figure, Mode, Month};

/// Groups of an answer unless told otherwise.
pub const DEFAULT_GROUPS: u32 = 1_000;
/// The most groups of an answer.
pub const MOST_GROUPS: u32 = 10_000;

/// A question the cells, or for a mixture of both sizes the facts, can answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is summed.
    pub measure: Figure,
    /// First month; none for all time.
    pub from: Option<Month>,
    /// Last month.
    pub to: Option<Month>,
    /// By what, at most two.
    pub group_by: Vec<Dimension>,
    /// Only these, each by its word.
    pub only: Vec<(Dimension, String)>,
    /// The most groups.
    pub limit: u32,
}

/// Where an answer is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The small cells of places and kinds.
    Coarse,
    /// The cells of parties and goods.
    Fine,
    /// A mixture that neither size knows: the facts themselves, slower.
    Facts,
}

impl Question {
    /// Reads the words of a request; all faults at once.
    pub fn new(
        measure: Figure,
        months: (Option<Month>, Option<Month>),
        group_by: Option<&str>,
        only: Vec<(Dimension, Option<String>)>,
        limit: Option<u32>,
    ) -> Result<Self, Refusal> {
        let mut faults = Faults::new();
        let (from, to) = months;
        if let (Some(first), Some(last)) = (from, to) {
            faults.check(first <= last, || {
                Fault::of("months_reversed").parameter("from").with("from", first).with("to", last)
            });
        }
        let mut dimensions = Vec::new();
        for word in group_by
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            match Dimension::from_word(word) {
                Some(dimension) if !dimensions.contains(&dimension) => dimensions.push(dimension),
                Some(_) => faults.push(Fault::of("group_by_twice").parameter("group_by").with("word", word)),
                None => faults.push(Fault::of("group_by_unknown").parameter("group_by").with("word", word)),
            }
        }
        faults.check(dimensions.len() <= 2, || Fault::of("group_by_many").parameter("group_by"));
        faults.finish()?;
        let only = only.into_iter().filter_map(|(dimension, word)| Some((dimension, word?))).collect();
        let limit = limit.unwrap_or(DEFAULT_GROUPS).clamp(1, MOST_GROUPS);
        Ok(Self {
            measure,
            from,
            to,
            group_by: dimensions,
            only,
            limit,
        })
    }

    /// Narrows the question to what the asker may see.
    #[must_use]
    pub fn within(mut self, scope: &Scope) -> Self {
        match scope {
            Scope::All => {}
            Scope::Buyer(id) => self.only.push((Dimension::Buyer, id.to_string())),
            Scope::Supplier(id) => self.only.push((Dimension::Supplier, id.to_string())),
            Scope::Town(code) => self.only.push((Dimension::Town, code.clone())),
            Scope::Department(id) => self.only.push((Dimension::Department, id.clone())),
        }
        self
    }

    /// Whether quantities may be added: those of one product, never pieces of several.
    #[must_use]
    pub fn tells_quantity(&self) -> bool {
        self.group_by.contains(&Dimension::Product) || self.only.iter().any(|(dimension, _)| *dimension == Dimension::Product)
    }

    /// Where the answer is read.
    #[must_use]
    pub fn source(&self) -> Source {
        let named = || {
            self.group_by
                .iter()
                .copied()
                .chain(self.only.iter().map(|(dimension, _)| *dimension))
        };
        let coarse = named().any(|dimension| dimension.size() == Size::Coarse);
        let fine = named().any(|dimension| dimension.size() == Size::Fine);
        if named().any(|dimension| dimension.size() == Size::Neither) {
            return Source::Facts;
        }
        match (coarse, fine) {
            (true, true) => Source::Facts,
            (false, true) => Source::Fine,
            (_, false) => Source::Coarse,
        }
    }
}

/// The mode's number in cells, by its word.
#[must_use]
pub fn mode_number(word: &str) -> Option<i32> {
    word.parse::<Mode>().ok().map(|mode| i32::from(crate::journal::mode_code(mode)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(group_by: &str) -> Result<Question, Refusal> {
        Question::new(Figure::Ordered, (None, None), Some(group_by), Vec::new(), None)
    }

    #[test]
    fn the_smallest_cells_that_know_all_words_answer() {
        assert_eq!(asked("").unwrap().source(), Source::Coarse);
        assert_eq!(asked("town,month").unwrap().source(), Source::Coarse);
        assert_eq!(asked("buyer,channel").unwrap().source(), Source::Fine);
        assert_eq!(asked("town,product").unwrap().source(), Source::Facts);
        assert_eq!(asked("day").unwrap().source(), Source::Facts);
        let scope = Scope::Supplier(entity::OrganisationId::new());
        assert_eq!(asked("month").unwrap().within(&scope).source(), Source::Fine);
    }

    #[test]
    fn all_faults_of_a_question_are_told_at_once() {
        let refusal = asked("town,town,moon,month,mode").unwrap_err();
        let slugs: Vec<_> = refusal.faults().iter().map(Fault::slug).collect();
        assert_eq!(slugs, ["group_by_twice", "group_by_unknown", "group_by_many"]);
    }
}
