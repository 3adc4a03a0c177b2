//! Ways to change a database behind the service's back, each with the place it must be found at, and the way back.

use crate::harness::look::Look;
use rand::RngExt as _;
use rand::rngs::StdRng;
use std::collections::BTreeSet;

/// Something that was changed.
#[derive(Debug)]
pub struct Spoiled {
    pub kind: &'static str,
    pub what: String,
    /// Where `verify` must find it.
    pub places: Vec<String>,
    table: &'static str,
    rows: String,
}

impl Spoiled {
    /// Puts the rows back as they were.
    pub async fn undo(&self, look: &Look) {
        let (table, rows) = (self.table, &self.rows);
        look.change(&format!(
            "DELETE FROM {table} WHERE {rows}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept"
        ))
        .await;
    }
}

const COARSE: [&str; 9] = [
    "month",
    "measure",
    "mode",
    "town",
    "department",
    "channel",
    "fund_source",
    "category",
    "origin",
];
const FINE: [&str; 8] = ["month", "measure", "mode", "buyer", "product", "supplier", "channel", "fund_source"];

/// Edits of a line: what people might want to change.
const LINE_EDITS: [&str; 12] = [
    "quantity = quantity + 1",
    "amount = amount + 1",
    "price = price + 1",
    "name = name || '！'",
    "sku = sku || 'x'",
    "unit = unit || 'x'",
    "pack = pack || 'x'",
    "category_code = category_code || 'x'",
    "origin_code = origin_code || '9'",
    "net_weight_grams = COALESCE(net_weight_grams, 0) + 1",
    "vat_class = vat_class || 'x'",
    "place_id = product_id",
];

/// What there is to be changed.
pub struct Spoiler {
    cells: [Vec<String>; 2],
    facts: Vec<String>,
    lines: Vec<String>,
    entries: Vec<String>,
    lots: Vec<String>,
    movements: Vec<String>,
}

