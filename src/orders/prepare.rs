//! Preparing an order outside the turn: look up, check every rule, price every line. Pure, and all faults at once.

use super::agreed::{Agreed, AsQuoted, Draw, unknown};
use super::freight::add_freight;
use super::new_order::{MOST_LINES, NewOrder};
use super::price_line::{PreparedLine, Prices, line_for};
use crate::catalogue::{Asker, Goods};
use crate::http::fault::{Fault, Faults, Refusal};
use crate::organisations::kind::mode_of;
use crate::organisations::{Parties, Party, Site};
use entity::{Channel, CivilDate, DepartmentId, FundSource, LineKind, Mode, Money, OrganisationId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The earliest day of delivery, days from today.
pub const SOONEST_DELIVERY_DAYS: i64 = 1;
/// The last day of delivery, days from today.
pub const LATEST_DELIVERY_DAYS: i64 = 400;

/// What is asked of one supplier.
#[derive(Clone, Debug)]
pub struct PreparedOrder {
    /// The supplier.
    pub supplier: Arc<Party>,
    /// Its lines.
    pub lines: Vec<PreparedLine>,
    /// Their sum.
    pub amount: Money,
}

impl PreparedOrder {
    /// The sum of the lines of this kind.
    fn amount_of(&self, kind: LineKind) -> Money {
        let lines = self.lines.iter().filter(|line| line.good.line_kind == kind);
        // 2,000 lines of at most 10^11 fen fit 64 bits with room to spare.
        Money::checked_total(lines.map(|line| line.amount)).unwrap_or(Money::ZERO)
    }

    /// The value of its goods: no freight, no service, no deposit.
    #[must_use]
    pub fn goods_amount(&self) -> Money {
        self.amount_of(LineKind::Goods)
    }

    /// Its freight.
    #[must_use]
    pub fn freight_amount(&self) -> Money {
        self.amount_of(LineKind::Freight)
    }
}

/// A request that broke no rule at the moment named by `seq`.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What was looked up is as of this number: when the register has moved on, the request is prepared again.
    pub seq: i64,
    /// Who buys.
    pub buyer: Arc<Party>,
    /// The buyer's town today.
    pub town_code: String,
    /// The buyer's department today.
    pub department: Option<DepartmentId>,
    /// The channel.
    pub channel: Channel,
    /// Where the money comes from.
    pub fund_source: FundSource,
    /// Used up or sold on.
    pub mode: Mode,
    /// Where to deliver: the site as it is now.
    pub site: Option<Arc<Site>>,
    /// One order for each supplier, in the order in which the request first names them.
    pub orders: Vec<PreparedOrder>,
    /// What it takes from the agreement that gives its prices.
    pub draw: Option<Draw>,
}

/// Checks a request against what is known and prices it; by what is agreed, where it names an agreement.
pub fn prepare(
    asked: &NewOrder,
    buyer: OrganisationId,
    (parties, goods): (&Parties, &Goods),
    agreed: Option<&Agreed>,
    today: CivilDate,
) -> Result<Prepared, Refusal> {
    let buyer = parties
        .organisation(buyer)
        .filter(|party| !party.archived)
        .ok_or_else(|| Fault::of("buyer_unknown"))?;
    let mut faults = Faults::new();
    let membership = faults.take(buyer.membership_on(today).ok_or_else(|| Fault::of("buyer_without_town")));
    let channel = faults.take(buyer.channel(asked.channel));
    let fund_source = faults.take(buyer.fund_source(asked.fund_source));
    let site = faults.take(site_for(asked, buyer, parties));
    check_delivery(asked.deliver_on, today, &mut faults);
    check_line_count(asked, &mut faults);
    let agreed = faults.take(agreed_for(asked, buyer.id, agreed, today)).flatten();
    let prices = prices_for(asked, buyer, channel, agreed);
    let mut lines = Vec::with_capacity(asked.lines.len());
    for (at, line) in asked.lines.iter().take(MOST_LINES).enumerate() {
        match line_for(at, line, &prices, goods, today) {
            Ok(line) => lines.extend(line),
            Err(of_line) => faults.absorb(&format!("/lines/{at}"), of_line),
        }
    }
    let mut orders = by_supplier(lines, parties, &mut faults);
    let quoted = agreed.and_then(|agreed| agreed.as_quoted.as_ref());
    if let Some(quoted) = quoted {
        quoted.check(asked, channel, &orders, &mut faults);
    }
    check_terms(&orders, (asked.deliver_on, today), goods, quoted, &mut faults);
    if faults.is_empty() {
        add_freight(&mut orders, goods, agreed, &mut faults);
    }
    let draw = agreed.map(|agreed| agreed.draw(&orders, &mut faults));
    let seq = parties.seq.min(goods.seq);
    match (membership, channel, fund_source, site) {
        (Some(membership), Some(channel), Some(fund_source), Some(site)) if faults.is_empty() => Ok(Prepared {
            seq,
            buyer: Arc::clone(buyer),
            town_code: membership.town_code.clone(),
            department: membership.department_id,
            channel,
            fund_source,
            mode: mode_of(buyer.kind),
            site,
            orders,
            draw,
        }),
        _ => Err(Refusal::Faults(faults.into_vec())),
    }
}

