//! Products on the wire.

use super::category_body::example;
use super::claim::Claim;
use super::offer_body::OfferBody;
use super::pictures::PictureBody;
use super::product::{Change, NewProduct, Product, Traits, Weighed};
use super::product_list::ListedProduct;
use chrono::{DateTime, Utc};
use entity::{
    Channel, CivilDate, DivisionCode, FreeText, Grams, Gtin, LineKind, Name, OrganisationId, ProductId, Quantity, Sku, UnitPrice, VatClass,
};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// A product.
#[derive(Clone, Debug, Object)]
pub struct ProductBody {
    /// Its id.
    pub product_id: ProductId,
    /// Its SKU, unique for ever; case counts.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Name.
    pub name: Name,
    /// Code of its category.
    #[oai(validator(max_length = 40))]
    pub category_code: String,
    /// Who makes it.
    pub producer_id: OrganisationId,
    /// Who sells it.
    pub seller_id: OrganisationId,
    /// The town it comes from.
    pub origin_code: DivisionCode,
    /// The unit it is ordered in.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// How it is packed.
    #[oai(validator(max_length = 120))]
    pub pack: String,
    /// Net weight of a unit in kilograms; null for goods without weight.
    #[oai(nullable)]
    pub net_weight_kg: Option<Grams>,
    /// How many days it keeps; null where it does not spoil.
    #[oai(nullable)]
    pub shelf_life_days: Option<i32>,
    /// Treatment under VAT.
    pub vat_class: VatClass,
    /// What a line of it is for.
    pub line_kind: LineKind,
    /// Bar code number.
    #[oai(nullable)]
    pub gtin: Option<Gtin>,
    /// Orders are whole numbers of this.
    pub quantity_step: Quantity,
    /// For goods weighed when delivered: the unit the price is for; null for all others.
    #[oai(nullable, validator(max_length = 20))]
    pub price_unit: Option<String>,
    /// How many price units are nominally in a unit.
    #[oai(nullable)]
    pub content: Option<Quantity>,
    /// By how many thousandths more than was shipped may be accepted.
    #[oai(validator(minimum(value = "0"), maximum(value = "200")))]
    pub tolerance_permille: i32,
    /// Description.
    pub description: FreeText,
    /// Claims on its label.
    #[oai(validator(max_items = 2))]
    pub claims: Vec<Claim>,
    /// The channels it is sold to.
    #[oai(validator(max_items = 13))]
    pub channels: Vec<Channel>,
    /// Since when it is listed.
    pub created_at: DateTime<Utc>,
    /// Since when it is no longer sold.
    #[oai(nullable)]
    pub archived_at: Option<DateTime<Utc>>,
    /// What is sold instead.
    #[oai(nullable)]
    pub successor_id: Option<ProductId>,
    /// What it looks like, the first first.
    #[oai(validator(max_items = 12))]
    pub pictures: Vec<PictureBody>,
    /// The offer that holds today for the channel a list was asked for or, for a buyer, for its own default channel; left
    /// out elsewhere.
    #[oai(skip_serializing_if_is_none)]
    pub offer: Option<OfferBody>,
    /// Price of a kilogram by that offer, rounded half away from zero; left out for goods without weight.
    #[oai(skip_serializing_if_is_none)]
    pub price_per_kg: Option<UnitPrice>,
    /// The earliest day it can be delivered; only in lists.
    #[oai(skip_serializing_if_is_none)]
    pub deliver_from: Option<CivilDate>,
}

impl From<Product> for ProductBody {
    fn from(product: Product) -> Self {
        let traits = product.traits;
        Self {
            product_id: product.id,
            sku: product.sku,
            name: traits.name,
            category_code: traits.category_code,
            producer_id: product.producer_id,
            seller_id: product.seller_id,
            origin_code: traits.origin_code,
            unit: product.unit,
            pack: traits.pack,
            net_weight_kg: traits.net_weight,
            shelf_life_days: traits.shelf_life_days,
            vat_class: traits.vat_class,
            line_kind: product.line_kind,
            gtin: traits.gtin,
            quantity_step: product.quantity_step,
            content: product.weighed.as_ref().map(|weighed| weighed.content),
            price_unit: product.weighed.map(|weighed| weighed.price_unit),
            tolerance_permille: traits.tolerance_permille,
            description: traits.description,
            claims: traits.claims,
            channels: traits.channels,
            created_at: product.created_at,
            archived_at: product.archived_at,
            successor_id: product.successor_id,
            pictures: Vec::new(),
            offer: None,
            price_per_kg: None,
            deliver_from: None,
        }
    }
}

