"""What the contract check needs to be there in the demo world: found, or made fresh where an operation uses it up."""
import base64, datetime, json, os, uuid
import requests

DEMO = json.load(open(os.environ["YANGPIN_DEMO"]))
ACTOR = os.environ["YANGPIN_ACTOR"]
BASE, KEYS = DEMO["base_url"], DEMO["keys"]
TODAY = datetime.date.today()


def call(method, path, body=None, actor=ACTOR, **headers):
    headers = {"Authorization": "Bearer " + KEYS[actor], "Idempotency-Key": uuid.uuid4().hex, **headers}
    return requests.request(method, BASE + path, json=body, headers=headers, timeout=30)


def day(days):
    return (TODAY + datetime.timedelta(days=days)).isoformat()


def items(path, actor=ACTOR):
    answer = call("GET", path, actor=actor)
    return answer.json().get("items", []) if answer.ok else []


ME = call("GET", "/v1/me").json()
IS = "buyer" if ACTOR.endswith("buyer") else ACTOR
BUYS = IS in ("buyer", "retailer")
SELLER = "supplier" if IS in ("supplier", "operator") else None
TOWN = "610723104" if IS == "supplier" else "320682105"


def my(thing):
    return call("GET", "/v1/me", actor=thing).json()["organisation"]["organisation_id"]


def buyer():
    return ACTOR if BUYS else "school_buyer"


def basket(actor):
    me = call("GET", "/v1/me", actor=actor).json()
    channel = me.get("default_channel") or me["channels"][0]
    fund = me.get("default_fund_source") or me["fund_sources"][0]
    seller = my("supplier")
    for product in items(f"/v1/products?channel={channel}&sort=price&limit=200", actor):
        # What these tests have listed themselves has no stock; what others sell, the supplier of these tests cannot send.
        if product.get("offer") and product["seller_id"] == seller and not product["sku"].startswith("T-"):
            return {"channel": channel, "fund_source": fund, "deliver_on": day(7),
                    "lines": [{"sku": product["sku"], "quantity": product["offer"]["minimum"]}]}
    raise SystemExit(f"{actor} finds nothing to buy")


def order():
    return call("POST", "/v1/orders", basket_of(buyer()), buyer()).json()


BASKETS = {}


def basket_of(actor):
    return BASKETS.setdefault(actor, basket(actor))


def product():
    body = {"sku": "T-" + uuid.uuid4().hex[:12], "name": "试", "category_code": "grain", "origin_code": "610723103",
            "unit": "袋", "vat_class": "vat9", "channels": ["supermarket"]}
    return call("POST", "/v1/products", body, "supplier").json()["product_id"]


# A picture of one pixel.
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgZGIGAAAOAAfXb+R4AAAAAElFTkSuQmCC")


def digest():
    headers = {"Authorization": "Bearer " + KEYS["supplier"], "Idempotency-Key": uuid.uuid4().hex, "Content-Type": "image/png"}
    path = f"{BASE}/v1/products/{product()}/pictures"
    return requests.post(path, data=PIXEL, headers=headers, timeout=30).json()["picture"]


def offer():
    body = {"product_id": product(), "channel": "supermarket", "price": "99999.00", "from_date": day(1)}
    return call("POST", "/v1/offers", body, "supplier").json()["offer_id"]


def organisation():
    body = {"kind": "school", "name": "试校", "town_code": "320682105"}
    return call("POST", "/v1/organisations", body, "operator").json()["organisation_id"]


def site():
    actor = ACTOR if BUYS or IS == "supplier" else "school_buyer"
    body = {"name": "后门", "address": "一号", "town_code": TOWN}
    made = call("POST", "/v1/sites", body, actor)
    return made.json()["site_id"] if made.ok else items("/v1/sites", actor)[0]["site_id"]


def key():
    body = {"name": "试", "holder": {"name": "试", "machine": True}, "days": 2, **office()}
    return call("POST", "/v1/keys", body).json()["key"]["key_id"]


def office():
    """Keys of an office need a role; those of an official a remit."""
    role = ME["role"]
    return {"role": role, "remit": ME["remit"]} if role == "official" else {"role": role}


def place():
    found = items("/v1/places", "supplier")
    return found[0]["place_id"]


def goods():
    mine = my("supplier")
    return next(p["product_id"] for p in items("/v1/products?limit=200", "supplier") if p["seller_id"] == mine)


def imported(operation):
    """An import that has come as far as the operation needs."""
    id = call("POST", "/v1/imports", {"source": "t-" + uuid.uuid4().hex}, "operator").json()["import_id"]
    phases = {"check_import": 1, "book_import": 2, "undo_import": 3}.get(operation, 0)
    if phases:
        call("PUT", f"/v1/imports/{id}/parts/1", {"rows": [row()]}, "operator")
    for phase, body in (("check", None), ("book", {"mode": "what_is_good"}))[:max(0, phases - 1)]:
        call("POST", f"/v1/imports/{id}/{phase}", body, "operator")
    return id


def row():
    return {"kind": "order", "document_no": uuid.uuid4().hex, "at": "2026-01-05T08:00:00+08:00", "buyer": my("school_buyer"),
            "sku": "GR02", "quantity": "1", "price": "2.55"}


def saved_list():
    lines = [{"sku": basket_of(buyer())["lines"][0]["sku"], "quantity": "1"}]
    return call("POST", "/v1/lists", {"name": "试", "lines": lines}, buyer()).json()["list_id"]


def synonym():
    return call("POST", "/v1/synonyms", {"word": "t" + uuid.uuid4().hex[:12], "means": "黑米"}, "operator").json()["synonym_id"]


