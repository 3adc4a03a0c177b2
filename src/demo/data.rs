//! The data the world is made from, read from the binary itself.

use crate::catalogue::{Claim, NewProduct, Traits, Weighed};
pub(super) use crate::founding::{parse, rows};
use crate::http::fault::Refusal;
use entity::{Channel, FreeText, Grams, LineKind, OrganisationId, OrganisationKind, Quantity, UnitPrice, Uscc, VatClass};
use serde::Deserialize;

const DEPARTMENTS: &str = include_str!("data/departments.csv");
const PRODUCTS: &str = include_str!("data/catalogue.csv");
const SUPPLIERS: &str = include_str!("data/suppliers.csv");
const BUYERS: &str = include_str!("data/buyers.csv");

/// By how much the scales of sender and receiver may differ.
const SCALES_PERMILLE: i32 = 30;

#[derive(Clone, Debug, Deserialize)]
pub(super) struct DepartmentRow {
    pub(super) code: String,
    pub(super) name: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct SupplierRow {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) town_code: String,
    /// What it sells, with spaces between.
    pub(super) skus: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct BuyerRow {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) town_code: String,
    /// Its code; empty for none.
    pub(super) department: String,
    pub(super) without_canteen: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct ProductRow {
    pub(super) sku: String,
    name: String,
    category: String,
    origin_code: String,
    pack_spec: String,
    sales_unit: String,
    net_weight_kg: String,
    price_yuan: String,
    vat: String,
    required_documents: String,
    channels: String,
    shelf_life_days: i32,
    catch_weight: String,
}

pub(super) fn departments() -> Result<Vec<DepartmentRow>, Refusal> {
    rows(DEPARTMENTS)
}

pub(super) fn products() -> Result<Vec<ProductRow>, Refusal> {
    rows(PRODUCTS)
}

pub(super) fn suppliers() -> Result<Vec<SupplierRow>, Refusal> {
    rows(SUPPLIERS)
}

pub(super) fn buyers() -> Result<Vec<BuyerRow>, Refusal> {
    rows(BUYERS)
}

impl ProductRow {
    /// As it is listed by its seller.
    pub(super) fn to_new(&self, seller_id: OrganisationId) -> Result<NewProduct, Refusal> {
        let papers = || self.required_documents.split_whitespace();
        let claims = [("ORG", Claim::Organic), ("GI", Claim::Gi)];
        let traits = Traits {
            name: parse(&self.name)?,
            category_code: self.category.clone(),
            origin_code: parse(&self.origin_code)?,
            pack: self.pack_spec.clone(),
            net_weight: Some(parse::<Grams>(&self.net_weight_kg)?),
            shelf_life_days: Some(self.shelf_life_days).filter(|days| *days > 0),
            vat_class: vat_class(&self.vat)?,
            tolerance_permille: if self.is_weighed() { SCALES_PERMILLE } else { 0 },
            gtin: None,
            description: FreeText::default(),
            claims: claims
                .iter()
                .filter(|(word, _)| papers().any(|p| p == *word))
                .map(|(_, claim)| *claim)
                .collect(),
            channels: self.channels()?,
        };
        Ok(NewProduct {
            sku: parse(&self.sku)?,
            traits,
            producer_id: None,
            seller_id,
            unit: self.sales_unit.clone(),
            line_kind: LineKind::Goods,
            quantity_step: Quantity::ONE,
            weighed: self.weighed()?,
        })
    }

    pub(super) fn channels(&self) -> Result<Vec<Channel>, Refusal> {
        self.channels.split_whitespace().map(parse).collect()
    }

    /// Of a unit, or, for weighed goods, of a kilogram.
    pub(super) fn price(&self) -> Result<UnitPrice, Refusal> {
        let price: UnitPrice = parse(&self.price_yuan)?;
        match self.weighed()? {
            None => Ok(price),
            Some(weighed) => {
                UnitPrice::from_ten_thousandths(price.ten_thousandths() * 1_000 / weighed.content.thousandths()).map_err(Refusal::broken)
            }
        }
    }

    fn is_weighed(&self) -> bool {
        self.catch_weight == "yes"
    }

    /// Ordered by the unit, paid by the kilogram that the scales say.
    pub(super) fn weighed(&self) -> Result<Option<Weighed>, Refusal> {
        if !self.is_weighed() {
            return Ok(None);
        }
        Ok(Some(Weighed {
            price_unit: "kg".to_owned(),
            content: parse(&self.net_weight_kg)?,
        }))
    }
}

fn vat_class(word: &str) -> Result<VatClass, Refusal> {
    match word {
        "9" => Ok(VatClass::Vat9),
        "13" => Ok(VatClass::Vat13),
        word => parse(word),
    }
}

/// A credit code that nobody has: the two check digits are right, the number is told by `number`.
pub(super) fn credit_code(kind: OrganisationKind, division: &str, number: usize) -> Result<Uscc, Refusal> {
    use OrganisationKind as K;
    let class = match kind {
        K::Government | K::Office => "11",
        K::School | K::Hospital => "12",
        K::Union => "81",
        K::Cooperative => "93",
        K::FamilyFarm => "92",
        _ => "91",
    };
    // Rather than know the check again, all digits are tried: 31 × 31 of them.
    let digits = || "0123456789ABCDEFGHJKLMNPQRTUWXY".chars();
    let tried = digits().flat_map(|inner| digits().map(move |outer| format!("{class}{division}MA6YX{number:03}{inner}{outer}")));
    let sound = |code: &Uscc| code.faults().is_empty();
    tried
        .filter_map(|code| code.parse().ok())
        .find(sound)
        .ok_or_else(|| Refusal::broken("no credit code has these digits"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn every_product_has_one_seller_who_may_sell_it_so() {
        let mut sellers = BTreeMap::new();
        for supplier in suppliers().unwrap() {
            let grows = ["cooperative", "family_farm"].contains(&supplier.kind.as_str());
            for sku in supplier.skus.split_whitespace() {
                assert_eq!(sellers.insert(sku.to_owned(), grows), None, "{sku}");
            }
        }
        let products = products().unwrap();
        assert_eq!((products.len(), sellers.len()), (65, 65));
        for product in products {
            assert!(sellers[&product.sku] || product.vat != "exempt_self_produced", "{}", product.sku);
        }
    }

    #[test]
    fn buyers_are_forty_of_every_kind_and_town() {
        let buyers = buyers().unwrap();
        assert_eq!(buyers.len(), 40);
        let kinds: BTreeSet<OrganisationKind> = buyers.iter().map(|buyer| buyer.kind.parse().unwrap()).collect();
        assert_eq!(kinds.len(), 13);
        let towns: BTreeSet<&str> = buyers.iter().map(|buyer| buyer.town_code.as_str()).collect();
        assert_eq!(towns.len(), 14);
        assert!(
            buyers
                .iter()
                .any(|buyer| buyer.kind == "government" && buyer.without_canteen == "yes")
        );
    }

    #[test]
    fn credit_codes_are_sound_and_differ() {
        let codes: BTreeSet<String> = (0..60)
            .map(|number| credit_code(OrganisationKind::Cooperative, "610723", number).unwrap().into_string())
            .collect();
        assert_eq!(codes.len(), 60);
    }
}
