-- What PostgreSQL could do at best: orders made up on the server, which write the rows that one order writes through
-- HTTP (same tables, same indices, texts of the same length), without a look-up, JSON or a hash.
CREATE TABLE bench_buyers AS
  SELECT row_number() OVER (ORDER BY o.id)::int AS n, o.id, m.town_code AS town, k.id AS key_id, 100000 + row_number() OVER (ORDER BY o.id)::int AS word,
         200000 + dense_rank() OVER (ORDER BY m.town_code)::int AS town_word
  FROM organisations o JOIN memberships m ON m.organisation_id = o.id JOIN api_keys k ON k.organisation_id = o.id WHERE o.kind = 'school';
CREATE UNIQUE INDEX ON bench_buyers (n);
CREATE TABLE bench_goods AS
  SELECT row_number() OVER (ORDER BY p.sku)::int AS n, p.id, p.sku, p.name, p.unit, p.pack, p.net_weight_grams, p.category_code, p.origin_code,
         p.vat_class, p.line_kind, p.seller_id, f.id AS offer_id, f.price, s.place_id, 300000 + row_number() OVER (ORDER BY p.sku)::int AS word,
         400000 + dense_rank() OVER (ORDER BY p.category_code)::int AS category_word, 500000 + dense_rank() OVER (ORDER BY p.origin_code)::int AS origin_word
  FROM products p JOIN offers f ON f.product_id = p.id JOIN stock s ON s.product_id = p.id;
CREATE UNIQUE INDEX ON bench_goods (n);
CREATE TABLE bench_slots (choice text, slot int, rank int, PRIMARY KEY (choice, slot));
CREATE TABLE bench_texts (body text, answer text);
CREATE SEQUENCE bench_numbers START 1000000 CACHE 64;
CREATE TYPE bench_line AS (
  o int, line_no int, seq bigint, group_id uuid, order_id uuid, buyer uuid, town text, key_id uuid, buyer_word int, town_word int,
  line_id uuid, good int, quantity bigint, amount bigint);
-- UUIDs in the order of time, as the service makes them.
CREATE FUNCTION bench_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(gen_random_uuid()::text, 16, 3)
    || '8' || substr(replace(gen_random_uuid()::text, '-', ''), 18, 15))::uuid
$$;
CREATE FUNCTION bench_rank(wanted text) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
DECLARE at int := floor(random() * 10000)::int;
BEGIN
  RETURN CASE WHEN wanted = 'uniform' THEN at / 100 ELSE (SELECT s.rank FROM bench_slots s WHERE s.choice = 'zipf' AND s.slot = at) END;
