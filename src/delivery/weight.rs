//! How far the scales may differ from what is nominally in the units. Pure.

use super::ship::SentLine;
use crate::http::fault::Fault;
use crate::orders::position::Terms;
use entity::Quantity;

/// The bound a weighed line was held against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// By how many thousandths of the nominal weight it may differ; none for goods that are not weighed.
    pub bound_permille: Option<i32>,
    /// Whether it differs by more, and was said twice.
    pub confirmed: bool,
}

/// Holds what is sent of a line against the bound: beyond it the weight must be said twice, for a slip of the keys
/// weighs as much as goods do.
pub fn check(terms: &Terms, asked: &SentLine, bound_permille: i64) -> Result<Held, Fault> {
    if terms.content.is_none() {
        let told = asked.weighed.or(asked.weight_confirmed);
        return told.map_or(
            Ok(Held::default()),
            |_| Err(Fault::of("not_weighed").with("line_no", asked.line_no)),
        );
    }
    let nominal = terms.priced(asked.units);
    let weighed = asked.weighed.unwrap_or(nominal);
    let beyond = terms.off_by_permille(asked.units, weighed) > bound_permille;
    let differs = asked.weight_confirmed.is_some_and(|confirmed| confirmed != weighed);
    if differs || (beyond && asked.weight_confirmed.is_none()) {
        return Err(Fault::of("weight_out_of_range").with("weighed", weighed).with("nominal", nominal));
    }
    Ok(Held {
        bound_permille: i32::try_from(bound_permille).ok(),
        confirmed: beyond,
    })
}

/// Whether the weight of a line must be named by who accepts it: it lies beyond the goods' tolerance.
#[must_use]
pub fn must_be_named(terms: &Terms, units: Quantity, sent: Quantity) -> bool {
    terms.content.is_some() && terms.off_by_permille(units, sent) > i64::from(terms.tolerance_permille)
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::UnitPrice;

    fn q(thousandths: i64) -> Quantity {
        Quantity::from_thousandths(thousandths)
    }

    fn terms(content: Option<i64>) -> Terms {
        Terms {
            units: q(2_000),
            price: UnitPrice::from_ten_thousandths(113_300).unwrap(),
            content: content.map(q),
            grams: None,
            tolerance_permille: 50,
        }
    }

    fn told(weighed: Option<i64>, confirmed: Option<i64>) -> Result<Held, &'static str> {
        let asked = SentLine {
            line_no: 1,
            units: q(2_000),
            weighed: weighed.map(q),
            weight_confirmed: confirmed.map(q),
        };
        check(&terms(Some(5_000)), &asked, 300).map_err(|fault| fault.slug())
    }

    #[test]
    fn beyond_three_tenths_a_weight_is_said_twice() {
        let within = Held {
            bound_permille: Some(300),
            confirmed: false,
        };
        let twice = Held { confirmed: true, ..within };
        assert_eq!(told(None, None), Ok(within));
        assert_eq!(told(Some(13_000), None), Ok(within));
        assert_eq!(told(Some(7_000), None), Ok(within));
        for beyond in [13_001, 6_999, 1_000_000_000] {
            assert_eq!(told(Some(beyond), None), Err("weight_out_of_range"), "{beyond}");
            assert_eq!(told(Some(beyond), Some(beyond)), Ok(twice), "{beyond}");
            assert_eq!(told(Some(beyond), Some(beyond - 1)), Err("weight_out_of_range"), "{beyond}");
        }
        assert_eq!(
            told(Some(10_000), Some(10_001)),
            Err("weight_out_of_range"),
            "said twice, differently"
        );
    }

    #[test]
    fn beyond_the_tolerance_it_is_named() {
        assert!(!must_be_named(&terms(Some(5_000)), q(2_000), q(10_500)));
        assert!(must_be_named(&terms(Some(5_000)), q(2_000), q(10_501)));
        assert!(must_be_named(&terms(Some(5_000)), q(2_000), q(9_499)));
        assert!(!must_be_named(&terms(None), q(2_000), q(2_000)));
    }
}
