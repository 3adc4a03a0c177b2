use super::*;
use entity::{LineKind, OrganisationId, ProductId, VatClass};

fn a_good(sku: &str, unit: &str) -> Good {
    Good {
        id: ProductId::new(),
        sku: sku.to_owned(),
        name: "洋县黑米".to_owned(),
        category_code: "grain".to_owned(),
        producer_id: OrganisationId::new(),
        seller_id: OrganisationId::new(),
        origin_code: "610723104".to_owned(),
        unit: unit.to_owned(),
        pack: String::new(),
        net_weight_grams: None,
        vat_class: VatClass::Vat9,
        line_kind: LineKind::Goods,
        quantity_step: Quantity::ONE,
        weighed: None,
        tolerance_permille: 0,
        shelf_life_days: None,
        channels: Vec::new(),
        archived: false,
        version: 1,
        offers: Vec::new(),
    }
}

fn goods() -> Goods {
    Goods::of([a_good("GR02", "袋"), a_good("015877", "公斤"), a_good("OI02", "桶")])
}

/// A table with 货号, 数量 and 单位, the quantity's heading with something beside it.
fn table(beside: Option<&str>, rows: &[[&str; 3]]) -> Table {
    Table {
        head: Head {
            sheet: None,
            row: 1,
            rows: 1,
            headings: ["货号", "数量", "单位"].map(str::to_owned).to_vec(),
            places: vec![Some(0), Some(1), Some(2)],
            notes: vec![None, beside.map(str::to_owned), None],
            ignored: Vec::new(),
            hidden_rows: Vec::new(),
            repeated_rows: Vec::new(),
            days_from_1904: false,
        },
        rows: (2..)
            .zip(rows)
            .map(|(number, cells)| SheetRow {
                number,
                cells: cells.map(str::to_owned).to_vec(),
            })
            .collect(),
    }
}

/// What one row says, in short.
fn said(beside: Option<&str>, row: [&str; 3]) -> String {
    let sheet = OrderSheet::of(&table(beside, &[row]), &goods()).unwrap();
    if let Some(line) = sheet.lines.first() {
        return format!("{} × {}", line.sku, line.quantity);
    }
    if let Some(wrong) = sheet.unreadable.first() {
        let kinds: Vec<&str> = wrong.reasons.iter().map(|reason| reason.kind.as_str()).collect();
        return kinds.join(" ");
    }
    match sheet.passed.first() {
        Some((_, PassedOver::Total)) => "total".to_owned(),
        Some((_, PassedOver::Words)) => "words".to_owned(),
        None => "unwanted".to_owned(),
    }
}

#[test]
fn every_row_is_a_line_or_says_what_else_it_is() {
    for (row, meant) in [
        (["GR02", "10", ""], "GR02 × 10"),
        (["ＧＲ０２", "１，０００", ""], "GR02 × 1000"),
        (["'015877", "2.50", ""], "015877 × 2.5"),
        (["=\"015877\"", "2.5公斤", ""], "015877 × 2.5"),
        (["015877 ", "2.5 KG", "千克"], "015877 × 2.5"),
        (["GR02", "10袋", "袋"], "GR02 × 10"),
        (["GR02", "10箱", ""], "row_unit"),
        (["GR02", "10", "箱"], "row_unit"),
        (["015877", "5斤", ""], "row_unit"),
        (["GR02", "10", "示例小学"], "GR02 × 10"),
        (["GR02", "", ""], "unwanted"),
        (["GR02", "0", ""], "unwanted"),
        (["GR02", "-", "袋"], "unwanted"),
        (["NEW1", "", ""], "unwanted"),
        (["GR02", "-10", ""], "row_quantity_negative"),
        (["GR02", "十", ""], "row_quantity"),
        (["GR02", "1.2345", ""], "row_quantity_decimals"),
        (["GR02", "1000001", ""], "row_quantity_range"),
        (["黑米", "-1", ""], "row_sku row_quantity_negative"),
        (["黑米", "10袋（备注：急）", ""], "row_sku row_quantity"),
        (["GR02", "=B2*2", ""], "cell_no_value"),
        (["=\"GR\"&\"02\"", "1", ""], "cell_no_value"),
        (["GR02", "#N/A", ""], "cell_no_value"),
        (["", "=SUM(B2:B3)", ""], "words"),
        (["", "10", ""], "row_sku_missing"),
        (["", "x", ""], "row_sku_missing row_quantity"),
        (["gr02", "1", ""], "product_unknown_similar"),
        (["15877", "1", ""], "product_unknown_similar"),
        (["NONE", "1", ""], "NONE × 1"),
        (["合　计：", "11", ""], "total"),
        (["", "11", "合计"], "total"),
        (["一、粮油类", "", ""], "words"),
        (["", "", "备注"], "words"),
        (["制表人：张三", "审核人：", ""], "words"),
    ] {
        assert_eq!(said(None, row), meant, "{row:?}");
    }
}

#[test]
fn a_unit_in_the_heading_holds_for_every_row_that_has_none() {
    for (beside, row, meant) in [
        ("袋", ["GR02", "10", ""], "GR02 × 10"),
        ("箱", ["GR02", "10", ""], "row_unit"),
        ("箱", ["GR02", "10袋", ""], "GR02 × 10"),
        ("袋/桶", ["OI02", "10", ""], "OI02 × 10"),
        ("单位：公斤", ["015877", "10", ""], "015877 × 10"),
        ("必填", ["GR02", "10", ""], "GR02 × 10"),
    ] {
        assert_eq!(said(Some(beside), row), meant, "{beside} {row:?}");
    }
}

#[test]
fn more_than_an_order_holds_is_refused_and_a_long_list_of_goods_is_not() {
    let row = |quantity| ["GR02", quantity, ""];
    let many = OrderSheet::of(&table(None, &vec![row("1"); MOST_WANTED + 1]), &goods());
    assert_eq!(many.unwrap_err().slug(), "sheet_too_long");
    let blank = OrderSheet::of(&table(None, &vec![row(""); MOST_WANTED + 1]), &goods()).unwrap();
    assert_eq!((blank.unwanted.len(), blank.lines.len()), (MOST_WANTED + 1, 0));
    assert_eq!(OrderSheet::of(&table(None, &[]), &goods()).unwrap_err().slug(), "sheet_empty");
}