END $$;
-- Makes up k orders. One call of many sessions takes its number from a sequence and holds no head, which is kinder to
-- it than the truth; a batching loop moves the head, since it is the only writer.
CREATE FUNCTION bench_place(k int, choice text, head boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE asked bench_line[] := '{}'; b bench_buyers; g bench_goods; o int; l int; pick int; q bigint; s bigint; gid uuid; oid uuid;
  today date := current_date; this_month int := to_char(now(), 'YYYYMM')::int; note bench_texts; d record;
BEGIN
  IF head THEN PERFORM 1 FROM journal_heads WHERE pairing = 1 FOR UPDATE; END IF;
  SELECT * INTO note FROM bench_texts;
  FOR o IN 1..k LOOP
    pick := 1 + floor(random() * 2000)::int;
    SELECT * INTO b FROM bench_buyers WHERE n = pick;
    s := nextval('bench_numbers'); gid := bench_id(); oid := bench_id();
    FOR l IN 1..5 LOOP
      pick := (l - 1) * 100 + 1 + bench_rank(choice);
      q := (1 + floor(random() * 5))::bigint;
      asked := asked || ROW(o, l, s, gid, oid, b.id, b.town, b.key_id, b.word, b.town_word, bench_id(), pick, q * 1000, q * 1234)::bench_line;
    END LOOP;
  END LOOP;
  INSERT INTO order_groups (id, buyer_id, external_order_no, content_hash, orders, placed_at)
    SELECT group_id, buyer, NULL, sha256(group_id::text::bytea), 1, now() FROM unnest(asked) WHERE line_no = 1;
  INSERT INTO orders (id, group_id, order_no, buyer_id, supplier_id, site_id, channel, fund_source, mode, town_code, department_id, deliver_on, state,
      amount, line_count, placed_by, placed_at, placed_on, version, on_short)
    SELECT u.order_id, u.group_id, 'YP' || substr(u.order_id::text, 10), u.buyer, w.seller_id, NULL, 'school_canteen', 'canteen_meals', 'purchase', u.town,
      NULL, today + 30, 'placed', u.amount * 5, 5, u.key_id, now(), today, 1, 'close'
    FROM unnest(asked) u JOIN bench_goods w ON w.n = u.good WHERE u.line_no = 1;
  INSERT INTO order_lines (order_id, line_no, id, product_id, offer_id, place_id, sku, name, unit, pack, net_weight_grams, category_code, origin_code,
      vat_class, line_kind, price, quantity, amount, tolerance_permille)
    SELECT u.order_id, u.line_no, u.line_id, w.id, w.offer_id, w.place_id, w.sku, w.name, w.unit, w.pack, w.net_weight_grams, w.category_code,
      w.origin_code, w.vat_class, w.line_kind, w.price, u.quantity, u.amount, 0
    FROM unnest(asked) u JOIN bench_goods w ON w.n = u.good;
  INSERT INTO entries (pairing, seq, kind, thing_kind, thing_id, buyer, supplier, at, body, leaf)
    SELECT 1, seq, 'order.placed', 'order', order_id, buyer_word, 7, now(), note.body, sha256(order_id::text::bytea) FROM unnest(asked) WHERE line_no = 1;
  INSERT INTO facts (pairing, seq, no, line_id, measure, mode, amount, quantity, weight_grams, lines, business_date, month, town, department, channel,
      fund_source, category, origin, buyer, product, supplier)
    SELECT 1, u.seq, u.line_no, u.line_id, 1, 1, u.amount, u.quantity, 2500, 1, today, this_month, u.town_word, 0, 5, 6, w.category_word, w.origin_word,
      u.buyer_word, w.word, 7
    FROM unnest(asked) u JOIN bench_goods w ON w.n = u.good;
  INSERT INTO idempotency (key_id, key, request_hash, answer, created_at)
    SELECT key_id, group_id::text, sha256(group_id::text::bytea), note.answer, now() FROM unnest(asked) WHERE line_no = 1;
  IF k = 1 THEN
    -- One by one in the order of the goods: no deadlocks.
    FOR d IN SELECT w.id, w.place_id, u.quantity FROM unnest(asked) u JOIN bench_goods w ON w.n = u.good ORDER BY w.id LOOP
      UPDATE stock SET held = held + d.quantity WHERE product_id = d.id AND place_id = d.place_id AND held + d.quantity <= on_hand;
    END LOOP;
  ELSE
    UPDATE stock SET held = stock.held + x.quantity
      FROM (SELECT w.id, w.place_id, sum(u.quantity)::bigint AS quantity FROM unnest(asked) u JOIN bench_goods w ON w.n = u.good GROUP BY 1, 2) x
      WHERE product_id = x.id AND stock.place_id = x.place_id AND held + x.quantity <= on_hand;
  END IF;
  INSERT INTO cells_coarse AS c
    SELECT 1, this_month, 1, 1, u.town_word, 0, 5, 6, w.category_word, w.origin_word, sum(u.amount), sum(2500), sum(1), sum(1)
    FROM unnest(asked) u JOIN bench_goods w ON w.n = u.good GROUP BY 5, 9, 10 ORDER BY 5, 9, 10
    ON CONFLICT (pairing, month, measure, mode, town, department, channel, fund_source, category, origin) DO UPDATE SET
      amount = c.amount + excluded.amount, weight_grams = c.weight_grams + excluded.weight_grams,
      weighed_lines = c.weighed_lines + excluded.weighed_lines, lines = c.lines + excluded.lines;
  INSERT INTO cells_fine AS c
    SELECT 1, this_month, 1, 1, u.buyer_word, w.word, 7, 5, 6, sum(u.amount), sum(u.quantity), sum(2500), sum(1), sum(1)
    FROM unnest(asked) u JOIN bench_goods w ON w.n = u.good GROUP BY 5, 6 ORDER BY 5, 6
    ON CONFLICT (pairing, month, measure, mode, buyer, product, supplier, channel, fund_source) DO UPDATE SET
      amount = c.amount + excluded.amount, quantity = c.quantity + excluded.quantity, weight_grams = c.weight_grams + excluded.weight_grams,
      weighed_lines = c.weighed_lines + excluded.weighed_lines, lines = c.lines + excluded.lines;
  IF head THEN UPDATE journal_heads SET seq = s, frontier = decode(repeat('00', 512), 'hex'), last_at = now() WHERE pairing = 1; END IF;
END $$;
