//! What some of them agree on apart from the prices for all, on the evening of the last day: a framework contract that
//! is drawn on and one that waits for the hospital's word, an inquiry that was decided and ordered by and one that waits
//! for its answers, and freight as a line of its own.

use super::data::parse;
use super::goods::Item;
use super::life::{later, whole};
use super::parties::{Member, Parties};
use super::{run, together};
use crate::app::App;
use crate::catalogue::{Freight, ListProduct, NewProduct, SetTerms, TermsChange, Traits};
use crate::contracts::{Action, Contract, ContractGood, DraftContract, StepContract, Terms, buyers_of};
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::orders::{Agreement, NewLine, NewOrder, OrderDesk};
use crate::quotes::{Answer, AnswerInquiry, AnswerLine, AskSuppliers, ChooseQuote, NewInquiry, QuoteDesk, Wanted};
use entity::{
    CivilDate, ContractFreight, FreeText, InquiryId, LineKind, Money, OnShort, OrganisationId, OrganisationKind, ProductId, Quantity,
    QuoteId, VatClass,
};

/// Who answers the inquiry that is decided: the goods, bags, yuan a bag, and freight where it is charged apart.
const ANSWERS: [(&str, i64, &str, Option<&str>); 3] = [
    ("GR02", 20, "198.00", None),
    ("GR08", 20, "126.00", Some("60.00")),
    ("GR07", 50, "105.00", None),
];
/// Which of them is chosen, and why: it is not the cheapest.
const CHOSEN: usize = 0;
const WHY: &str = "食谱要用黑米，籼米和香米不能代替";
/// The line of freight is of this.
const FREIGHT_SKU: &str = "YF01";

/// Who agrees, with what they need for it.
struct Table<'a> {
    desk: &'a Desk,
    orders: &'a OrderDesk,
    quotes: &'a QuoteDesk,
    parties: &'a Parties,
    items: &'a [Item],
    day: CivilDate,
}

/// Lets them agree on that day.
pub(super) async fn agree(
    app: &App,
    desk: &Desk,
    orders: &OrderDesk,
    (parties, items): (&Parties, &[Item]),
    day: CivilDate,
) -> Result<(), Refusal> {
    app.shelf.refresh(&desk.db).await?;
    let quotes = &QuoteDesk::new(desk.clone(), app.register.clone(), app.shelf.clone());
    let table = Table {
        desk,
        orders,
        quotes,
        parties,
        items,
        day,
    };
    table.all().await
}

