//! Which word of a closed list a cell means: by its code, or by what people call it.

use super::folded;
use entity::Called;
use std::fmt::Display;
use std::str::FromStr;

/// The word of a list that a text means: its code, or its name in Chinese or English, as headings are compared.
#[must_use]
pub fn meant<T: Called + FromStr>(text: &str, all: &[T]) -> Option<T> {
    let wanted = folded(text);
    let called = |word: &&T| [word.zh(), word.en()].iter().any(|name| folded(name) == wanted);
    let by_code = wanted.parse().ok();
    by_code.or_else(|| all.iter().find(called).copied())
}

/// The words of a list as they may be written, for a sentence that says what was expected.
#[must_use]
pub fn words_of<T: Called + Display>(all: &[T]) -> String {
    let words: Vec<String> = all.iter().map(|word| format!("{} ({word})", word.zh())).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::{Channel, FundSource};

    #[test]
    fn a_word_is_known_by_its_code_and_by_its_names() {
        for written in [
            "school_canteen",
            "School_Canteen",
            "学校食堂",
            " 学校 食堂 ",
            "school canteen",
            "School Canteen",
        ] {
            assert_eq!(meant(written, Channel::ALL), Some(Channel::SchoolCanteen), "{written}");
        }
        assert_eq!(meant("学生营养餐", FundSource::ALL), Some(FundSource::StudentNutrition));
        for nothing in ["", "食堂", "学校食堂2", "school"] {
            assert_eq!(meant(nothing, Channel::ALL), None, "{nothing}");
        }
    }

    #[test]
    fn what_is_expected_is_said_in_both() {
        let said = words_of(FundSource::ALL);
        assert!(
            said.starts_with("伙食补助 (canteen_meals), 学生营养餐 (student_nutrition)"),
            "{said}"
        );
    }
}