impl From<ListedProduct> for ProductBody {
    fn from(listed: ListedProduct) -> Self {
        Self {
            price_per_kg: listed.price_per_kg(),
            deliver_from: Some(listed.deliver_from),
            offer: listed.offer.map(OfferBody::from),
            ..Self::from(listed.product)
        }
    }
}

crate::page! {
    /// Products, a page at a time.
    ProductPage of ProductBody
}

/// A product to be listed.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewProductBody {
    /// Its SKU: unique for ever, never changed; case counts.
    pub sku: Sku,
    /// Name.
    pub name: Name,
    /// Code of its category.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub category_code: String,
    /// Who makes it; the seller, if left out.
    pub producer_id: Option<OrganisationId>,
    /// Who sells it; the caller, if left out. Operators list for any supplier.
    pub seller_id: Option<OrganisationId>,
    /// The town of Yang County it comes from.
    pub origin_code: DivisionCode,
    /// The unit it is ordered in.
    #[oai(validator(min_length = 1, max_length = 20, pattern = r"^[^\s\u0000-\u001f\u007f-\u009f]+$"))]
    pub unit: String,
    /// How it is packed.
    #[oai(default, validator(max_length = 120, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$"))]
    pub pack: String,
    /// Net weight of a unit in kilograms; left out for goods without weight.
    pub net_weight_kg: Option<Grams>,
    /// How many days it keeps; left out where it does not spoil.
    #[oai(validator(minimum(value = "1"), maximum(value = "7300")))]
    pub shelf_life_days: Option<i32>,
    /// Treatment under VAT.
    pub vat_class: VatClass,
    /// What a line of it is for; `goods`, if left out.
    pub line_kind: Option<LineKind>,
    /// Bar code number with its check digit; unique, and not one that a store gives to what it weighs.
    pub gtin: Option<Gtin>,
    /// Orders are whole numbers of this; one unit, if left out.
    pub quantity_step: Option<Quantity>,
    /// For goods weighed when delivered: the unit the price is for, with `content`.
    #[oai(validator(min_length = 1, max_length = 20, pattern = r"^[^\s\u0000-\u001f\u007f-\u009f]+$"))]
    pub price_unit: Option<String>,
    /// How many price units are nominally in a unit; goes with `price_unit`.
    pub content: Option<Quantity>,
    /// By how many thousandths more than was shipped may be accepted; none, if left out.
    #[oai(default, validator(minimum(value = "0"), maximum(value = "200")))]
    pub tolerance_permille: i32,
    /// Description.
    pub description: Option<FreeText>,
    /// Claims on its label.
    #[oai(default, validator(max_items = 2))]
    pub claims: Vec<Claim>,
    /// The channels it is sold to.
    #[oai(validator(min_items = 1, max_items = 13))]
    pub channels: Vec<Channel>,
}

impl NewProductBody {
    /// The product asked for by an organisation.
    #[must_use]
    pub fn asked_by(self, caller: OrganisationId) -> NewProduct {
        let weighed = match (self.price_unit, self.content) {
            (None, None) => None,
            // One without the other is no weighed good: the rule says so, with its place.
            (price_unit, content) => Some(Weighed {
                price_unit: price_unit.unwrap_or_default(),
                content: content.unwrap_or(Quantity::ZERO),
            }),
        };
        NewProduct {
            sku: self.sku,
            traits: Traits {
                name: self.name,
                category_code: self.category_code,
                origin_code: self.origin_code,
                pack: self.pack,
                net_weight: self.net_weight_kg,
                shelf_life_days: self.shelf_life_days,
                vat_class: self.vat_class,
                tolerance_permille: self.tolerance_permille,
                gtin: self.gtin,
                description: self.description.unwrap_or_default(),
                claims: self.claims,
                channels: self.channels,
            },
            producer_id: self.producer_id,
            seller_id: self.seller_id.unwrap_or(caller),
            unit: self.unit,
            line_kind: self.line_kind.unwrap_or(LineKind::Goods),
            quantity_step: self.quantity_step.unwrap_or(Quantity::ONE),
            weighed,
        }
    }
}

