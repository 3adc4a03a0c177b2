//! Offers by sheet: one price for a product and an audience a row. Tiers have no column; they are given one by one.

use super::cells::{Cells, Measured, another_unit};
use super::new_thing::{Around, Made, Thing};
use crate::access::Actor;
use crate::catalogue::{Audience, MakeOffer, NewOffer, Product, headings, make_offer, queries};
use crate::http::fault::Fault;
use crate::journal::{Turn, TurnError, UseCase as _};
use crate::sheets::{Head, SheetRow, Wanted, same_unit};
use entity::{Channel, CivilDate, OrganisationId, OrganisationKind, Quantity, Role, Sku, UnitPrice};
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
pub(super) static COLUMNS: [Wanted; 9] = [
    column("货号 SKU", headings::SKU, true, false),
    column("单价 price", headings::PRICE, true, true),
    column("渠道 channel", &["渠道", "channel", "供应渠道"], false, false),
    column("单位类别 kind", &["单位类别", "kind", "采购单位类别"], false, false),
    column("采购单位 buyer", &["采购单位", "buyer", "buyer_id", "采购方", "买方"], false, false),
    column("起订量 minimum", &["起订量", "minimum", "最小起订量"], false, true),
    column("步长 step", &["步长", "step", "订货步长"], false, true),
    column(
        "开始日期 from_date",
        &["开始日期", "from_date", "起始日期", "生效日期", "执行日期"],
        false,
        false,
    ),
    column("截止日期 to_date", &["截止日期", "to_date", "结束日期", "有效期至"], false, false),
];
const SKU: usize = 0;
const PRICE: usize = 1;
const CHANNEL: usize = 2;
const KIND: usize = 3;
const BUYER: usize = 4;
const MINIMUM: usize = 5;
const STEP: usize = 6;
const FROM: usize = 7;
const TO: usize = 8;

/// A row of the sheet. Its product is looked up when it is checked.
#[derive(Clone, Debug)]
pub(super) struct OfferRow {
    pub(super) sku: Sku,
    pub(super) audience: Audience,
    pub(super) price: UnitPrice,
    pub(super) minimum: Option<Quantity>,
    pub(super) step: Option<Quantity>,
    pub(super) from: CivilDate,
    pub(super) to: Option<CivilDate>,
    /// Units that its figures are said to be in, by their columns.
    pub(super) units: Vec<(usize, String)>,
}

/// Reads a row; all its faults at once. Without a first day an offer holds from today on.
pub(super) fn read(head: &Head, row: &SheetRow, around: &Around) -> Result<OfferRow, Vec<Fault>> {
    let mut cells = Cells::of(head, row, &COLUMNS);
    let sku = cells.sku(SKU);
    let sku = cells.needed(SKU, sku);
    let price = cells.price(PRICE);
    let price = cells.needed(PRICE, price);
    let channel = cells.word(CHANNEL, Channel::ALL);
    let kind = cells.word(KIND, OrganisationKind::ALL);
    let buyer = buyer(&mut cells, around);
    let audience = match Audience::of(channel, kind, buyer) {
        Ok(audience) => Some(audience),
        Err(fault) => {
            cells.fault(fault);
            None
        }
    };
    let (minimum, step) = (cells.quantity(MINIMUM), cells.quantity(STEP));
    let units = units([
        (PRICE, unit_of(price.as_ref())),
        (MINIMUM, unit_of(minimum.as_ref())),
        (STEP, unit_of(step.as_ref())),
    ]);
    let (from, to) = (cells.day(FROM), cells.day(TO));
    let read = match (sku, price, audience) {
        (Some(sku), Some(price), Some(audience)) => Some(OfferRow {
            sku,
            audience,
            price: price.value,
            minimum: minimum.map(|minimum| minimum.value),
            step: step.map(|step| step.value),
            from: from.unwrap_or(around.today),
            to,
            units,
        }),
        _ => None,
    };
    cells.finish(read)
}

fn unit_of<T>(figure: Option<&Measured<T>>) -> Option<String> {
    figure?.unit.clone()
}

fn units(said: [(usize, Option<String>); 3]) -> Vec<(usize, String)> {
    said.into_iter().filter_map(|(column, unit)| Some((column, unit?))).collect()
}

fn buyer(cells: &mut Cells<'_>, around: &Around) -> Option<OrganisationId> {
    let text = cells.text(BUYER)?;
    let buys = |role: Role| matches!(role, Role::Buyer | Role::Retailer);
    let fits = around.organisations_called(text).filter(|one| buys(one.role())).map(|one| one.id);
    cells.one_of(BUYER, text, fits, Fault::of("does_not_buy"))
}

impl OfferRow {
    /// The product, if the actor may offer it: what others sell is not there.
    async fn product(&self, db: &impl ConnectionTrait, actor: &Actor) -> Result<Option<Product>, DbErr> {
        let found = queries::product_of_sku(db, self.sku.as_str()).await?;
        Ok(found.filter(|one| actor.role == Role::Operator || one.seller_id == actor.organisation))
    }

    fn new_offer(&self, product: &Product) -> NewOffer {
        NewOffer {
            product_id: product.id,
            audience: self.audience,
            price: self.price,
            tiers: Vec::new(),
            minimum: self.minimum,
            step: self.step,
            from: self.from,
            to: self.to,
        }
    }

    /// Figures in another unit than that of the product; a price is for what the product is paid by.
    fn other_units(&self, product: &Product) -> Vec<Fault> {
        let paid_by = product.weighed.as_ref().map_or(&product.unit, |weighed| &weighed.price_unit);
        let own = |column: usize| if column == PRICE { paid_by } else { &product.unit };
        let name = |column: usize| COLUMNS.get(column).map_or("", |column| column.name);
        let others = self.units.iter().filter(|(column, unit)| !same_unit(unit, own(*column)));
        others
            .map(|(column, unit)| another_unit(name(*column), unit, own(*column)))
            .collect()
    }

    fn unknown(&self) -> Fault {
        Fault::of("product_unknown").with("sku", &self.sku)
    }

    /// Whether both could not stand beside each other: a product and an audience have one price a day.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let days = |one: &Self| (one.from, one.to);
        self.sku == other.sku && self.audience == other.audience && crate::catalogue::overlap(days(self), days(other))
    }
}

/// Everything wrong with it as things are now.
pub(super) async fn faults_now(db: &impl ConnectionTrait, actor: &Actor, row: &OfferRow, today: CivilDate) -> Result<Vec<Fault>, DbErr> {
    let Some(product) = row.product(db, actor).await? else {
        return Ok(vec![row.unknown()]);
    };
    let mut faults = row.other_units(&product);
    faults.extend(
        make_offer::faults_now(db, actor, &row.new_offer(&product), (&product, today))
            .await?
            .into_vec(),
    );
    Ok(faults)
}

/// Makes it.
pub(super) async fn enter(turn: &mut Turn, actor: &Actor, row: &OfferRow) -> Result<Vec<Made>, TurnError> {
    let product = row.product(turn.tx(), actor).await?.ok_or_else(|| row.unknown())?;
    let others = row.other_units(&product);
    if !others.is_empty() {
        return Err(TurnError::Refused(others.into()));
    }
    let make = MakeOffer {
        actor: actor.clone(),
        new: row.new_offer(&product),
    };
    let offer = make.run(turn).await?;
    Ok(vec![Made::of(Thing::Offer, offer.id.uuid())])
}
