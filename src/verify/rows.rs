//! What the trade's own rows say was ordered, shipped, accepted and returned: no fact, no cell.
//!
//! Amounts are made anew: price × cumulative quantity, rounded half away from zero, the difference to the one before.
//! The order of a line's rows is that of their ids, which sort by the time they were recorded.

/// Fen of so many thousandths at a price in 1/10,000 yuan.
pub(super) fn amount(price: &str, quantity: &str) -> String {
    format!("(({price} * ({quantity}) + 50000) / 100000)")
}

/// Grams of so many thousandths; null for goods without weight.
fn weight(grams: &str, quantity: &str) -> String {
    format!("((({quantity}) * {grams} + 500) / 1000)")
}

/// Units of a line in what its price is for.
pub(super) fn priced(units: &str) -> String {
    format!("(CASE WHEN l.content IS NULL THEN {units} ELSE ({units}) * l.content / 1000 END)")
}

/// The columns that every row of the trade has, given where its parties stand. Whoever runs these rows puts a
/// `parties` before them: the orders or the returns, with the numbers of their parties' words.
fn dimensions(parties: &str, goods: &str) -> String {
    format!(
        "{parties}.mode, {parties}.town, {parties}.department, {parties}.channel, {parties}.fund_source, {parties}.buyer, \
         {parties}.supplier, {goods}.category_code, {goods}.origin_code, {goods}.product_id"
    )
}

/// A sum over the rows of a line so far; PostgreSQL adds 64 bits as NUMERIC.
fn so_far(what: &str, partition: &str, order: &str) -> String {
    format!("CAST(SUM({what}) OVER (PARTITION BY {partition} ORDER BY {order} ROWS UNBOUNDED PRECEDING) AS bigint)")
}

/// Booked, and where it was undone taken back as well: the cell is there, with nothing in it.
const SIGNS: &str = "(SELECT 1 AS sign UNION ALL SELECT -1) k";

/// Ordered: when placed; less what was closed short; taken back when the order was cancelled or declined.
fn ordered() -> String {
    let d = dimensions("o", "l");
    let line = "parties o JOIN order_lines l ON l.order_id = o.id";
    let all = priced("l.quantity");
    let (high, low) = (priced("l.quantity - c.after + c.units"), priced("l.quantity - c.after"));
    let rest = priced("l.quantity - COALESCE(c.units, 0)");
    let after = so_far("x.units", "x.order_line_id", "x.seq");
    format!(
        "SELECT o.placed_on AS day, {d}, {a} AS amount, {all} AS quantity, {w} AS weight, 1 AS lines FROM {line} \
         UNION ALL SELECT c.closed_on, {d}, {a_low} - {a_high}, {low} - {high}, {w_low} - {w_high}, \
         CASE WHEN c.after = l.quantity THEN -1 ELSE 0 END FROM {line} \
         JOIN (SELECT x.order_line_id, x.closed_on, x.units, {after} AS after FROM line_closes x) c ON c.order_line_id = l.id \
         UNION ALL SELECT o.ended_on, {d}, -{a_rest}, -{rest}, -{w_rest}, CASE WHEN {rest} > 0 THEN -1 ELSE 0 END FROM {line} \
         LEFT JOIN (SELECT x.order_line_id, CAST(SUM(x.units) AS bigint) AS units FROM line_closes x GROUP BY x.order_line_id) c \
         ON c.order_line_id = l.id WHERE o.state IN ('cancelled','declined')",
        a = amount("l.price", &all),
        w = weight("l.net_weight_grams", &all),
        a_low = amount("l.price", &low),
        a_high = amount("l.price", &high),
        w_low = weight("l.net_weight_grams", &low),
        w_high = weight("l.net_weight_grams", &high),
        a_rest = amount("l.price", &rest),
        w_rest = weight("l.net_weight_grams", &rest),
    )
}

/// Shipped or accepted: rows of `table`, whose things stand in `of`.
fn moved(table: &str, of: &str, key: &str, day: &str) -> String {
    let d = dimensions("o", "l");
    let cumulative = so_far("m.quantity", "m.order_line_id", &format!("m.{key}, m.no"));
    let before = "x.after - x.quantity";
    format!(
        "SELECT t.{day} AS day, {d}, k.sign * ({a} - {a_before}) AS amount, k.sign * x.quantity AS quantity, \
         k.sign * ({w} - {w_before}) AS weight, CASE WHEN x.after = x.quantity THEN k.sign ELSE 0 END AS lines \
         FROM (SELECT m.{key}, m.no, m.order_line_id, m.quantity, {cumulative} AS after FROM {table} m WHERE m.quantity > 0) x \
         JOIN {of} t ON t.id = x.{key} JOIN parties o ON o.id = t.order_id JOIN order_lines l ON l.order_id = o.id AND l.id = x.order_line_id \
         JOIN {SIGNS} ON k.sign = 1 OR t.undone_at IS NOT NULL",
        a = amount("l.price", "x.after"),
        a_before = amount("l.price", before),
        w = weight("l.net_weight_grams", "x.after"),
        w_before = weight("l.net_weight_grams", before),
    )
}

