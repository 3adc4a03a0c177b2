//! A product and the rules it is listed by.

use super::category::Category;
use super::claim::Claim;
use super::eligibility::{Goods, is_medicine_sold_as_food, refusal};
use super::search::{Findable, document};
use crate::http::fault::{Fault, Faults};
use chrono::{DateTime, Utc};
use entity::{
    Channel, DivisionCode, DivisionRole, FreeText, Grams, Gtin, LineKind, Name, OrganisationId, ProductId, Quantity, Role, Sku, VatClass,
};
use serde::{Deserialize, Serialize};

/// The heaviest unit: 100 tonnes.
pub const MAX_NET_WEIGHT_GRAMS: i64 = 100_000_000;
/// The longest shelf life in days: 20 years.
pub const MAX_SHELF_LIFE_DAYS: i32 = 7_300;
/// The widest tolerance: a fifth.
pub const MAX_TOLERANCE_PERMILLE: i32 = 200;
/// The category of freight and of nothing else: by it, totals tell freight from goods.
pub const FREIGHT_CATEGORY: &str = "freight";
/// The longest unit, in characters.
pub const MAX_UNIT_CHARS: usize = 20;
/// The longest description of a pack, in characters.
pub const MAX_PACK_CHARS: usize = 120;

/// A product as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Its SKU.
    pub sku: String,
    /// What may change.
    pub traits: Traits,
    /// Who makes it.
    pub producer_id: OrganisationId,
    /// Who sells it.
    pub seller_id: OrganisationId,
    /// The unit it is ordered in.
    pub unit: String,
    /// What a line of it is for.
    pub line_kind: LineKind,
    /// Orders are whole numbers of this.
    pub quantity_step: Quantity,
    /// For goods that are weighed when delivered: what the price is for.
    pub weighed: Option<Weighed>,
    /// Version of its row.
    pub version: i64,
    /// Since when it is listed.
    pub created_at: DateTime<Utc>,
    /// Since when it is no longer sold.
    pub archived_at: Option<DateTime<Utc>>,
    /// What is sold instead.
    pub successor_id: Option<ProductId>,
}

/// Goods ordered by one unit and paid by another: a box of nominally 10 kg, paid by what the scales say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighed {
    /// What the price is for.
    pub price_unit: String,
    /// How many of it are nominally in a unit.
    pub content: Quantity,
}

impl Weighed {
    /// The nominal quantity in price units of so many units; none beyond 64 bits or finer than a thousandth.
    #[must_use]
    pub fn nominal(&self, units: Quantity) -> Option<Quantity> {
        nominal(units, self.content)
    }
}

/// Units × nominal content, in price units; none beyond 64 bits or finer than a thousandth.
#[must_use]
pub fn nominal(units: Quantity, content: Quantity) -> Option<Quantity> {
    let product = i128::from(units.thousandths()) * i128::from(content.thousandths());
    if product % 1_000 != 0 {
        return None;
    }
    i64::try_from(product / 1_000).ok().map(Quantity::from_thousandths)
}

/// What of a product may change after it is listed. SKU, unit, step, kind, producer and seller may not: stock, offers
/// and orders are counted by them. Where one of those is wrong, another product succeeds this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    /// Name.
    pub name: Name,
    /// Category.
    pub category_code: String,
    /// The town it comes from.
    pub origin_code: DivisionCode,
    /// How it is packed, in words.
    pub pack: String,
    /// Net weight of a unit.
    pub net_weight: Option<Grams>,
    /// How long it keeps.
    pub shelf_life_days: Option<i32>,
    /// Treatment under VAT.
    pub vat_class: VatClass,
    /// By how much, in thousandths, more may be accepted than was shipped.
    pub tolerance_permille: i32,
    /// Bar code number.
    pub gtin: Option<Gtin>,
    /// Description.
    pub description: FreeText,
    /// Claims on its label.
    pub claims: Vec<Claim>,
    /// The channels its seller sells it to.
    pub channels: Vec<Channel>,
}

/// A product to be listed.
#[derive(Clone, Debug)]
pub struct NewProduct {
    /// Its SKU.
    pub sku: Sku,
    /// What may change later.
    pub traits: Traits,
    /// Who makes it; the seller unless told.
    pub producer_id: Option<OrganisationId>,
    /// Who sells it; the caller unless told.
    pub seller_id: OrganisationId,
    /// The unit it is ordered in.
    pub unit: String,
    /// What a line of it is for.
    pub line_kind: LineKind,
    /// Orders are whole numbers of this.
    pub quantity_step: Quantity,
    /// For goods that are weighed when delivered: what the price is for.
    pub weighed: Option<Weighed>,
}

/// A change of traits: what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Name.
    pub name: Option<Name>,
    /// Category.
    pub category_code: Option<String>,
    /// Origin.
    pub origin_code: Option<DivisionCode>,
    /// Pack.
    pub pack: Option<String>,
    /// Net weight.
    pub net_weight: Option<Grams>,
    /// Shelf life.
    pub shelf_life_days: Option<i32>,
    /// VAT class.
    pub vat_class: Option<VatClass>,
    /// Tolerance.
    pub tolerance_permille: Option<i32>,
    /// Bar code number.
    pub gtin: Option<Gtin>,
    /// Description.
    pub description: Option<FreeText>,
    /// Claims.
    pub claims: Option<Vec<Claim>>,
    /// Channels.
    pub channels: Option<Vec<Channel>>,
}

