//! What a total is asked for.

use super::dimension::{Dimension, Size};
use crate::access::Scope;
use crate::http::fault::{Fault, Faults, Refusal};
use chrono::{DateTime, Utc};
use entity::{Figure, Mode, Month, Period};

/// Groups of an answer unless told otherwise.
pub const DEFAULT_GROUPS: u32 = 1_000;
/// The most groups of an answer.
pub const MOST_GROUPS: u32 = 10_000;
/// The most groups of a file.
pub const MOST_FILED: u32 = 100_000;

/// The word by which what no fact names is asked for and told.
pub const UNASSIGNED: &str = "unassigned";

/// A question in the words of a request.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What is summed.
    pub measure: Option<Figure>,
    /// What is summed beside it, with commas between.
    pub measures: Option<String>,
    /// From the first month of this on.
    pub from: Option<Period>,
    /// Up to the last month of this.
    pub to: Option<Period>,
    /// Dimensions with commas between.
    pub group_by: Option<String>,
    /// Only these, each by a code or an id.
    pub only: Vec<(Dimension, Option<String>)>,
    /// The most groups.
    pub limit: Option<u32>,
}

/// A question the cells, or for a mixture of both sizes the facts, can answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is summed, at least one.
    pub measures: Vec<Figure>,
    /// First month; none for all time.
    pub from: Option<Month>,
    /// Last month.
    pub to: Option<Month>,
    /// By what, at most two.
    pub group_by: Vec<Dimension>,
    /// Only these, each by a code or an id.
    pub only: Vec<(Dimension, String)>,
    /// What the asker may see, by its word.
    pub scope: Option<(Dimension, String)>,
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
    /// Reads the words of a request; all faults at once. It is narrowed to what the asker may see.
    pub fn new(asked: Asked, scope: &Scope) -> Result<Self, Refusal> {
        let mut faults = Faults::new();
        let (from, to) = (asked.from.map(Period::first), asked.to.map(Period::last));
        if let (Some(first), Some(last)) = (from, to) {
            faults.check(first <= last, || {
                Fault::of("months_reversed").parameter("from").with("from", first).with("to", last)
            });
        }
        let group_by = dimensions_of(asked.group_by.as_deref().unwrap_or_default(), &mut faults);
        let measures = measures_of(asked.measure, asked.measures.as_deref().unwrap_or_default(), &mut faults);
        faults.finish()?;
        Ok(Self {
            measures,
            from,
            to,
            group_by,
            only: asked
                .only
                .into_iter()
                .filter_map(|(dimension, word)| Some((dimension, word?)))
                .collect(),
            scope: within(scope),
            limit: asked.limit.unwrap_or(DEFAULT_GROUPS).clamp(1, MOST_FILED),
        })
    }

    /// The measure that groups are sorted by, and the only one where one is asked for.
    #[must_use]
    pub fn first(&self) -> Figure {
        self.measures.first().copied().unwrap_or(Figure::Ordered)
    }

    /// Whether the quantities of all of it may be added: those of one product, never pieces of several.
    #[must_use]
    pub fn is_of_one_product(&self) -> bool {
        self.only.iter().any(|(dimension, _)| *dimension == Dimension::Product)
    }

    /// Whether those of a group may.
    #[must_use]
    pub fn groups_are_of_one_product(&self) -> bool {
        self.group_by.contains(&Dimension::Product) || self.is_of_one_product()
    }

    /// All dimensions it names.
    pub fn named(&self) -> impl Iterator<Item = Dimension> {
        let only = self.only.iter().chain(&self.scope).map(|(dimension, _)| *dimension);
        self.group_by.iter().copied().chain(only)
    }

    /// When the period that is asked for ends: things are named as they were called then. Without a last month they are
    /// called as they are now.
    #[must_use]
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.to.map(|to| to.last_day().ends_at())
    }

    /// Where the answer is read.
    #[must_use]
    pub fn source(&self) -> Source {
        let coarse = self.named().any(|dimension| dimension.size() == Size::Coarse);
        let fine = self.named().any(|dimension| dimension.size() == Size::Fine);
        if self.named().any(|dimension| dimension.size() == Size::Neither) {
            return Source::Facts;
        }
        match (coarse, fine) {
            (true, true) => Source::Facts,
            (false, true) => Source::Fine,
            (_, false) => Source::Coarse,
        }
    }
}