def seen(things):
    """The first of these that the actor sees and that has come through: the demo world has them."""
    found = items(f"/v1/{things}?limit=200", ACTOR)
    return next((one for one in found if one.get("status") == "accepted"), found[0])


def quote():
    return call("POST", "/v1/orders/quotes", basket_of(buyer()), buyer()).json()["quotes"][0]["id"]


def contract_body(writer):
    body = {"contract_no": "T-" + uuid.uuid4().hex[:12], "from_date": day(0), "to_date": day(60), "cap": "900.00",
            "goods": [{"product_id": goods(), "price": "1.00"}]}
    return body | ({"buyer_id": my(buyer())} if writer == "supplier" else {"supplier_id": my("supplier")})


def contract(operation):
    """A contract that has come as far as the operation needs, written by the side that must have."""
    own, other = (ACTOR, "supplier") if BUYS else ("supplier", "school_buyer")
    writer = other if operation in ("accept_contract", "refuse_contract") else own
    path = "/v1/contracts/" + call("POST", "/v1/contracts", contract_body(writer), writer).json()["contract_id"]
    steps = {"accept_contract": ["propose"], "refuse_contract": ["propose"], "withdraw_contract": ["propose"],
             "terminate_contract": ["propose", "accept"], "read_contract": ["propose"]}.get(operation, [])
    for step, by in zip(steps, (writer, other if writer == own else own)):
        etag = call("GET", path, actor=by).headers["ETag"]
        call("POST", f"{path}/{step}", None, by, **{"If-Match": etag}).raise_for_status()
    return path.rsplit("/", 1)[1]


def inquiry(operation):
    """An inquiry that is answered where the operation compares or chooses."""
    body = {"supplier_ids": [my("supplier")], "answer_by": day(3), "deliver_by": day(20), "open_when_answered": True,
            "lines": [{"wanted": "黑米", "quantity": "5", "unit": "袋"}]}
    id = call("POST", "/v1/inquiries", body, buyer()).json()["id"]
    if operation in ("compare_quotes", "choose_quote"):
        call("POST", f"/v1/inquiries/{id}/answer", inquiry_answer(), "supplier").raise_for_status()
    return id


def inquiry_answer():
    return {"deliver_on": day(10), "valid_until": day(30),
            "lines": [{"line_no": 1, "sku": basket_of("school_buyer")["lines"][0]["sku"], "quantity": "5", "price": "1.00"}]}


def line(**more):
    """The line of the order of one line that the maker places, whole."""
    return {"line_no": 1, "quantity": basket_of(buyer())["lines"][0]["quantity"], **more}


def confirmed():
    """An order that its supplier will deliver whole."""
    id = order()["orders"][0]["id"]
    call("POST", f"/v1/orders/{id}/answer", {"lines": [line()]}, "supplier").raise_for_status()
    return id


def ordered(operation):
    """An order that has come as far as the operation needs."""
    if operation in ("ship_order", "close_order_short", "propose_order_change"):
        return confirmed()
    if operation == "return_goods":
        return accepted()[0]
    return order()["orders"][0]["id"]


def change():
    id = confirmed()
    return call("POST", f"/v1/orders/{id}/changes", {"deliver_on": day(9)}, buyer()).json()["id"]


def shipped():
    id = confirmed()
    made = call("POST", f"/v1/orders/{id}/shipments", {"lines": [line()]}, "supplier")
    return id, made.json()["id"]


def accepted():
    id, shipment = shipped()
    call("POST", f"/v1/shipments/{shipment}/accept", {}, buyer()).raise_for_status()
    return id, shipment


def shipment(operation):
    """A shipment that has come as far as the operation needs."""
    if operation == "keep_shipment_surplus":
        return accepted()[1]
    return shipped()[1] if operation in USED_UP else seen("shipments")["id"]


USED_UP = {"answer_order", "ship_order", "close_order_short", "propose_order_change", "return_goods", "agree_order_change",
           "refuse_order_change", "withdraw_order_change", "accept_shipment", "arrive_shipment", "keep_shipment_surplus",
           "answer_inquiry", "choose_quote", "compare_quotes", "withdraw_inquiry", "decline_inquiry", "order_quote", "add_picture", "arrange_pictures", "archive_saved_list", "change_saved_list",
           "cancel_order", "confirm_order", "decline_order", "archive_product", "change_product", "end_offer",
           "announce_price", "set_terms",
           "archive_organisation", "move_organisation", "archive_site", "revoke_key"}
FRESH = {"change_id": change, "order_group_id": lambda: order()["order_group_id"],
         "product_id": product, "digest": digest, "offer_id": offer, "organisation_id": organisation, "site_id": site, "key_id": key,
         "supplier_id": lambda: my("supplier"),
         "department_id": lambda: items("/v1/departments", "operator")[0]["department_id"],
         "return_id": lambda: seen("returns")["id"], "quote_id": quote, "list_id": saved_list, "synonym_id": synonym, "job_id": lambda: items("/v1/jobs", "operator")[0]["id"]}
BY_OPERATION = {"import_id": imported, "contract_id": contract, "order_id": ordered, "shipment_id": shipment, "inquiry_id": inquiry}
KEPT = {}


def named(operation, name):
    if name == "organisation_id" and operation not in USED_UP and IS != "operator":
        return ME["organisation"]["organisation_id"]
    if name == "no":
        return 1
    if name == "size":
        return "thumb"
    if "code" in name:
        return "320682105"
    make = (lambda: BY_OPERATION[name](operation)) if name in BY_OPERATION else FRESH[name]
    if operation in USED_UP or name in ("import_id", "contract_id"):
        return make()
    if name not in KEPT:
        KEPT[name] = make()
    return KEPT[name]
