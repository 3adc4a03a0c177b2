//! Other words for goods: whoever types `word` also finds what has `means` in its name (洋芋 finds 土豆).

use super::search::folded;
use super::search_words::words;
use crate::http::fault::{Fault, Faults};
use chrono::{DateTime, Utc};
use entity::SynonymId;
use serde::{Deserialize, Serialize};

/// How long a word may be, in characters.
const CHARS: std::ops::RangeInclusive<usize> = 2..=40;
/// The most synonyms that are in use.
pub const MOST_SYNONYMS: u64 = 500;

/// Another word for goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Synonym {
    /// Its id.
    pub id: SynonymId,
    /// What is typed, folded.
    pub word: String,
    /// What stands in the name of what is found, folded.
    pub means: String,
    /// Since when it is used.
    pub created_at: DateTime<Utc>,
    /// Since when it is used no more.
    pub archived_at: Option<DateTime<Utc>>,
}

/// A synonym as it is kept, or every rule that it breaks: each side is one word, and they are two.
pub fn checked(word: &str, means: &str) -> Result<(String, String), Faults> {
    let mut faults = Faults::new();
    for (pointer, text) in [("/word", word), ("/means", means)] {
        let one = words(text).len() == 1 && CHARS.contains(&folded(text).chars().count());
        faults.check(one, || Fault::of("synonym_word").at(pointer).with("word", text));
    }
    let (word, means) = (folded(word), folded(means));
    faults.check(word != means || word.is_empty(), || {
        Fault::of("synonym_same").at("/means").with("word", &means)
    });
    if faults.is_empty() { Ok((word, means)) } else { Err(faults) }
}

/// The other words by which a product of this name is found.
#[must_use]
pub fn other_words_of(name: &str, synonyms: &[Synonym]) -> Vec<String> {
    let name = folded(name);
    let meant = synonyms.iter().filter(|one| name.contains(&one.means));
    meant.map(|one| one.word.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synonym_is_two_words_and_all_its_faults_are_told() {
        assert_eq!(checked("ＰＯＴＡＴＯ", "土豆").ok(), Some(("potato".to_owned(), "土豆".to_owned())));
        let told = |word, means| {
            let faults = checked(word, means).err().map(Faults::into_vec).unwrap_or_default();
            let told = faults.iter().map(|fault| format!("{} {}", fault.slug(), fault.pointer()));
            told.collect::<Vec<_>>()
        };
        assert_eq!(told("土", "红 薯"), ["synonym_word /word", "synonym_word /means"]);
        assert_eq!(told("%%", "A级米"), ["synonym_word /word", "synonym_word /means"]);
        assert_eq!(told("土豆", "土豆"), ["synonym_same /means"]);
        assert_eq!(told("", ""), ["synonym_word /word", "synonym_word /means"]);
    }

    #[test]
    fn a_name_has_the_other_words_of_what_is_in_it() {
        let synonym = |word: &str, means: &str| Synonym {
            id: SynonymId::at(DateTime::UNIX_EPOCH),
            word: word.to_owned(),
            means: means.to_owned(),
            created_at: DateTime::UNIX_EPOCH,
            archived_at: None,
        };
        let all = [synonym("洋芋", "土豆"), synonym("红苕", "红薯"), synonym("苕粉", "红薯粉")];
        assert_eq!(other_words_of("高山土豆", &all), ["洋芋"]);
        assert_eq!(other_words_of("红薯 粉条", &all), ["红苕", "苕粉"]);
        assert_eq!(other_words_of("黑米", &all), [""; 0]);
    }
}
