"""A retailer's day in twelve steps, with openapi-python-client. YANGPIN_DEMO names the demo's demo.json."""
import datetime
import json
import os
import uuid
from decimal import Decimal
from typing import TypeVar

from yangpin_client import AuthenticatedClient
from yangpin_client.api.events import list_events
from yangpin_client.api.orders import confirm_order, export_orders, place_order, read_order, try_order
from yangpin_client.api.organisations import read_me
from yangpin_client.api.products import list_products
from yangpin_client.api.offers import read_price
from yangpin_client.api.shipments import accept_shipment, ship_order
from yangpin_client.models import (
    AcceptBody, EventPage, InspectedLineBody, LineInput, MeBody, OrderBody, OrderGroupBody, OrderInput, PriceBody, ProductPage,
    RejectedBody, RejectReason, SentLineBody, SheetFormat, ShipmentBody, ShipmentInput, TrialBody)
from yangpin_client.types import Unset

T = TypeVar("T")
with open(os.environ.get("YANGPIN_DEMO", "demo.json"), encoding="utf-8") as file:
    DEMO = json.load(file)


def who(name: str) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=DEMO["base_url"], token=DEMO["keys"][name])


def good(kind: type[T], answer: object) -> T:
    assert isinstance(answer, kind), answer
    return answer


def once() -> str:
    return uuid.uuid4().hex


retailer, supplier = who("retailer"), who("supplier")
# 1 Who am I, and which channel is mine?
me = good(MeBody, read_me.sync(client=retailer))
channel = me.default_channel
assert channel is not None and not isinstance(channel, Unset)
# 2 What is there?
assert good(ProductPage, list_products.sync(client=retailer, q="黑米", channel=channel)).items
SKU = "GR02"
product = next(one for one in good(ProductPage, list_products.sync(client=retailer, q=SKU, channel=channel)).items if one.sku == SKU)
# 3 What does it cost me?
price = good(PriceBody, read_price.sync(product.product_id, client=retailer, channel=channel, quantity="10"))
assert price.price
# 4 What would become of it?
deliver_on = datetime.date.today() + datetime.timedelta(days=7)
lines = [LineInput(sku=SKU, quantity="10")]
assert good(TrialBody, try_order.sync(client=retailer, body=OrderInput(deliver_on=deliver_on, channel=channel, lines=lines))).enough
# 5 I order, under my own number.
number = "PY-" + once()[:8]
basket = OrderInput(deliver_on=deliver_on, channel=channel, lines=lines, external_order_no=number)
placed = good(OrderGroupBody, place_order.sync(client=retailer, body=basket, idempotency_key=once()))
order = placed.orders[0]
# 6 The line broke? The same number again is the same order, whatever the key.
again = good(OrderGroupBody, place_order.sync(client=retailer, body=basket, idempotency_key=once()))
assert again.order_group_id == placed.order_group_id
# 7 The supplier says yes,
good(OrderBody, confirm_order.sync(order.id, client=supplier, idempotency_key=once()))
# 8 and sends it.
shipment = ShipmentInput(lines=[SentLineBody(line_no=1, quantity="10")])
sent = good(ShipmentBody, ship_order.sync(order.id, client=supplier, body=shipment, idempotency_key=once()))
# 9 I count: nine are good, one is damaged.
damaged = RejectedBody(reason=RejectReason.REJECT_REASON_DAMAGED, quantity="1")
count = AcceptBody(lines=[InspectedLineBody(no=1, rejected=[damaged])])
good(ShipmentBody, accept_shipment.sync(sent.id, client=retailer, body=count, idempotency_key=once()))
# 10 My systems follow the feed: all of it, from where they were.
page = good(EventPage, list_events.sync(client=retailer, limit=200))
while not any(event.thing.id == order.id for event in page.items):
    assert page.items and isinstance(page.next_, str), "the feed does not tell of the order"
    page = good(EventPage, list_events.sync(client=retailer, limit=200, cursor=page.next_))
# 11 The desk takes its list away as a file.
answer = export_orders.sync_detailed(client=retailer, external_order_no=number, format_=SheetFormat.SHEET_FORMAT_CSV)
assert order.order_no in answer.content.decode("utf-8-sig")
# 12 We agree on what stands: nine tenths of what was ordered.
read = good(OrderBody, read_order.sync(order.id, client=retailer))
assert Decimal(read.standing.amount) * 10 == Decimal(read.ordered.amount) * 9
print(f"Python (openapi-python-client): twelve steps, order {read.order_no}, {read.standing.amount} of {read.ordered.amount} stand")