impl Traits {
    /// The traits after a change, and the names of those that differ.
    #[must_use]
    pub fn after(&self, change: Change) -> (Self, Vec<&'static str>) {
        let was = self.clone();
        let now = Self {
            name: change.name.unwrap_or(was.name),
            category_code: change.category_code.unwrap_or(was.category_code),
            origin_code: change.origin_code.unwrap_or(was.origin_code),
            pack: change.pack.unwrap_or(was.pack),
            net_weight: change.net_weight.or(was.net_weight),
            shelf_life_days: change.shelf_life_days.or(was.shelf_life_days),
            vat_class: change.vat_class.unwrap_or(was.vat_class),
            tolerance_permille: change.tolerance_permille.unwrap_or(was.tolerance_permille),
            gtin: change.gtin.or(was.gtin),
            description: change.description.unwrap_or(was.description),
            claims: change.claims.unwrap_or(was.claims),
            channels: change.channels.unwrap_or(was.channels),
        };
        let changed = [
            ("name", self.name != now.name),
            ("category_code", self.category_code != now.category_code),
            ("origin_code", self.origin_code != now.origin_code),
            ("pack", self.pack != now.pack),
            ("net_weight_kg", self.net_weight != now.net_weight),
            ("shelf_life_days", self.shelf_life_days != now.shelf_life_days),
            ("vat_class", self.vat_class != now.vat_class),
            ("tolerance_permille", self.tolerance_permille != now.tolerance_permille),
            ("gtin", self.gtin != now.gtin),
            ("description", self.description != now.description),
            ("claims", sorted(self.claims.clone()) != sorted(now.claims.clone())),
            ("channels", sorted(self.channels.clone()) != sorted(now.channels.clone())),
        ];
        let names = changed.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
        (now, names)
    }

    /// The same with its lists in order, each word once, as they are kept.
    #[must_use]
    pub fn tidy(self) -> Self {
        Self {
            claims: sorted(self.claims),
            channels: sorted(self.channels),
            ..self
        }
    }

    /// What is searched: the document of a product with these traits.
    #[must_use]
    pub fn search_document(&self, sku: &str, unit: &str, around: &Surroundings) -> String {
        let category = around.category.as_ref();
        document(Findable {
            sku,
            name: self.name.as_str(),
            category_zh: category.map_or("", |category| &category.name_zh),
            category_en: category.map_or("", |category| &category.name_en),
            town: around.origin.as_ref().map_or("", |origin| &origin.name),
            unit,
            pack: &self.pack,
            other_words: &around.other_words,
        })
    }
}

/// A list of words as a set: in order, each once.
#[must_use]
pub fn sorted<T: Ord>(mut words: Vec<T>) -> Vec<T> {
    words.sort_unstable();
    words.dedup();
    words
}

/// What a product is held against: rows as they are in the turn.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Its category, in use or not.
    pub category: Option<Category>,
    /// Its origin, in use or not.
    pub origin: Option<Origin>,
    /// The role of the producer, if such an organisation is active.
    pub producer: Option<Role>,
    /// The role of the seller, if such an organisation is active.
    pub seller: Option<Role>,
    /// Who has the SKU already.
    pub sku_of: Option<ProductId>,
    /// The product of that SKU and seller which an intake took back before anything used it: it is the one that is listed
    /// again, as it should have been.
    pub taken_back: Option<Product>,
    /// The SKU of another product with the same bar code number.
    pub gtin_of: Option<String>,
    /// Other words by which it is found.
    pub other_words: Vec<String>,
}

/// A division as the place goods come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// What it is to the pairing.
    pub role: DivisionRole,
    /// Its name.
    pub name: String,
    /// Whether it is still used.
    pub in_use: bool,
    /// Whether it lies in the area of the GI for black rice.
    pub black_rice_gi_area: Option<bool>,
}

/// Every rule a new product breaks.
#[must_use]
pub fn faults_of_new(new: &NewProduct, around: &Surroundings) -> Faults {
    let mut faults = faults_of_traits(&new.traits, new.line_kind, around);
    let unit_chars = new.unit.chars().count();
    faults.check((1..=MAX_UNIT_CHARS).contains(&unit_chars), || misfit("/unit", "1 to 20 characters"));
    faults.check(new.quantity_step > Quantity::ZERO, || misfit("/quantity_step", "a number above 0"));
    check_weighed(new, &mut faults);
    let whole = new.line_kind != LineKind::Freight || (new.quantity_step == Quantity::ONE && new.weighed.is_none());
    faults.check(whole, || misfit("/quantity_step", "1 and not weighed, as freight is"));
    let sells = around.seller == Some(Role::Supplier);
    faults.check(sells, || Fault::of("unknown_supplier").at("/seller_id"));
    let makes = new.producer_id.is_none() || around.producer == Some(Role::Supplier);
    faults.check(makes, || Fault::of("unknown_supplier").at("/producer_id"));
    if around.sku_of.is_some() {
        faults.push(Fault::of("sku_taken").at("/sku").with("sku", &new.sku));
    }
    faults
}

