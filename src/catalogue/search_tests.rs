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
    let categories = by("src/demo/data/categories.csv", "code");
    let towns = by("src/demo/data/divisions.csv", "code");
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
        let forms = query_forms(&row["query"]);
        let found: BTreeSet<&str> = documents
            .iter()
            .filter(|(_, document)| matches(document, &forms))
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
        for form in query_forms(query) {
            assert!(!form.contains(['%', '_', '\\', ' ', '\'']), "{query}: {form}");
        }
    }
    assert!(!matches(&documents()[0].1, &query_forms("%")));
    assert!(query_forms("  \u{3000}").is_empty());
}

#[test]
fn widths_cases_and_spaces_do_not_matter() {
    let expected = ["|25kg".to_owned(), "黑米".to_owned()];
    for query in ["黑米 25kg", "25KG 黑米", "２５ＫＧ　黑米", "黑米 25 kg"] {
        let forms: BTreeSet<String> = query_forms(query).into_iter().collect();
        assert_eq!(forms, BTreeSet::from(expected.clone()), "{query}");
    }
    assert_eq!(query_forms("LÜCHA"), ["|lvcha"]);
    assert_eq!(query_forms("30枚"), ["|30枚"]);
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
    });
    assert!(document.len() < 120 * MOST_SPELLINGS * MOST_SYLLABLES * 8, "{}", document.len());
    assert!(matches(&document, &query_forms("changbo")));
}