type Change = (&'static str, String, String, Vec<String>);

impl Spoiler {
    pub async fn new(look: &Look) -> Self {
        let keys = |columns: &[&str]| {
            columns
                .iter()
                .map(|c| format!("'{c}=' || {c}"))
                .collect::<Vec<_>>()
                .join(" || ' ' || ")
        };
        let cells = |table: &str, columns: &[&str]| format!("SELECT {} FROM {table} ORDER BY 1", keys(columns));
        let (order, id) = (look.id("order_id"), look.id("id"));
        let (product, place) = (look.id("product_id"), look.id("place_id"));
        Self {
            cells: [
                look.texts(&cells("cells_coarse", &COARSE)).await,
                look.texts(&cells("cells_fine", &FINE)).await,
            ],
            facts: look.texts("SELECT seq || ' ' || no FROM facts ORDER BY seq, no").await,
            lines: look
                .texts(&format!("SELECT {order} || ' ' || line_no FROM order_lines ORDER BY 1"))
                .await,
            entries: look.texts("SELECT CAST(seq AS text) FROM entries ORDER BY seq").await,
            lots: look
                .texts(&format!("SELECT {product} || ' ' || {place} FROM stock ORDER BY 1"))
                .await,
            movements: look.texts(&format!("SELECT {id} FROM stock_movements ORDER BY 1")).await,
        }
    }

    /// Changes something: which way goes by `at`, what by the dice.
    pub async fn spoil(&self, look: &Look, at: usize, dice: &mut StdRng) -> Spoiled {
        let (kind, table, (what, rows, change, places)) = match at % 10 {
            0 | 1 => {
                let (table, change) = self.cell(dice);
                ("a cell ± 1 fen", table, change)
            }
            2 => ("a fact dropped", "facts", self.fact(dice)),
            3 | 4 => ("a line edited", "order_lines", self.line(look, dice)),
            5 => ("a byte of an entry", "entries", self.byte(look, dice).await),
            6 => ("the head set back", "journal_heads", self.head(look, dice).await),
            7 => ("rows swapped: entries", "entries", self.swap_entries(dice)),
            8 => ("rows swapped: facts", "facts", self.swap_facts(dice)),
            _ if at % 20 == 9 => ("rows swapped: stock", "stock", self.swap_lots(look, dice).await),
            _ => ("rows swapped: movements", "stock_movements", self.swap_movements(look, dice)),
        };
        look.change(&format!("CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE {rows}"))
            .await;
        let touched = look.change(&change).await;
        assert!(touched > 0, "nothing was changed by {change}");
        Spoiled {
            kind,
            what: format!("{kind}: {what}"),
            places,
            table,
            rows,
        }
    }

    fn cell(&self, dice: &mut StdRng) -> (&'static str, Change) {
        let size = dice.random_range(0..2_usize);
        let table = ["cells_coarse", "cells_fine"][size];
        let key = one(&self.cells[size], dice);
        let rows = key.replace(' ', " AND ");
        let by = ["+ 1", "- 1"][dice.random_range(0..2_usize)];
        let change = format!("UPDATE {table} SET amount = amount {by} WHERE {rows}");
        (table, ("", rows, change, vec![format!("{table} {key}")]))
    }

    fn fact(&self, dice: &mut StdRng) -> Change {
        let (seq, no) = pair(one(&self.facts, dice));
        let rows = format!("seq = {seq} AND no = {no}");
        (
            "",
            rows.clone(),
            format!("DELETE FROM facts WHERE {rows}"),
            vec![format!("facts seq={seq}")],
        )
    }

    fn line(&self, look: &Look, dice: &mut StdRng) -> Change {
        let (order, no) = pair(one(&self.lines, dice));
        let edit = LINE_EDITS[dice.random_range(0..LINE_EDITS.len())];
        let rows = format!("{} = '{order}' AND line_no = {no}", look.id("order_id"));
        let change = format!("UPDATE order_lines SET {edit} WHERE {rows}");
        (edit, rows, change, vec![format!("orders id={order}")])
    }

    /// Another letter in the body, or another byte in the leaf.
    async fn byte(&self, look: &Look, dice: &mut StdRng) -> Change {
        let seq = one(&self.entries, dice);
        let rows = format!("seq = {seq}");
        let change = if dice.random_range(0..4) == 0 {
            let leaf = look
                .texts(&format!("SELECT {} FROM entries WHERE {rows}", hex_of(look, "leaf")))
                .await
                .swap_remove(0);
            let at = dice.random_range(0..leaf.len());
            format!("UPDATE entries SET leaf = {} WHERE {rows}", bytes(look, &other_at(&leaf, at)))
        } else {
            let body = look.texts(&format!("SELECT body FROM entries WHERE {rows}")).await.swap_remove(0);
            let at = dice.random_range(0..body.chars().count());
            format!(
                "UPDATE entries SET body = '{}' WHERE {rows}",
                other_at(&body, at).replace('\'', "''")
            )
        };
        ("", rows, change, vec![format!("entries seq={seq}")])
    }

    async fn head(&self, look: &Look, dice: &mut StdRng) -> Change {
        let back = dice.random_range(1..=50);
        let frontier = look
            .texts(&format!("SELECT {} FROM journal_heads", hex_of(look, "frontier")))
            .await
            .swap_remove(0);
        let at = dice.random_range(0..frontier.len());
        let frontier = format!("frontier = {}", bytes(look, &other_at(&frontier, at)));
        let seq = format!("seq = seq - {back}");
        let set = [seq.as_str(), seq.as_str(), frontier.as_str()][dice.random_range(0..3_usize)];
        let change = format!("UPDATE journal_heads SET {set} WHERE pairing = 1");
        ("", "pairing = 1".to_owned(), change, vec!["journal_heads".to_owned()])
    }

    /// Two entries change places: each with its own leaf, so that only the order is wrong.
    fn swap_entries(&self, dice: &mut StdRng) -> Change {
        let (one, two) = two(&self.entries, dice);
        let rows = format!("seq IN ({one}, {two})");
        // By way of a number that nobody has, since a number stands for one entry only.
        let change = format!(
            "UPDATE entries SET seq = -1 WHERE seq = {one}; UPDATE entries SET seq = {one} WHERE seq = {two}; \
             UPDATE entries SET seq = {two} WHERE seq = -1"
        );
        ("", rows, change, vec![format!("entries seq={one}"), format!("entries seq={two}")])
    }

    /// Two facts of different entries change places.
    fn swap_facts(&self, dice: &mut StdRng) -> Change {
        loop {
            let (one, two) = two(&self.facts, dice);
            let ((seq, no), (other_seq, other_no)) = (pair(one), pair(two));
            if seq == other_seq {
                continue;
            }
            let (first, second) = (
                format!("seq = {seq} AND no = {no}"),
                format!("seq = {other_seq} AND no = {other_no}"),
            );
            let change = format!(
                "UPDATE facts SET seq = -1, no = -1 WHERE {first}; UPDATE facts SET seq = {seq}, no = {no} WHERE {second}; \
                 UPDATE facts SET seq = {other_seq}, no = {other_no} WHERE seq = -1 AND no = -1"
            );
            let places = vec![format!("facts seq={seq}"), format!("facts seq={other_seq}")];
            return ("", format!("({first}) OR ({second})"), change, places);
        }
    }

    /// What lies in two lots is swapped, where it differs.
    async fn swap_lots(&self, look: &Look, dice: &mut StdRng) -> Change {
        let (product_id, place_id) = (look.id("product_id"), look.id("place_id"));
        loop {
            let (one, two) = two(&self.lots, dice);
            let ((product, place), (other_product, other_place)) = (pair(one), pair(two));
            let first = format!("{product_id} = '{product}' AND {place_id} = '{place}'");
            let second = format!("{product_id} = '{other_product}' AND {place_id} = '{other_place}'");
            let rows = format!("({first}) OR ({second})");
            let amounts = look.texts(&format!("SELECT on_hand || ' ' || held FROM stock WHERE {rows}")).await;
            if amounts.iter().collect::<BTreeSet<_>>().len() < 2 {
                continue;
            }
            let (on_hand, held): (Vec<_>, Vec<_>) = (
                look.texts(&format!(
                    "SELECT CAST(on_hand AS text) FROM stock WHERE {first} UNION ALL SELECT CAST(on_hand AS text) FROM stock WHERE {second}"
                ))
                .await,
                look.texts(&format!(
                    "SELECT CAST(held AS text) FROM stock WHERE {first} UNION ALL SELECT CAST(held AS text) FROM stock WHERE {second}"
                ))
                .await,
            );
            let change = format!(
                "UPDATE stock SET on_hand = {}, held = {} WHERE {first}; UPDATE stock SET on_hand = {}, held = {} WHERE {second}",
                on_hand[1], held[1], on_hand[0], held[0]
            );
            let place = |(product, place): (&str, &str)| format!("stock product_id={product} place_id={place}");
            return ("", rows, change, vec![place(pair(one)), place(pair(two))]);
        }
    }

    /// Two movements change ids.
    fn swap_movements(&self, look: &Look, dice: &mut StdRng) -> Change {
        let (one, two) = two(&self.movements, dice);
        let id = look.id("id");
        let nobody = match look {
            Look::Sqlite(_) => "X'00000000000000000000000000000000'",
            Look::Postgres(_) => "'00000000-0000-0000-0000-000000000000'",
        };
        let this = |text: &str| match look {
            Look::Sqlite(_) => format!("X'{}'", text.replace('-', "")),
            Look::Postgres(_) => format!("'{text}'"),
        };
        let rows = format!("{id} IN ('{one}', '{two}')");
        let change = format!(
            "UPDATE stock_movements SET id = {nobody} WHERE {id} = '{one}'; UPDATE stock_movements SET id = {} WHERE {id} = '{two}'; \
             UPDATE stock_movements SET id = {} WHERE id = {nobody}",
            this(one),
            this(two)
        );
        let places = vec![format!("stock_movements id={one}"), format!("stock_movements id={two}")];
        ("", rows, change, places)
    }
}

fn one<'a>(all: &'a [String], dice: &mut StdRng) -> &'a str {
    all.get(dice.random_range(0..all.len())).expect("there is something to change")
}

fn two<'a>(all: &'a [String], dice: &mut StdRng) -> (&'a str, &'a str) {
    loop {
        let (first, second) = (one(all, dice), one(all, dice));
        if first != second {
            return (first, second);
        }
    }
}

fn pair(text: &str) -> (&str, &str) {
    text.split_once(' ').expect("two words")
}

fn hex_of(look: &Look, column: &str) -> String {
    match look {
        Look::Sqlite(_) => format!("lower(hex({column}))"),
        Look::Postgres(_) => format!("encode({column}, 'hex')"),
    }
}

fn bytes(look: &Look, hex: &str) -> String {
    match look {
        Look::Sqlite(_) => format!("X'{hex}'"),
        Look::Postgres(_) => format!("'\\x{hex}'"),
    }
}

/// The text with another hex digit at this place.
fn other_at(text: &str, at: usize) -> String {
    let other = |letter: char| if letter == '7' { '8' } else { '7' };
    text.chars()
        .enumerate()
        .map(|(i, letter)| if i == at { other(letter) } else { letter })
        .collect()
}
