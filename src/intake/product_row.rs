//! Products by sheet.

use super::cells::Cells;
use super::new_thing::{Around, Made, Thing};
use super::organisation_row::town;
use crate::access::{Actor, may_change_catalogue};
use crate::catalogue::eligibility::{Goods, refusal};
use crate::catalogue::{Claim, ListProduct, NewProduct, Traits, Weighed, headings, list_product};
use crate::http::fault::Fault;
use crate::journal::{Turn, TurnError, UseCase as _};
use crate::sheets::{Head, SheetRow, Wanted, folded};
use entity::{Channel, FreeText, Gtin, LineKind, Name, OrganisationId, Quantity, Role, VatClass};
use sea_orm::{ConnectionTrait, DbErr};

const fn column(name: &'static str, headings: &'static [&'static str], needed: bool, figures: bool) -> Wanted {
    Wanted {
        name,
        headings,
        needed,
        figures,
    }
}

/// The columns, in the order of the numbers below.
pub(super) static COLUMNS: [Wanted; 18] = [
    column("货号 SKU", headings::SKU, true, false),
    column(
        "品名 name",
        &["品名", "name", "商品名称", "产品名称", "名称", "货品名称"],
        true,
        false,
    ),
    column(
        "类别 category",
        &["类别", "category", "category_code", "商品类别", "品类", "分类"],
        true,
        false,
    ),
    column("产地 origin", &["产地", "origin", "origin_code", "产地镇", "原产地"], true, false),
    column("单位 unit", &["单位", "unit", "计量单位", "销售单位"], true, false),
    column(
        "增值税 vat_class",
        &["增值税", "vat_class", "vat", "税率", "增值税率", "税率类别"],
        true,
        false,
    ),
    column("渠道 channels", &["渠道", "channels", "供应渠道", "可供渠道"], true, false),
    column("规格 pack", &["规格", "pack", "包装", "包装规格"], false, false),
    column(
        "净重(kg) net_weight_kg",
        &["净重kg", "net_weight_kg", "净重", "净含量", "净含量kg"],
        false,
        true,
    ),
    column(
        "保质期(天) shelf_life_days",
        &["保质期天", "shelf_life_days", "保质期"],
        false,
        true,
    ),
    column("商品条码 gtin", &["商品条码", "gtin", "条码", "条形码"], false, false),
    column("订货步长 quantity_step", &["订货步长", "quantity_step", "步长"], false, true),
    column("计价单位 price_unit", &["计价单位", "price_unit", "结算单位"], false, false),
    column("每单位含量 content", &["每单位含量", "content", "标准含量"], false, true),
    column(
        "短溢装(‰) tolerance_permille",
        &["短溢装‰", "tolerance_permille", "短溢装", "溢短装", "允差"],
        false,
        true,
    ),
    column("标识 claims", &["标识", "claims", "认证"], false, false),
    column("说明 description", &["说明", "description", "商品说明", "备注"], false, false),
    column(
        "供应商 seller",
        &["供应商", "seller", "seller_id", "供货单位", "供货商", "供应商名称"],
        false,
        false,
    ),
];
const SKU: usize = 0;
const NAME: usize = 1;
const CATEGORY: usize = 2;
const ORIGIN: usize = 3;
const UNIT: usize = 4;
const VAT: usize = 5;
const CHANNELS: usize = 6;
const PACK: usize = 7;
const NET_WEIGHT: usize = 8;
const SHELF_LIFE: usize = 9;
const GTIN: usize = 10;
const STEP: usize = 11;
const PRICE_UNIT: usize = 12;
const CONTENT: usize = 13;
const TOLERANCE: usize = 14;
const CLAIMS: usize = 15;
const DESCRIPTION: usize = 16;
const SELLER: usize = 17;

/// What is expected of a quantity.
const QUANTITY: &str = "a number with at most 3 decimals";

/// Reads a row; all its faults at once.
pub(super) fn read(head: &Head, row: &SheetRow, around: &Around) -> Result<NewProduct, Vec<Fault>> {
    let mut cells = Cells::of(head, row, &COLUMNS);
    let sku = cells.sku(SKU);
    let sku = cells.needed(SKU, sku);
    let unit = unit(&mut cells, UNIT);
    let unit = cells.needed(UNIT, unit);
    let seller_id = seller(&mut cells, around);
    let own_unit = unit.clone().unwrap_or_default();
    let quantity_step = cells.number(STEP, &[&own_unit], QUANTITY).unwrap_or(Quantity::ONE);
    let weighed = weighed(&mut cells);
    let traits = traits(&mut cells, around);
    let new = match (sku, traits, unit, seller_id) {
        (Some(sku), Some(traits), Some(unit), Some(seller_id)) => Some(NewProduct {
            sku,
            traits,
            producer_id: None,
            seller_id,
            unit,
            line_kind: LineKind::Goods,
            quantity_step,
            weighed,
        }),
        _ => None,
    };
    cells.finish(new)
}

fn traits(cells: &mut Cells<'_>, around: &Around) -> Option<Traits> {
    let name: Option<Name> = cells.parsed(NAME, "1 to 120 characters");
    let name = cells.needed(NAME, name);
    let category_code = category(cells, around);
    let category_code = cells.needed(CATEGORY, category_code);
    let origin_code = town(cells, ORIGIN, around);
    let origin_code = cells.needed(ORIGIN, origin_code);
    let vat_class = vat_class(cells);
    let vat_class = cells.needed(VAT, vat_class);
    let named = name.as_ref().zip(category_code.as_deref());
    let channels = channels(cells, named.map_or(("", ""), |(name, code)| (name.as_str(), code)));
    let net_weight = cells.number(NET_WEIGHT, &["kg"], QUANTITY);
    let shelf_life_days = cells.number(SHELF_LIFE, &["天", "日", "days", "day"], "a whole number from 1 to 7300");
    let gtin = cells.code::<Gtin>(GTIN, "a number whose check digit is right");
    let tolerance_permille = cells.number(TOLERANCE, &["‰"], "a whole number from 0 to 200").unwrap_or(0);
    let description = cells.parsed::<FreeText>(DESCRIPTION, "a text").unwrap_or_default();
    // A cell may hold line ends, which a pack may not.
    let pack = cells.text(PACK).unwrap_or_default().replace(char::is_control, " ");
    let claims = claims(cells);
    Some(Traits {
        name: name?,
        category_code: category_code?,
        origin_code: origin_code?,
        pack,
        net_weight,
        shelf_life_days,
        vat_class: vat_class?,
        tolerance_permille,
        gtin,
        description,
        claims,
        channels,
    })
}

/// A category in use by its code or its name.
fn category(cells: &mut Cells<'_>, around: &Around) -> Option<String> {
    let text = cells.text(CATEGORY)?;
    let wanted = folded(text);
    let names = |one: &crate::catalogue::Category| [folded(&one.code), folded(&one.name_zh), folded(&one.name_en)];
    let fits = around.categories.iter().filter(|one| names(one).contains(&wanted));
    let none = Fault::of("unknown_category").with("code", text);
    cells.one_of(CATEGORY, text, fits, none).map(|one| one.code.clone())
}

/// By its word, or by the rate as offices write it.
fn vat_class(cells: &mut Cells<'_>) -> Option<VatClass> {
    match cells.text(VAT)? {
        "0.13" | "13" | "13.00%" => Some(VatClass::Vat13),
        "0.09" | "9" | "9.00%" => Some(VatClass::Vat9),
        _ => cells.word(VAT, VatClass::ALL),
    }
}

/// The channels named; all that the goods may go to, where it says so.
fn channels(cells: &mut Cells<'_>, (name, category_code): (&str, &str)) -> Vec<Channel> {
    let all = cells.text(CHANNELS).map(folded);
    if !matches!(all.as_deref(), Some("全部" | "所有" | "全渠道" | "all")) {
        let named = cells.words(CHANNELS, Channel::ALL);
        cells.needed(CHANNELS, (!named.is_empty()).then_some(()));
        return named;
    }
    let goods = Goods {
        category_code,
        name,
        line_kind: LineKind::Goods,
    };
    let open = |channel: &Channel| refusal(goods, *channel).is_none();
    Channel::ALL.iter().copied().filter(open).collect()
}

fn claims(cells: &mut Cells<'_>) -> Vec<Claim> {
    let Some(text) = cells.text(CLAIMS) else { return Vec::new() };
    let mut claims = Vec::new();
    for word in text.split(['、', ',', '，', ';', '；', '/', ' ']).filter(|word| !word.is_empty()) {
        match folded(word).as_str() {
            "有机" | "有机产品" | "organic" => claims.push(Claim::Organic),
            "地理标志" | "地标" | "gi" => claims.push(Claim::Gi),
            "无" | "none" => {}
            _ => cells.unreadable(CLAIMS, word, "one of: 有机 (organic) | 地理标志 (gi)"),
        }
    }
    claims
}

/// A unit is one word.
fn unit(cells: &mut Cells<'_>, at: usize) -> Option<String> {
    let text = cells.text(at)?;
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        cells.unreadable(at, text, "1 to 20 visible characters without spaces");
        return None;
    }
    Some(text.to_owned())
}

