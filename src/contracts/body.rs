//! Contracts on the wire.

use super::contract::{Contract, ContractGood, Terms};
use crate::catalogue::{Goods, example};
use crate::organisations::Parties;
use chrono::{DateTime, Utc};
use entity::{
    CivilDate, ContractFreight, ContractId, ContractState, ExternalNo, FreeText, Money, OrganisationId, ProductId, Quantity,
    TerminationReason, UnitPrice,
};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// A party to a contract.
#[derive(Clone, Debug, Object)]
pub struct ContractPartyBody {
    /// Id.
    pub id: OrganisationId,
    /// Name.
    #[oai(validator(max_length = 120))]
    pub name: String,
}

/// What is agreed for one of the goods, to be written.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct NewContractGoodBody {
    /// The product, one of the supplier's.
    pub product_id: ProductId,
    /// Price of a unit in yuan, tax included; of weighed goods, of a price unit.
    pub price: UnitPrice,
    /// The least quantity of an order line.
    pub least: Option<Quantity>,
    /// An order line is a whole number of this.
    pub step: Option<Quantity>,
    /// The most that may be ordered in all.
    pub most: Option<Quantity>,
}

/// A contract to be written. The other side does not see it before it is proposed.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewContractBody {
    /// The number people use; one of a kind among those you write with this supplier and, once it is proposed, between
    /// the two sides.
    pub contract_no: ExternalNo,
    /// The supplier; left out by a supplier, itself.
    pub supplier_id: Option<OrganisationId>,
    /// The buyer who signs; left out by a buyer, itself.
    pub buyer_id: Option<OrganisationId>,
    /// Who may order by it besides.
    #[oai(validator(max_items = 199))]
    pub other_buyer_ids: Option<Vec<OrganisationId>>,
    /// The first day on which orders may be placed by it.
    pub from_date: CivilDate,
    /// The last one, itself included; at most five years later.
    pub to_date: CivilDate,
    /// How much may be ordered by it, in yuan.
    pub cap: Money,
    /// What it says about freight; left out, the supplier's terms hold.
    pub freight: Option<ContractFreight>,
    /// The supplier's product of freight, where a fee is agreed.
    pub freight_product_id: Option<ProductId>,
    /// The fee of an order, in yuan.
    pub freight_fee: Option<Money>,
    /// The goods, each once.
    #[oai(validator(min_items = 1, max_items = 500))]
    pub goods: Vec<NewContractGoodBody>,
}

impl Example for NewContractBody {
    fn example() -> Self {
        Self {
            contract_no: example("KJ-2026-07"),
            supplier_id: None,
            buyer_id: Some(example("01933f2e-7c00-7a3b-9c41-5d2e8f60b174")),
            other_buyer_ids: None,
            from_date: example("2026-12-01"),
            to_date: example("2027-06-30"),
            cap: example("80000.00"),
            freight: Some(ContractFreight::Included),
            freight_product_id: None,
            freight_fee: None,
            goods: vec![NewContractGoodBody {
                product_id: example("01933f2e-7c00-7a3b-9c41-5d2e8f60b175"),
                price: example("198.00"),
                least: Some(Quantity::ONE),
                step: None,
                most: None,
            }],
        }
    }
}

/// What is to change in a contract that is not proposed yet; what is left out stays, lists are given whole.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct ContractChangeBody {
    /// The number people use.
    pub contract_no: Option<ExternalNo>,
    /// Who may order by it besides the one who signs.
    #[oai(validator(max_items = 199))]
    pub other_buyer_ids: Option<Vec<OrganisationId>>,
    /// The first day.
    pub from_date: Option<CivilDate>,
    /// The last day.
    pub to_date: Option<CivilDate>,
    /// How much may be ordered by it, in yuan.
    pub cap: Option<Money>,
    /// What it says about freight, with its product and fee where one is agreed.
    pub freight: Option<ContractFreight>,
    /// The supplier's product of freight.
    pub freight_product_id: Option<ProductId>,
    /// The fee of an order, in yuan.
    pub freight_fee: Option<Money>,
    /// The goods.
    #[oai(validator(min_items = 1, max_items = 500))]
    pub goods: Option<Vec<NewContractGoodBody>>,
}

impl Example for ContractChangeBody {
    fn example() -> Self {
        Self {
            contract_no: None,
            other_buyer_ids: None,
            from_date: None,
            to_date: Some(example("2027-07-31")),
            cap: Some(example("90000.00")),
            freight: None,
            freight_product_id: None,
            freight_fee: None,
            goods: None,
        }
    }
}

/// Why a contract is given up.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct TerminateContractBody {
    /// As a code.
    pub reason: TerminationReason,
    /// In own words; kept beside the journal.
    pub note: Option<FreeText>,
}

impl Example for TerminateContractBody {
    fn example() -> Self {
        Self {
            reason: TerminationReason::MutualAgreement,
            note: None,
        }
    }
}

/// What is agreed for one of the goods.
#[derive(Clone, Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ContractGoodBody {
    /// The product.
    pub product_id: ProductId,
    /// SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Name.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Unit the quantities are in.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// Price.
    pub price: UnitPrice,
    /// The least quantity of an order line.
    pub least: Option<Quantity>,
    /// An order line is a whole number of this.
    pub step: Option<Quantity>,
    /// The most that may be ordered in all.
    pub most: Option<Quantity>,
    /// What is ordered of it now.
    pub drawn: Quantity,
}