/// Returned: at the line's price by its position, or at a price of the credit note's own, each by itself.
fn returned() -> String {
    let d = dimensions("t", "x");
    let cumulative = so_far("m.quantity", "m.order_line_id, m.own_price", "m.return_id, m.no");
    let before = "x.after - x.quantity";
    format!(
        "SELECT t.returned_on AS day, {d}, \
         k.sign * CASE WHEN x.own_price THEN {own} ELSE {a} - {a_before} END AS amount, k.sign * x.quantity AS quantity, \
         k.sign * CASE WHEN x.own_price THEN {w_own} ELSE {w} - {w_before} END AS weight, k.sign AS lines \
         FROM (SELECT m.*, {cumulative} AS after FROM return_lines m) x JOIN parties t ON t.id = x.return_id \
         JOIN {SIGNS} ON k.sign = 1 OR t.undone_at IS NOT NULL",
        own = amount("x.price", "x.quantity"),
        a = amount("x.price", "x.after"),
        a_before = amount("x.price", before),
        w_own = weight("x.net_weight_grams", "x.quantity"),
        w = weight("x.net_weight_grams", "x.after"),
        w_before = weight("x.net_weight_grams", before),
    )
}

/// A measure that rows of the trade tell.
pub(super) struct Measure {
    /// Its number in cells.
    pub(super) number: i16,
    /// What it is counted from, in words.
    pub(super) way: &'static str,
    /// The table where its parties stand, and the columns of it that the rows need.
    pub(super) parties: (&'static str, &'static str),
    /// Its rows.
    pub(super) rows: String,
}

/// All of them.
pub(super) fn measures() -> [Measure; 4] {
    let by_orders = |number, way, rows| Measure {
        number,
        way,
        parties: ("orders", "p.placed_on, p.ended_on, p.state"),
        rows,
    };
    [
        by_orders(1, "orders, lines and what was closed", ordered()),
        by_orders(2, "shipments", moved("shipment_lines", "shipments", "shipment_id", "dispatched_on")),
        by_orders(
            3,
            "acceptances",
            moved("acceptance_lines", "acceptances", "acceptance_id", "accepted_on"),
        ),
        Measure {
            number: 4,
            way: "returns",
            parties: ("returns", "p.returned_on, p.undone_at"),
            rows: returned(),
        },
    ]
}

/// Rows of delivery whose amount is not price × cumulative quantity: table, and the statement that finds them.
pub(super) fn wrong_amounts() -> [(&'static str, String); 3] {
    let of_line = |table: &str, key: &str| {
        let cumulative = so_far("m.quantity", "m.order_line_id", &format!("m.{key}, m.no"));
        format!(
            "SELECT x.{key} AS id, x.no FROM (SELECT m.{key}, m.no, m.order_line_id, m.quantity, m.amount, {cumulative} AS after FROM {table} m) x \
             JOIN (SELECT DISTINCT id, price FROM order_lines) l ON l.id = x.order_line_id \
             WHERE x.amount <> {} - {} LIMIT 100",
            amount("l.price", "x.after"),
            amount("l.price", "x.after - x.quantity"),
        )
    };
    let cumulative = so_far("m.quantity", "m.order_line_id, m.own_price", "m.return_id, m.no");
    let returns = format!(
        "SELECT x.return_id AS id, x.no FROM (SELECT m.*, {cumulative} AS after FROM return_lines m) x \
         WHERE x.amount <> CASE WHEN x.own_price THEN {} ELSE {} - {} END LIMIT 100",
        amount("x.price", "x.quantity"),
        amount("x.price", "x.after"),
        amount("x.price", "x.after - x.quantity"),
    );
    [
        ("shipment_lines", of_line("shipment_lines", "shipment_id")),
        ("acceptance_lines", of_line("acceptance_lines", "acceptance_id")),
        ("return_lines", returns),
    ]
}