/// Steps of a weighed good hold a whole number of thousandths of what is paid for.
fn check_weighed(new: &NewProduct, faults: &mut Faults) {
    let Some(weighed) = &new.weighed else { return };
    let chars = weighed.price_unit.chars().count();
    faults.check((1..=MAX_UNIT_CHARS).contains(&chars) && weighed.price_unit != new.unit, || {
        misfit("/price_unit", "1 to 20 characters, not the unit")
    });
    let whole = weighed.content > Quantity::ZERO && weighed.nominal(new.quantity_step).is_some();
    faults.check(whole, || misfit("/content", "above 0, and whole thousandths in a step"));
}

/// Every rule broken by what may change.
#[must_use]
pub fn faults_of_traits(traits: &Traits, line_kind: LineKind, around: &Surroundings) -> Faults {
    let mut faults = Faults::new();
    let in_use = around.category.as_ref().is_some_and(|category| !category.archived);
    faults.check(in_use, || {
        Fault::of("unknown_category")
            .at("/category_code")
            .with("code", &traits.category_code)
    });
    let from_the_county = around
        .origin
        .as_ref()
        .is_some_and(|origin| origin.in_use && origin.role == DivisionRole::OriginTown);
    faults.check(from_the_county, || {
        Fault::of("unknown_origin").at("/origin_code").with("code", &traits.origin_code)
    });
    faults.check(traits.pack.chars().count() <= MAX_PACK_CHARS, || {
        misfit("/pack", "at most 120 characters")
    });
    let weighs = traits
        .net_weight
        .is_none_or(|weight| (1..=MAX_NET_WEIGHT_GRAMS).contains(&weight.grams()));
    faults.check(weighs, || misfit("/net_weight_kg", "a number from 0.001 to 100000"));
    let keeps = traits.shelf_life_days.is_none_or(|days| (1..=MAX_SHELF_LIFE_DAYS).contains(&days));
    faults.check(keeps, || misfit("/shelf_life_days", "a whole number from 1 to 7300"));
    let tolerates = (0..=MAX_TOLERANCE_PERMILLE).contains(&traits.tolerance_permille);
    faults.check(tolerates, || misfit("/tolerance_permille", "a whole number from 0 to 200"));
    if let Some(gtin) = &traits.gtin {
        faults.check(gtin.is_global(), || Fault::of("gtin_not_global").at("/gtin"));
    }
    if let Some(sku) = &around.gtin_of {
        faults.push(Fault::of("gtin_taken").at("/gtin").with("sku", sku));
    }
    let freight = line_kind == LineKind::Freight;
    faults.check(freight == (traits.category_code == FREIGHT_CATEGORY), || {
        Fault::of("freight_category")
            .at("/category_code")
            .with("category", FREIGHT_CATEGORY)
    });
    let weightless = !freight || (traits.net_weight.is_none() && traits.tolerance_permille == 0);
    faults.check(weightless, || {
        misfit("/net_weight_kg", "none, and no tolerance, as freight has no weight")
    });
    check_claims(traits, around, &mut faults);
    check_channels(traits, line_kind, &mut faults);
    faults
}

/// The GI of black rice has an area; what grows outside it may not carry the name.
fn check_claims(traits: &Traits, around: &Surroundings, faults: &mut Faults) {
    let name: String = traits.name.as_str().chars().filter(|c| c.is_alphanumeric()).collect();
    let Some(at) = traits.claims.iter().position(|claim| *claim == Claim::Gi) else {
        return;
    };
    if let Some(origin) = around.origin.as_ref().filter(|_| name.contains("黑米")) {
        faults.check(origin.black_rice_gi_area == Some(true), || {
            let fault = Fault::of("gi_outside_area").at(format!("/claims/{at}"));
            fault.with("town", &origin.name).with("code", &traits.origin_code)
        });
    }
}

fn check_channels(traits: &Traits, line_kind: LineKind, faults: &mut Faults) {
    let goods = Goods {
        category_code: &traits.category_code,
        name: traits.name.as_str(),
        line_kind,
    };
    if is_medicine_sold_as_food(goods) {
        // Said once, not for each channel.
        faults.push(Fault::of("medicine_not_food").at("/name"));
        return;
    }
    faults.check(!traits.channels.is_empty(), || misfit("/channels", "at least 1 entries"));
    for (at, channel) in traits.channels.iter().enumerate() {
        if let Some(why) = refusal(goods, *channel) {
            let fault = Fault::of("not_for_channel").at(format!("/channels/{at}"));
            faults.push(fault.with("channel", channel).with("reason", why.as_str()));
        }
    }
}

fn misfit(pointer: &str, expected: &str) -> Fault {
    Fault::of("invalid_field").at(pointer).with("expected", expected)
}

#[cfg(test)]
#[path = "product_tests.rs"]
mod tests;