impl Table<'_> {
    async fn all(&self) -> Result<(), Refusal> {
        let school = self.buyer(OrganisationKind::School)?;
        let hospital = self.buyer(OrganisationKind::Hospital)?;
        self.charge_freight("GR08").await?;
        let contract = self.propose(school, "KJ-2026-01", "198.00").await?;
        let accepted = self.step(school, &contract, Action::Accept).await?;
        self.order(school, Agreement::Contract(accepted.id), &[("GR02", 10)]).await?;
        self.propose(hospital, "KJ-2026-02", "200.00").await?;
        let (inquiry, quotes) = self.inquire(school).await?;
        let chosen = quotes.get(CHOSEN).copied().ok_or_else(|| Refusal::broken("nobody answered"))?;
        let choice = ChooseQuote {
            actor: school.actor.clone(),
            inquiry,
            quote: chosen,
            reason: Some(WHY.to_owned()),
        };
        run(self.desk, choice).await?;
        self.order(school, Agreement::Quote(chosen), &[("GR02", 20)]).await?;
        self.ask(hospital, "清明、端午用黑米").await?;
        Ok(())
    }

    fn buyer(&self, kind: OrganisationKind) -> Result<&Member, Refusal> {
        let found = self.parties.of_kind(kind).map(|buyer| &buyer.member);
        found.ok_or_else(|| Refusal::broken(format!("the demo has no {kind}")))
    }

    fn seller_of(&self, sku: &str) -> Result<&Member, Refusal> {
        let found = self.parties.seller_of(sku).map(|seller| &seller.member);
        found.ok_or_else(|| Refusal::broken(format!("nobody sells {sku}")))
    }

    fn product(&self, sku: &str) -> Result<ProductId, Refusal> {
        let found = self.items.iter().find(|item| item.sku.as_str() == sku).map(|item| item.id);
        found.ok_or_else(|| Refusal::broken(format!("there is no {sku}")))
    }

    /// Whoever sells these goods takes a fee for small orders from now on.
    async fn charge_freight(&self, sku: &str) -> Result<(), Refusal> {
        let seller = self.seller_of(sku)?;
        let new = NewProduct {
            sku: parse(FREIGHT_SKU)?,
            traits: Traits {
                name: parse("运费")?,
                category_code: "freight".to_owned(),
                origin_code: parse("610723104")?,
                pack: "一单".to_owned(),
                net_weight: None,
                shelf_life_days: None,
                vat_class: VatClass::Vat9,
                tolerance_permille: 0,
                gtin: None,
                description: FreeText::default(),
                claims: Vec::new(),
                channels: self
                    .items
                    .iter()
                    .find(|item| item.sku.as_str() == sku)
                    .map(|item| item.channels.clone())
                    .unwrap_or_default(),
            },
            producer_id: None,
            seller_id: seller.party.id,
            unit: "单".to_owned(),
            line_kind: LineKind::Freight,
            quantity_step: Quantity::ONE,
            weighed: None,
        };
        let actor = seller.actor.clone();
        let product = run(self.desk, ListProduct { actor, new }).await?;
        let freight = Freight {
            product: product.id,
            fee: parse("60.00")?,
            free_from: Some(parse("1000.00")?),
        };
        let terms = SetTerms {
            actor: seller.actor.clone(),
            supplier: seller.party.id,
            version: 1,
            change: TermsChange {
                freight: Some(Some(freight)),
                ..TermsChange::default()
            },
        };
        run(self.desk, terms).await?;
        Ok(())
    }

    /// Whoever sells the black rice of the canteens writes a contract and puts it before the buyer.
    async fn propose(&self, buyer: &Member, contract_no: &str, price: &str) -> Result<Contract, Refusal> {
        let seller = self.seller_of("GR02")?;
        let terms = Terms {
            from: self.day,
            to: later(self.day, 365),
            cap: parse("50000.00")?,
            freight: ContractFreight::Included,
            freight_fee: None,
            other_buyers: Vec::new(),
            goods: vec![ContractGood {
                product: self.product("GR02")?,
                price: parse(price)?,
                least: None,
                step: None,
                most: Some(whole(250)),
                drawn: Quantity::ZERO,
            }],
        };
        let draft = DraftContract {
            actor: seller.actor.clone(),
            contract_no: contract_no.to_owned(),
            supplier: seller.party.id,
            buyer: buyer.party.id,
            buyers: buyers_of(&terms, buyer.party.id, &*self.quotes.parties().await?, self.day),
            terms,
        };
        let drafted = run(self.desk, draft).await?;
        self.step(seller, &drafted, Action::Propose).await
    }

    async fn step(&self, by: &Member, contract: &Contract, action: Action) -> Result<Contract, Refusal> {
        let step = StepContract {
            actor: by.actor.clone(),
            id: contract.id,
            version: contract.version,
            action,
            reason: None,
            note: None,
        };
        run(self.desk, step).await
    }

    async fn order(&self, buyer: &Member, by: Agreement, lines: &[(&str, i64)]) -> Result<(), Refusal> {
        let line = |(sku, units): &(&str, i64)| {
            Ok(NewLine {
                sku: parse(sku)?,
                quantity: whole(*units),
            })
        };
        let asked = NewOrder {
            external_order_no: None,
            channel: None,
            fund_source: None,
            site: None,
            on_short: OnShort::Close,
            by: Some(by),
            deliver_on: later(self.day, 8),
            note: None,
            lines: lines.iter().map(line).collect::<Result<_, Refusal>>()?,
        };
        self.orders.place(buyer.actor.clone(), asked, None).await?;
        Ok(())
    }

    /// The school asks three suppliers, and each answers with goods of its own.
    async fn inquire(&self, buyer: &Member) -> Result<(InquiryId, Vec<QuoteId>), Refusal> {
        let inquiry = self.ask(buyer, "食堂用米，25 kg 装").await?;
        let goods = self.quotes.goods().await?;
        let answers = ANSWERS.map(|(sku, bags, price, freight)| {
            let goods = goods.clone();
            async move {
                let answer = Answer {
                    lines: vec![AnswerLine {
                        line_no: 1,
                        sku: sku.to_owned(),
                        quantity: whole(bags),
                        price: parse(price)?,
                    }],
                    freight: freight.map_or(Ok(Money::ZERO), parse)?,
                    freight_sku: freight.map(|_| FREIGHT_SKU.to_owned()),
                    deliver_on: later(self.day, 8),
                    valid_until: later(self.day, 30),
                    note: None,
                };
                let actor = self.seller_of(sku)?.actor.clone();
                let answer = AnswerInquiry {
                    actor,
                    inquiry,
                    answer,
                    goods,
                };
                run(self.desk, answer).await
            }
        });
        Ok((inquiry, together(answers).await?))
    }

    async fn ask(&self, buyer: &Member, wanted: &str) -> Result<InquiryId, Refusal> {
        let suppliers = ANSWERS.iter().map(|(sku, ..)| Ok(self.seller_of(sku)?.party.id));
        let ask = AskSuppliers {
            actor: buyer.actor.clone(),
            new: NewInquiry {
                channel: None,
                deliver_by: later(self.day, 15),
                answer_by: later(self.day, 5),
                open_when_answered: true,
                suppliers: suppliers.collect::<Result<Vec<OrganisationId>, Refusal>>()?,
                lines: vec![Wanted {
                    wanted: wanted.to_owned(),
                    category_code: Some("grain".to_owned()),
                    quantity: whole(500),
                    unit: "kg".to_owned(),
                    spec: None,
                }],
                note: None,
            },
            parties: self.quotes.parties().await?,
            goods: self.quotes.goods().await?,
        };
        run(self.desk, ask).await
    }
}