/// A framework contract.
#[derive(Clone, Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ContractBody {
    /// Its id.
    pub contract_id: ContractId,
    /// The number people use.
    #[oai(validator(max_length = 64))]
    pub contract_no: String,
    /// State.
    pub status: ContractState,
    /// Whether its last day is over.
    pub expired: bool,
    /// Who sells by it.
    pub supplier: ContractPartyBody,
    /// Who signs for the buyers.
    pub buyer: ContractPartyBody,
    /// Who may order by it, the one who signs among them.
    #[oai(validator(max_items = 200))]
    pub buyers: Vec<ContractPartyBody>,
    /// Which side wrote it.
    pub drafted_by: OrganisationId,
    /// The first day on which orders may be placed by it.
    pub from_date: CivilDate,
    /// The last one, itself included.
    pub to_date: CivilDate,
    /// How much may be ordered by it, in yuan.
    pub cap: Money,
    /// What is ordered by it now: cancelled, declined and short-closed orders give back.
    pub drawn: Money,
    /// What may still be ordered.
    pub left: Money,
    /// What it says about freight.
    pub freight: ContractFreight,
    /// The product of freight, where a fee is agreed.
    pub freight_product_id: Option<ProductId>,
    /// The fee of an order.
    pub freight_fee: Option<Money>,
    /// The goods.
    #[oai(validator(max_items = 500))]
    pub goods: Vec<ContractGoodBody>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Since when it is in force.
    pub in_force_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it was given up.
    pub ended_reason: Option<TerminationReason>,
    /// Row version, as in `ETag`.
    #[oai(validator(minimum(value = "1")))]
    pub version: i64,
}

crate::page! {
    /// Contracts, a page at a time.
    ContractPage of ContractBody
}

impl ContractBody {
    pub(super) fn of(contract: Contract, parties: &Parties, goods: &Goods, today: CivilDate) -> Self {
        let party = |id: OrganisationId| ContractPartyBody {
            id,
            name: parties.organisation(id).map(|party| party.name.clone()).unwrap_or_default(),
        };
        let good = |good: &ContractGood| {
            let known = goods.product(good.product);
            let text = |of: fn(&crate::catalogue::Good) -> &String| known.map(|one| of(one).clone()).unwrap_or_default();
            ContractGoodBody {
                product_id: good.product,
                sku: text(|one| &one.sku),
                name: text(|one| &one.name),
                unit: text(|one| &one.unit),
                price: good.price,
                least: good.least,
                step: good.step,
                most: good.most,
                drawn: good.drawn,
            }
        };
        Self {
            contract_id: contract.id,
            status: contract.state,
            expired: contract.is_over(today),
            supplier: party(contract.supplier_id),
            buyer: party(contract.buyer_id),
            buyers: contract.buyers.iter().map(|buyer| party(buyer.id)).collect(),
            drafted_by: contract.drafted_by,
            from_date: contract.terms.from,
            to_date: contract.terms.to,
            cap: contract.terms.cap,
            drawn: contract.drawn,
            left: contract.left(),
            freight: contract.terms.freight,
            freight_product_id: contract.terms.freight_fee.map(|(product, _)| product),
            freight_fee: contract.terms.freight_fee.map(|(_, fee)| fee),
            goods: contract.terms.goods.iter().map(good).collect(),
            created_at: contract.created_at,
            in_force_at: contract.in_force_at,
            ended_at: contract.ended_at,
            ended_reason: contract.ended_reason.and_then(|code| code.parse().ok()),
            contract_no: contract.contract_no,
            version: contract.version,
        }
    }
}

impl From<NewContractGoodBody> for ContractGood {
    fn from(body: NewContractGoodBody) -> Self {
        Self {
            product: body.product_id,
            price: body.price,
            least: body.least,
            step: body.step,
            most: body.most,
            drawn: Quantity::ZERO,
        }
    }
}

impl NewContractBody {
    /// The terms it says.
    pub(super) fn terms(self) -> Terms {
        Terms {
            from: self.from_date,
            to: self.to_date,
            cap: self.cap,
            freight: self.freight.unwrap_or(ContractFreight::Terms),
            freight_fee: self.freight_product_id.zip(self.freight_fee),
            other_buyers: self.other_buyer_ids.unwrap_or_default(),
            goods: self.goods.into_iter().map(Into::into).collect(),
        }
    }
}

impl ContractChangeBody {
    /// The terms after the change.
    pub(super) fn over(self, before: Terms) -> Terms {
        // Freight is said whole, where it is said.
        let freight_fee = match self.freight {
            None => before.freight_fee,
            Some(_) => self.freight_product_id.zip(self.freight_fee),
        };
        Terms {
            from: self.from_date.unwrap_or(before.from),
            to: self.to_date.unwrap_or(before.to),
            cap: self.cap.unwrap_or(before.cap),
            freight: self.freight.unwrap_or(before.freight),
            freight_fee,
            other_buyers: self.other_buyer_ids.unwrap_or(before.other_buyers),
            goods: self.goods.map_or(before.goods, |goods| goods.into_iter().map(Into::into).collect()),
        }
    }
}
