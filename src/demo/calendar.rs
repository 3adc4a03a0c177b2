//! The year of Rugao's kitchens and shops: festivals, school terms, weekends. The days and the rules are data.

use super::data::{parse, rows};
use crate::http::fault::Refusal;
use chrono::Datelike;
use entity::{CivilDate, OrganisationKind};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Days of festivals that follow the moon, year by year; after the last of them the world has none.
const FESTIVALS: &str = include_str!("data/festivals.csv");
/// By how many percent of the usual who orders when; rules that meet on a day multiply.
const RULES: &str = include_str!("data/calendar.csv");

/// What a buyer's year looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// Closed in the holidays.
    School,
    /// Feeds people on working days.
    Canteen,
    /// Buys for festivals.
    Gifts,
    /// Sells every day.
    Shop,
}

impl Habit {
    /// That of a kind of organisation, with or without a canteen.
    pub(super) fn of(kind: OrganisationKind, without_canteen: bool) -> Self {
        use OrganisationKind as K;
        match kind {
            K::School => Self::School,
            K::Union => Self::Gifts,
            K::Government | K::Hospital | K::Enterprise if without_canteen => Self::Gifts,
            K::Government | K::Hospital | K::Enterprise => Self::Canteen,
            _ => Self::Shop,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Canteen => "canteen",
            Self::Gifts => "gifts",
            Self::Shop => "shop",
        }
    }
}

/// An end of a span of days.
#[derive(Clone, Debug)]
enum Edge {
    /// The same day each year.
    Yearly(u32, u32),
    /// So many days after a festival.
    Festival(String, i64),
    /// The same day each week, Monday 0.
    Weekly(u32),
}

#[derive(Debug, Deserialize)]
struct FestivalRow {
    name: String,
    day: String,
}

#[derive(Debug, Deserialize)]
struct RuleRow {
    who: String,
    from: String,
    to: String,
    percent: i64,
}

struct Rule {
    who: String,
    from: Edge,
    to: Edge,
    percent: i64,
}

/// Festivals and rules.
pub(super) struct Calendar {
    festivals: BTreeMap<String, Vec<CivilDate>>,
    rules: Vec<Rule>,
}

impl Calendar {
    pub(super) fn read() -> Result<Self, Refusal> {
        let mut festivals: BTreeMap<String, Vec<CivilDate>> = BTreeMap::new();
        for row in rows::<FestivalRow>(FESTIVALS)? {
            festivals.entry(row.name).or_default().push(parse(&row.day)?);
        }
        let rules = rows::<RuleRow>(RULES)?.into_iter().map(|row| {
            Ok(Rule {
                who: row.who,
                from: edge(&row.from)?,
                to: edge(&row.to)?,
                percent: row.percent,
            })
        });
        let rules = rules.collect::<Result<_, Refusal>>()?;
        Ok(Self { festivals, rules })
    }

    /// By how many percent of the usual those of a habit order on a day.
    pub(super) fn percent(&self, habit: Habit, day: CivilDate) -> i64 {
        let meant = |rule: &&Rule| rule.who.split(' ').any(|word| word == habit.word());
        let holding = self.rules.iter().filter(meant).filter(|rule| self.holds(&rule.from, &rule.to, day));
        holding.fold(100, |percent, rule| percent * rule.percent / 100)
    }

    /// Whether a day is the one that an edge names.
    pub(super) fn is(&self, day: CivilDate, edge_word: &str) -> Result<bool, Refusal> {
        let edge = edge(edge_word)?;
        Ok(self.holds(&edge, &edge, day))
    }

    fn holds(&self, from: &Edge, to: &Edge, day: CivilDate) -> bool {
        if let (Edge::Weekly(from), Edge::Weekly(to)) = (from, to) {
            return (*from..=*to).contains(&day.naive().weekday().num_days_from_monday());
        }
        // A span may begin in the year before its festival.
        (day.year() - 1..=day.year() + 1).any(|year| {
            let (from, to) = (self.day_in(from, year), self.day_in(to, year));
            matches!((from, to), (Some(from), Some(to)) if (from..=to).contains(&day))
        })
    }

    fn day_in(&self, edge: &Edge, year: i32) -> Option<CivilDate> {
        match edge {
            Edge::Yearly(month, day) => CivilDate::new(year, *month, *day).ok(),
            Edge::Festival(name, offset) => {
                let day = self.festivals.get(name)?.iter().find(|day| day.year() == year)?;
                day.checked_add_days(*offset)
            }
            Edge::Weekly(_) => None,
        }
    }
}

/// `07-01`, `saturday`, or `spring_festival-18`.
fn edge(word: &str) -> Result<Edge, Refusal> {
    const WEEK: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    if let Some(at) = (0..).zip(WEEK).find_map(|(at, name)| (name == word).then_some(at)) {
        return Ok(Edge::Weekly(at));
    }
    let sign = word.find(['+', '-']).ok_or_else(|| Refusal::broken(format!("calendar: {word}")))?;
    let (name, offset) = word.split_at(sign);
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        return Ok(Edge::Yearly(parse(name)?, parse(offset.trim_start_matches('-'))?));
    }
    Ok(Edge::Festival(name.to_owned(), parse(offset)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(habit: Habit, day: &str) -> i64 {
        Calendar::read().unwrap().percent(habit, day.parse().unwrap())
    }

    #[test]
    fn schools_are_closed_in_the_holidays_and_the_others_are_not() {
        assert_eq!(percent(Habit::School, "2026-07-15"), 0);
        assert_eq!(percent(Habit::School, "2026-02-02"), 0, "winter holidays");
        assert_eq!(percent(Habit::School, "2026-03-18"), 100, "a Wednesday in term");
        assert_eq!(percent(Habit::Canteen, "2026-07-15"), 100);
        assert_eq!(percent(Habit::School, "2026-03-21"), 20, "a Saturday");
    }

    #[test]
    fn festivals_make_peaks_and_the_feast_itself_a_hollow() {
        // Spring Festival was on 2026-02-17, Mid-Autumn on 2026-09-25.
        assert_eq!(percent(Habit::Gifts, "2026-01-28"), 600);
        assert_eq!(percent(Habit::Shop, "2026-01-26"), 240);
        assert_eq!(percent(Habit::Shop, "2026-02-18"), 10);
        assert_eq!(percent(Habit::Gifts, "2026-09-10"), 500);
        assert_eq!(
            percent(Habit::Gifts, "2027-01-06"),
            600,
            "begins in the month before its festival's"
        );
        assert_eq!(percent(Habit::Shop, "2050-06-15"), 100, "a year whose moon nobody has looked up");
    }

    #[test]
    fn a_day_is_named_by_the_year_or_by_a_festival() {
        let calendar = Calendar::read().unwrap();
        assert!(calendar.is("2026-03-25".parse().unwrap(), "03-25").unwrap());
        assert!(calendar.is("2026-01-08".parse().unwrap(), "spring_festival-40").unwrap());
        assert!(!calendar.is("2026-01-09".parse().unwrap(), "spring_festival-40").unwrap());
        assert!(calendar.is("2026-01-09".parse().unwrap(), "someday").is_err());
    }
}
