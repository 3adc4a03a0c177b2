"""A retailer's day in twelve steps, with openapi-generator's Python. YANGPIN_DEMO names the demo's demo.json."""
import datetime
import json
import os
import uuid
from decimal import Decimal

import yangpin as y

with open(os.environ.get("YANGPIN_DEMO", "demo.json"), encoding="utf-8") as file:
    DEMO = json.load(file)


def who(name: str) -> y.ApiClient:
    return y.ApiClient(y.Configuration(host=DEMO["base_url"], access_token=DEMO["keys"][name]))


def once() -> str:
    return uuid.uuid4().hex


retailer, supplier = who("retailer"), who("supplier")
orders, products = y.OrdersApi(retailer), y.ProductsApi(retailer)
# 1 Who am I, and which channel is mine?
channel = y.OrganisationsApi(retailer).read_me().default_channel
assert channel is not None
# 2 What is there?
assert products.list_products(q="黑米", channel=channel).items
SKU = "GR02"
product = next(one for one in products.list_products(q=SKU, channel=channel).items if one.sku == SKU)
# 3 What does it cost me?
assert y.OffersApi(retailer).read_price(product.product_id, channel=channel, quantity="10").price
# 4 What would become of it?
deliver_on = datetime.date.today() + datetime.timedelta(days=7)
lines = [y.LineInput(sku=SKU, quantity="10")]
assert orders.try_order(y.OrderInput(deliver_on=deliver_on, channel=channel, lines=lines)).enough
# 5 I order, under my own number.
number = "OG-" + once()[:8]
basket = y.OrderInput(deliver_on=deliver_on, channel=channel, lines=lines, external_order_no=number)
placed = orders.place_order(once(), basket)
order = placed.orders[0]
# 6 The line broke? The same number again is the same order, whatever the key.
assert orders.place_order(once(), basket).order_group_id == placed.order_group_id
# 7 The supplier says yes,
y.OrdersApi(supplier).confirm_order(order.id, once())
# 8 and sends it.
shipment = y.ShipmentInput(lines=[y.SentLineBody(line_no=1, quantity="10")])
sent = y.ShipmentsApi(supplier).ship_order(order.id, once(), shipment)
# 9 I count: nine are good, one is damaged.
damaged = y.RejectedBody(reason=y.RejectReason.REJECT_REASON_DAMAGED, quantity="1")
y.ShipmentsApi(retailer).accept_shipment(sent.id, once(), y.AcceptBody(lines=[y.InspectedLineBody(no=1, rejected=[damaged])]))
# 10 My systems follow the feed: all of it, from where they were.
events = y.EventsApi(retailer)
page = events.list_events(limit=200)
while not any(event.thing.id == order.id for event in page.items):
    assert page.items and page.next, "the feed does not tell of the order"
    page = events.list_events(limit=200, cursor=page.next)
# 11 The desk takes its list away as a file.
assert order.order_no in orders.export_orders(external_order_no=number, format=y.SheetFormat.SHEET_FORMAT_CSV)
# 12 We agree on what stands: nine tenths of what was ordered.
read = orders.read_order(order.id)
assert Decimal(read.standing.amount) * 10 == Decimal(read.ordered.amount) * 9
print(f"Python (openapi-generator): twelve steps, order {read.order_no}, {read.standing.amount} of {read.ordered.amount} stand")
