use super::super::search_query::Query;
use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn rows(path: &str) -> Vec<BTreeMap<String, String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// SKU and document of every product of the demo.
fn documents() -> Vec<(String, String)> {
    let by = |path: &str, key: &str| -> BTreeMap<String, BTreeMap<String, String>> {
        rows(path).into_iter().map(|row| (row[key].clone(), row)).collect()
    };
    let categories = by("src/founding/data/categories.csv", "code");
    let towns = by("src/founding/data/divisions.csv", "code");
    let products = rows("src/demo/data/catalogue.csv");
    let made = products.iter().map(|row| {
        let category = &categories[&row["category"]];
        let document = document(Findable {
            sku: &row["sku"],
            name: &row["name"],
            category_zh: &category["name_zh"],
            category_en: &category["name_en"],
            town: &towns[&row["origin_code"]]["name"],
            unit: &row["sales_unit"],
            pack: &row["pack_spec"],
            other_words: &[],
        });
        (row["sku"].clone(), document)
    });
    made.collect()
}

#[test]
fn every_query_of_the_list_finds_what_it_must() {
    let documents = documents();
    assert_eq!(documents.len(), 65);
    let queries = rows("tests/data/search_queries.csv");
    assert_eq!(queries.len(), 168);
    let mut wrong = Vec::new();
    for row in queries {
        let query = Query::of(&row["query"]);
        let found: BTreeSet<&str> = documents
            .iter()
            .filter(|(_, document)| query.matches(document))
            .map(|(sku, _)| sku.as_str())
            .collect();
        let expected: BTreeSet<&str> = row["expected_skus"].split_whitespace().collect();
        let right = match row["mode"].as_str() {
            "exact" => found == expected,
            _ => found.is_superset(&expected),
        };
        if !right {
            let missing: Vec<_> = expected.difference(&found).collect();
            let extra: Vec<_> = found.difference(&expected).collect();
            wrong.push(format!("{:?} {} missing {missing:?} extra {extra:?}", row["query"], row["mode"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn forms_hold_nothing_that_like_treats_specially() {
    for query in ["100%_\\", "%", "_", "米%", "a_b", "'; DROP", "|heimi"] {
        Query::of(query).conditions("d", |pattern| {
            let form = pattern.trim_matches('%');
            assert!(!form.contains(['%', '_', '\\', ' ', '\'']), "{query}: {form}");
            pattern
        });
    }
    assert!(!Query::of("%").matches(&documents()[0].1));
    assert_eq!(Query::of("  \u{3000}"), Query::of(""));
}

#[test]
fn widths_cases_and_spaces_do_not_matter() {
    let expected = ["|25kg".to_owned(), "黑米".to_owned()];
    for query in ["黑米 25kg", "25KG 黑米", "２５ＫＧ　黑米", "黑米 25 kg", "黑米25kg", "25㎏黑米"] {
        assert_eq!(forms(query), BTreeSet::from(expected.clone()), "{query}");
    }
    assert_eq!(forms("LÜCHA"), BTreeSet::from(["|lvcha".to_owned()]));
    assert_eq!(forms("30枚"), BTreeSet::from(["|30枚".to_owned()]));
}

#[test]
fn words_typed_together_and_codes_typed_apart_find_what_they_mean() {
    let documents = documents();
    let found = |query: &str| -> Vec<&str> {
        let query = Query::of(query);
        let found = documents.iter().filter(|(_, document)| query.matches(document));
        found.map(|(sku, _)| sku.as_str()).collect()
    };
    for query in ["黑米25kg", "25公斤黑米", "黑米２５㎏", "heimi25kg", "GR-02", "gr 02", "ｇｒ０２"] {
        assert_eq!(found(query), ["GR02"], "{query}");
    }
    assert_eq!(found("食堂装黑米"), ["GR02"]);
    assert_eq!(found("槐树关香菇5kg"), ["FU02", "FU06"]);
    assert_eq!(found("黑米红米"), [""; 0]);
}

#[test]
fn a_long_name_stays_a_bounded_document() {
    let name = "长薄".repeat(60);
    let document = document(Findable {
        sku: "X",
        name: &name,
        category_zh: "粮食",
        category_en: "Rice and grain",
        town: "谢村镇",
        unit: "袋",
        pack: "",
        other_words: &[],
    });
    assert!(document.len() < 120 * MOST_SPELLINGS * MOST_SYLLABLES * 8, "{}", document.len());
    assert!(Query::of("changbo").matches(&document));
}