/// The agreement that the request names, if it may be ordered by.
fn agreed_for<'a>(
    asked: &NewOrder,
    buyer: OrganisationId,
    agreed: Option<&'a Agreed>,
    today: CivilDate,
) -> Result<Option<&'a Agreed>, Fault> {
    let Some(by) = asked.by else { return Ok(None) };
    let agreed = agreed.filter(|agreed| agreed.by == by).ok_or_else(|| unknown(by))?;
    agreed.check(buyer, today).map(|()| Some(agreed))
}

fn prices_for<'a>(asked: &NewOrder, buyer: &Party, channel: Option<Channel>, agreed: Option<&'a Agreed>) -> Prices<'a> {
    match (channel, asked.by, agreed) {
        (Some(channel), None, _) => Prices::Offers(Asker {
            buyer: buyer.id,
            kind: buyer.kind,
            channel,
        }),
        (Some(channel), Some(_), Some(agreed)) => Prices::Agreed(channel, agreed),
        (None, ..) | (_, Some(_), None) => Prices::Unknown,
    }
}

/// The site asked for must be the buyer's own; somebody else's is as unknown as one that never was.
fn site_for(asked: &NewOrder, buyer: &Party, parties: &Parties) -> Result<Option<Arc<Site>>, Fault> {
    match asked.site {
        None => Ok(buyer.default_site_id.and_then(|id| parties.site(id)).map(Arc::clone)),
        Some(id) => match parties.site(id) {
            Some(site) if site.organisation_id == buyer.id && !site.archived => Ok(Some(Arc::clone(site))),
            _ => Err(Fault::of("site_unknown").at("/site_id")),
        },
    }
}

fn check_delivery(deliver_on: CivilDate, today: CivilDate, faults: &mut Faults) {
    let days = deliver_on.days_since(today);
    faults.check((SOONEST_DELIVERY_DAYS..=LATEST_DELIVERY_DAYS).contains(&days), || {
        let soonest = today.checked_add_days(SOONEST_DELIVERY_DAYS).unwrap_or(today);
        let latest = today.checked_add_days(LATEST_DELIVERY_DAYS).unwrap_or(CivilDate::MAX);
        Fault::of("delivery_day")
            .at("/deliver_on")
            .with("soonest", soonest)
            .with("latest", latest)
    });
}

fn check_line_count(asked: &NewOrder, faults: &mut Faults) {
    faults.check(!asked.lines.is_empty() && asked.lines.len() <= MOST_LINES, || {
        Fault::of("line_count").at("/lines").with("most", MOST_LINES)
    });
}

/// What each supplier asks of an order. Amounts are known only where no line was refused. An order by a quote has the value
/// it was quoted for, and where its supplier has promised a day, the day is settled too.
fn check_terms(
    orders: &[PreparedOrder],
    (deliver_on, today): (CivilDate, CivilDate),
    goods: &Goods,
    quoted: Option<&AsQuoted>,
    faults: &mut Faults,
) {
    let all_lines = faults.is_empty() && quoted.is_none();
    let promised = quoted.is_some_and(|quoted| quoted.promised_on.is_some());
    for order in orders {
        let terms = goods.terms(order.supplier.id);
        let lead = deliver_on.days_since(today);
        faults.check(
            promised || lead < SOONEST_DELIVERY_DAYS || lead >= i64::from(terms.lead_days),
            || {
                let fault = Fault::of("lead_days").at("/deliver_on").with("supplier", &order.supplier.name);
                fault.with("days", terms.lead_days).with("earliest", terms.earliest(today))
            },
        );
        faults.check(promised || terms.delivers_on(deliver_on), || {
            let fault = Fault::of("no_delivery_that_day").at("/deliver_on");
            let earliest = terms.earliest(today);
            fault.with("supplier", &order.supplier.name).with("earliest", earliest)
        });
        let amount = order.goods_amount();
        faults.check(!all_lines || amount >= terms.minimum_order, || {
            let fault = Fault::of("minimum_order").at("/lines").with("supplier", &order.supplier.name);
            fault.with("minimum", terms.minimum_order).with("amount", amount)
        });
    }
}

fn by_supplier(lines: Vec<PreparedLine>, parties: &Parties, faults: &mut Faults) -> Vec<PreparedOrder> {
    let mut places: BTreeMap<OrganisationId, usize> = BTreeMap::new();
    let mut orders: Vec<PreparedOrder> = Vec::new();
    for line in lines {
        let seller = line.good.seller_id;
        let Some(supplier) = parties.organisation(seller).filter(|party| !party.archived) else {
            let at = format!("/lines/{}/sku", line.asked_at);
            faults.push(Fault::of("supplier_gone").at(at).with("sku", &line.good.sku));
            continue;
        };
        let at = *places.entry(seller).or_insert_with(|| {
            orders.push(PreparedOrder {
                supplier: Arc::clone(supplier),
                lines: Vec::new(),
                amount: Money::ZERO,
            });
            orders.len() - 1
        });
        if let Some(order) = orders.get_mut(at) {
            // 2,000 lines of at most 10^11 fen fit 64 bits with room to spare.
            order.amount = order.amount.checked_add(line.amount).unwrap_or(order.amount);
            order.lines.push(line);
        }
    }
    orders
}