fn within(scope: &Scope) -> Option<(Dimension, String)> {
    match scope {
        Scope::All => None,
        Scope::Buyer(id) => Some((Dimension::Buyer, id.to_string())),
        Scope::Supplier(id) => Some((Dimension::Supplier, id.to_string())),
        Scope::Town(code) => Some((Dimension::Town, code.clone())),
        Scope::Department(id) => Some((Dimension::Department, id.clone())),
    }
}

fn listed(words: &str) -> impl Iterator<Item = &str> {
    words.split(',').map(str::trim).filter(|word| !word.is_empty())
}

fn dimensions_of(words: &str, faults: &mut Faults) -> Vec<Dimension> {
    let mut dimensions = Vec::new();
    for word in listed(words) {
        match Dimension::from_word(word) {
            Some(dimension) if !dimensions.contains(&dimension) => dimensions.push(dimension),
            Some(_) => faults.push(Fault::of("group_by_twice").parameter("group_by").with("word", word)),
            None => faults.push(Fault::of("group_by_unknown").parameter("group_by").with("word", word)),
        }
    }
    faults.check(dimensions.len() <= 2, || Fault::of("group_by_many").parameter("group_by"));
    dimensions
}

fn measures_of(measure: Option<Figure>, words: &str, faults: &mut Faults) -> Vec<Figure> {
    let mut named: Vec<(Figure, &str)> = measure.into_iter().map(|figure| (figure, "measure")).collect();
    let before = faults.len();
    for word in listed(words) {
        match word.parse::<Figure>() {
            Ok(figure) => named.push((figure, "measures")),
            Err(_) => faults.push(Fault::of("measure_unknown").parameter("measures").with("word", word)),
        }
    }
    if named.is_empty() && faults.len() == before {
        faults.push(Fault::of("missing_parameter").parameter("measure").with("name", "measure"));
    }
    let mut measures = Vec::new();
    for (figure, parameter) in named {
        faults.check(is_booked(figure), || {
            Fault::of("measure_not_booked").parameter(parameter).with("measure", figure)
        });
        if !measures.contains(&figure) {
            measures.push(figure);
        }
    }
    measures
}

/// Whether anything of this service books the measure yet. Of what nothing books, nought is no figure.
fn is_booked(figure: Figure) -> bool {
    match figure {
        Figure::Ordered | Figure::Shipped | Figure::Accepted | Figure::Returned | Figure::Net => true,
        Figure::Invoiced | Figure::Paid => false,
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

    fn asked(group_by: &str) -> Asked {
        Asked {
            measure: Some(Figure::Ordered),
            group_by: Some(group_by.to_owned()),
            ..Asked::default()
        }
    }

    fn source(group_by: &str) -> Source {
        Question::new(asked(group_by), &Scope::All).unwrap().source()
    }

    fn slugs(asked: Asked) -> Vec<&'static str> {
        let refusal = Question::new(asked, &Scope::All).unwrap_err();
        refusal.faults().iter().map(Fault::slug).collect()
    }

    #[test]
    fn the_smallest_cells_that_know_all_words_answer() {
        assert_eq!(source(""), Source::Coarse);
        assert_eq!(source("town,month"), Source::Coarse);
        assert_eq!(source("buyer,channel"), Source::Fine);
        assert_eq!(source("town,product"), Source::Facts);
        assert_eq!(source("day"), Source::Facts);
        let scope = Scope::Supplier(entity::OrganisationId::new());
        assert_eq!(Question::new(asked("month"), &scope).unwrap().source(), Source::Fine);
    }

    #[test]
    fn all_faults_of_a_question_are_told_at_once() {
        assert_eq!(
            slugs(Asked {
                measures: Some("moons".to_owned()),
                ..asked("town,town,moon,month,mode")
            }),
            ["group_by_twice", "group_by_unknown", "group_by_many", "measure_unknown"]
        );
        assert_eq!(slugs(Asked::default()), ["missing_parameter"]);
        let paid = |measures: &str| Asked {
            measures: Some(measures.to_owned()),
            ..Asked::default()
        };
        assert_eq!(slugs(paid("ordered,paid")), ["measure_not_booked"]);
    }

    #[test]
    fn several_measures_are_each_asked_for_once_and_periods_are_months() {
        let question = Question::new(
            Asked {
                measures: Some("ordered, net,ordered".to_owned()),
                from: "2026-Q1".parse().ok(),
                to: "2026".parse().ok(),
                ..asked("")
            },
            &Scope::All,
        );
        let question = question.unwrap();
        assert_eq!(question.measures, [Figure::Ordered, Figure::Net]);
        assert_eq!((question.from, question.to), ("2026-01".parse().ok(), "2026-12".parse().ok()));
    }
}