impl Example for NewProductBody {
    fn example() -> Self {
        Self {
            sku: example("GR02"),
            name: example("洋县黑米 食堂装"),
            category_code: "grain".to_owned(),
            producer_id: None,
            seller_id: None,
            origin_code: example("610723103"),
            unit: "袋".to_owned(),
            pack: "25kg".to_owned(),
            net_weight_kg: Grams::from_grams(25_000),
            shelf_life_days: Some(365),
            vat_class: VatClass::Vat9,
            line_kind: Some(LineKind::Goods),
            gtin: None,
            quantity_step: Some(Quantity::ONE),
            price_unit: None,
            content: None,
            tolerance_permille: 0,
            description: None,
            claims: vec![Claim::Gi],
            channels: vec![Channel::SchoolCanteen, Channel::HospitalCanteen],
        }
    }
}

/// A change of a product: what is left out or null stays. SKU, unit, step and seller never change; where one of them
/// is wrong, list another product and name it as the successor.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct ProductChangeBody {
    /// Name.
    pub name: Option<Name>,
    /// Code of its category.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub category_code: Option<String>,
    /// The town of Yang County it comes from.
    pub origin_code: Option<DivisionCode>,
    /// How it is packed.
    #[oai(validator(max_length = 120, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$"))]
    pub pack: Option<String>,
    /// Net weight of a unit in kilograms.
    pub net_weight_kg: Option<Grams>,
    /// How many days it keeps.
    #[oai(validator(minimum(value = "1"), maximum(value = "7300")))]
    pub shelf_life_days: Option<i32>,
    /// Treatment under VAT.
    pub vat_class: Option<VatClass>,
    /// By how many thousandths more than was shipped may be accepted.
    #[oai(validator(minimum(value = "0"), maximum(value = "200")))]
    pub tolerance_permille: Option<i32>,
    /// Bar code number.
    pub gtin: Option<Gtin>,
    /// Description.
    pub description: Option<FreeText>,
    /// Claims on its label: the whole list.
    #[oai(validator(max_items = 2))]
    pub claims: Option<Vec<Claim>>,
    /// The channels it is sold to: the whole list.
    #[oai(validator(min_items = 1, max_items = 13))]
    pub channels: Option<Vec<Channel>>,
}

impl From<ProductChangeBody> for Change {
    fn from(body: ProductChangeBody) -> Self {
        Self {
            name: body.name,
            category_code: body.category_code,
            origin_code: body.origin_code,
            pack: body.pack,
            net_weight: body.net_weight_kg,
            shelf_life_days: body.shelf_life_days,
            vat_class: body.vat_class,
            tolerance_permille: body.tolerance_permille,
            gtin: body.gtin,
            description: body.description,
            claims: body.claims,
            channels: body.channels,
        }
    }
}

impl Example for ProductChangeBody {
    fn example() -> Self {
        Self {
            pack: Some("25kg 编织袋".to_owned()),
            channels: Some(vec![Channel::SchoolCanteen, Channel::GovernmentCanteen]),
            ..Self::default()
        }
    }
}

/// Taking a product off the list.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct ArchiveProductBody {
    /// The product of the same seller that is sold instead.
    pub successor_id: Option<ProductId>,
}

impl Example for ArchiveProductBody {
    fn example() -> Self {
        Self {
            successor_id: Some(example("01933f2e-7c00-7a3b-9c41-5d2e8f60b174")),
        }
    }
}
