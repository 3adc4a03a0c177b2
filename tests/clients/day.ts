// A retailer's day in twelve steps, with openapi-typescript and openapi-fetch. YANGPIN_DEMO names the demo's demo.json.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";

type Demo = { base_url: string; keys: Record<"retailer" | "supplier", string> };
const demo: Demo = JSON.parse(readFileSync(process.env.YANGPIN_DEMO ?? "demo.json", "utf8"));
const as = (who: keyof Demo["keys"]) =>
  createClient<paths>({ baseUrl: demo.base_url, headers: { Authorization: `Bearer ${demo.keys[who]}` } });
const [retailer, supplier] = [as("retailer"), as("supplier")];
const once = () => ({ "Idempotency-Key": randomUUID() });

function good<T>({ data, error }: { data?: T; error?: components["schemas"]["Problem"] }): T {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

async function day(): Promise<void> {
  // 1 Who am I, and which channel is mine?
  const me = good(await retailer.GET("/v1/me"));
  assert(me.default_channel);
  const channel = me.default_channel;
  // 2 What is there?
  const goods = good(await retailer.GET("/v1/products", { params: { query: { q: "黑米", channel } } }));
  assert(goods.items.length > 0);
  const sku = "GR02";
  const product = good(await retailer.GET("/v1/products", { params: { query: { q: sku, channel } } })).items.find((one) => one.sku === sku);
  assert(product);
  // 3 What does it cost me?
  const query = { channel, quantity: "10" };
  const price = good(await retailer.GET("/v1/products/{product_id}/price", { params: { path: { product_id: product.product_id }, query } }));
  assert(price.price);
  // 4 What would become of it?
  const deliver_on = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  const basket = { deliver_on, channel, lines: [{ sku, quantity: "10" }] };
  const trial = good(await retailer.POST("/v1/orders/dry-run", { body: basket }));
  assert(trial.enough);
  // 5 I order, under my own number.
  const external_order_no = `TS-${randomUUID().slice(0, 8)}`;
  const body = { ...basket, external_order_no };
  const placed = good(await retailer.POST("/v1/orders", { params: { header: once() }, body }));
  const order = placed.orders[0];
  assert(order && order.status === "placed");
  // 6 The line broke? The same number again is the same order, whatever the key.
  const again = good(await retailer.POST("/v1/orders", { params: { header: once() }, body }));
  assert.equal(again.order_group_id, placed.order_group_id);
  // 7 The supplier says yes,
  const path = { order_id: order.id };
  good(await supplier.POST("/v1/orders/{order_id}/confirm", { params: { path, header: once() } }));
  // 8 and sends it.
  const lines = [{ line_no: 1, quantity: "10" }];
  const sent = good(await supplier.POST("/v1/orders/{order_id}/shipments", { params: { path, header: once() }, body: { lines } }));
  // 9 I count: nine are good, one is damaged.
  const rejected: components["schemas"]["InspectedLineBody"]["rejected"] = [{ reason: "damaged", quantity: "1" }];
  const counted = { params: { path: { shipment_id: sent.id }, header: once() }, body: { lines: [{ no: 1, rejected }] } };
  good(await retailer.POST("/v1/shipments/{shipment_id}/accept", counted));
  // 10 My systems follow the feed: all of it, from where they were.
  let cursor: string | undefined;
  let seen = 0;
  do {
    const page = good(await retailer.GET("/v1/events", { params: { query: cursor ? { cursor, limit: 200 } : { limit: 200 } } }));
    seen += page.items.filter((event) => event.thing.id === order.id).length;
    cursor = page.items.length > 0 ? (page.next ?? undefined) : undefined;
  } while (cursor && seen === 0);
  assert(seen > 0);
  // 11 The desk takes its list away as a file.
  const file = await retailer.GET("/v1/orders/export", { params: { query: { external_order_no, format: "csv" } }, parseAs: "text" });
  assert(good(file).includes(order.order_no));
  // 12 We agree on what stands: nine tenths of what was ordered.
  const read = good(await retailer.GET("/v1/orders/{order_id}", { params: { path } }));
  const fen = (yuan: string) => Math.round(Number(yuan) * 100);
  assert.equal(fen(read.standing.amount) * 10, fen(read.ordered.amount) * 9);
  console.log(`TypeScript: twelve steps, order ${read.order_no}, ${read.standing.amount} of ${read.ordered.amount} stand`);
}

day().catch((error) => {
  console.error(error);
  process.exit(1);
});