fn weighed(cells: &mut Cells<'_>) -> Option<Weighed> {
    let price_unit = unit(cells, PRICE_UNIT);
    let content = cells.number(CONTENT, &[price_unit.as_deref().unwrap_or_default()], QUANTITY);
    if price_unit.is_none() && cells.text(CONTENT).is_none() {
        return None;
    }
    // One without the other is no weighed good: the rule says so.
    Some(Weighed {
        price_unit: price_unit.unwrap_or_default(),
        content: content.unwrap_or(Quantity::ZERO),
    })
}

/// Who sells it: the supplier itself; operators name one by id, credit code or name.
fn seller(cells: &mut Cells<'_>, around: &Around) -> Option<OrganisationId> {
    let Some(text) = cells.text(SELLER) else {
        return (around.actor.role == Role::Supplier)
            .then_some(around.actor.organisation)
            .or_else(|| cells.needed(SELLER, None));
    };
    let fits = around
        .organisations_called(text)
        .filter(|one| one.role() == Role::Supplier)
        .map(|one| one.id);
    cells.one_of(SELLER, text, fits, Fault::of("unknown_supplier"))
}

/// Everything wrong with it as things are now.
pub(super) async fn faults_now(db: &impl ConnectionTrait, actor: &Actor, new: &NewProduct) -> Result<Vec<Fault>, DbErr> {
    if let Err(fault) = may_change_catalogue(actor, new.seller_id) {
        return Ok(vec![fault]);
    }
    let (_, faults) = list_product::faults_now(db, new).await?;
    Ok(faults.into_vec())
}

/// Lists it.
pub(super) async fn enter(turn: &mut Turn, actor: &Actor, new: &NewProduct) -> Result<Vec<Made>, TurnError> {
    let list = ListProduct {
        actor: actor.clone(),
        new: new.clone(),
    };
    let product = list.run(turn).await?;
    Ok(vec![Made::of(Thing::Product, product.id.uuid())])
}

/// By what two rows of a sheet are the same product.
pub(super) fn keys(new: &NewProduct) -> Vec<(&'static str, String)> {
    let mut keys = vec![("sku", new.sku.as_str().to_owned())];
    keys.extend(new.traits.gtin.as_ref().map(|gtin| ("gtin", gtin.to_gtin14())));
    keys
}
