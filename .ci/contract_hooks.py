"""Test data for schemathesis: a schema cannot say which ids, SKUs and codes exist in the demo world.

In well-formed cases the fields that must name things are filled with things that are there, made fresh where an
operation uses them up; everything else stays as generated. Malformed cases are left alone. Counts answers by
operation and writes them to YANGPIN_CONTRACT_OUT.
"""
import atexit, base64, collections, datetime, json, os, uuid
import requests, schemathesis
from schemathesis.transport.serialization import Binary

DEMO = json.load(open(os.environ["YANGPIN_DEMO"]))
ACTOR = os.environ["YANGPIN_ACTOR"]
BASE, KEYS = DEMO["base_url"], DEMO["keys"]
TODAY = datetime.date.today()
counts = collections.defaultdict(lambda: [0, 0, 0, 0])  # well-formed: all, 2xx; all cases: all, 2xx


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


def basket(actor):
    me = call("GET", "/v1/me", actor=actor).json()
    channel = me.get("default_channel") or me["channels"][0]
    fund = me.get("default_fund_source") or me["fund_sources"][0]
    sku = "GR02" if actor == "school_buyer" else None
    for product in items(f"/v1/products?channel={channel}&sort=price&limit=200", actor):
        # What these tests have listed themselves has no stock.
        if sku in (None, product["sku"]) and product.get("offer") and not product["sku"].startswith("T-"):
            return {"channel": channel, "fund_source": fund, "deliver_on": day(7),
                    "lines": [{"sku": product["sku"], "quantity": product["offer"]["minimum"]}]}
    raise SystemExit(f"{actor} finds nothing to buy")


def order():
    actor = ACTOR if BUYS else "school_buyer"
    return call("POST", "/v1/orders", basket_of(actor), actor).json()


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
    actor = ACTOR if BUYS else "school_buyer"
    lines = [{"sku": basket_of(actor)["lines"][0]["sku"], "quantity": "1"}]
    return call("POST", "/v1/lists", {"name": "试", "lines": lines}, actor).json()["list_id"]


def seen(things):
    """The first of these that the actor sees and that has come through: the demo world has them."""
    found = items(f"/v1/{things}?limit=200", ACTOR)
    return next((one for one in found if one.get("status") == "accepted"), found[0])


def quote():
    actor = ACTOR if BUYS else "school_buyer"
    return call("POST", "/v1/orders/quotes", basket_of(actor), actor).json()["quotes"][0]["id"]


def contract_body(writer):
    body = {"contract_no": "T-" + uuid.uuid4().hex[:12], "from_date": day(0), "to_date": day(60), "cap": "900.00",
            "goods": [{"product_id": goods(), "price": "1.00"}]}
    return body | ({"buyer_id": my(ACTOR if BUYS else "school_buyer")} if writer == "supplier" else {"supplier_id": my("supplier")})


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


def inquiry():
    body = {"supplier_ids": [my("supplier")], "answer_by": day(3), "deliver_by": day(20), "open_when_answered": True,
            "lines": [{"wanted": "黑米", "quantity": "5", "unit": "袋"}]}
    return call("POST", "/v1/inquiries", body, ACTOR if BUYS else "school_buyer").json()["id"]


USED_UP = {"withdraw_inquiry", "decline_inquiry", "order_quote", "add_picture", "arrange_pictures", "archive_saved_list", "change_saved_list",
           "cancel_order", "confirm_order", "decline_order", "archive_product", "change_product", "end_offer",
            "announce_price", "set_terms",
           "archive_organisation", "move_organisation", "archive_site", "revoke_key"}
FRESH = {"order_id": lambda: order()["orders"][0]["id"], "order_group_id": lambda: order()["order_group_id"],
         "product_id": product, "digest": digest, "offer_id": offer, "organisation_id": organisation, "site_id": site, "key_id": key,
         "supplier_id": lambda: my("supplier"),
         "department_id": lambda: items("/v1/departments", "operator")[0]["department_id"],
         "shipment_id": lambda: seen("shipments")["id"], "return_id": lambda: seen("returns")["id"],
         "quote_id": quote, "inquiry_id": inquiry, "list_id": saved_list, "job_id": lambda: items("/v1/jobs", "operator")[0]["id"]}
KEPT = {}


def named(operation, name):
    if name == "organisation_id" and operation not in USED_UP and IS != "operator":
        return ME["organisation"]["organisation_id"]
    if name == "import_id":
        return imported(operation)
    if name == "contract_id":
        return contract(operation)
    if name == "no":
        return 1
    if name == "size":
        return "thumb"
    if "code" in name:
        return "320682105"
    if operation in USED_UP:
        return FRESH[name]()
    if name not in KEPT:
        KEPT[name] = FRESH[name]()
    return KEPT[name]


def without(body, *names):
    for name in names:
        body.pop(name, None)


def fill(operation, body):
    unique = uuid.uuid4().hex[:12]
    if operation in ("place_order", "try_order", "keep_quotes"):
        without(body, "site_id", "external_order_no", "contract_id", "quote_id", "valid_until")
        body.update(basket_of(ACTOR if BUYS else "school_buyer"))
    elif operation in ("repeat_order", "order_saved_list"):
        basket = basket_of(ACTOR if BUYS else "school_buyer")
        without(body, "site_id", "external_order_no", "channel", "fund_source", "contract_id", "quote_id")
        body.update(deliver_on=day(7), skip_unavailable=True)
        if operation == "order_saved_list":
            body.update(channel=basket["channel"], fund_source=basket["fund_source"])
    elif operation in ("create_saved_list", "change_saved_list"):
        body["lines"] = [{"sku": basket_of(ACTOR if BUYS else "school_buyer")["lines"][0]["sku"], "quantity": "1"}]
    elif operation in ("add_category", "create_department"):
        body["code"] = "t" + unique
    elif operation == "create_division":
        without(body, "black_rice_gi_area")
        body.update(code="T" + unique[:8].upper(), role="buyer_town", parent_code="320682")
    elif operation == "create_organisation":
        without(body, "uscc", "uscc_override", "department_id", "from_date", "without_canteen")
        body.update(kind="school", town_code="320682105", name="试" + unique)
    elif operation == "change_organisation":
        body.clear()
        body.update({"name": "试" + unique} if IS == "operator" else {"default_site_id": named("", "site_id")})
    elif operation in ("archive_organisation", "archive_product"):
        without(body, "successor_id")
    elif operation == "move_organisation":
        without(body, "department_id")
        body.update(town_code="320682104", from_date=day(3))
    elif operation in ("create_product", "change_product"):
        without(body, "seller_id", "producer_id", "gtin", "claims", "net_weight_kg", "line_kind", "quantity_step")
        body.update(category_code="grain", origin_code="610723103", channels=["supermarket"], name="试" + unique)
        if operation == "create_product":
            body.update(sku="T-" + unique)
        if operation == "create_product" and IS == "operator":
            body["seller_id"] = my("supplier")
    elif operation == "make_offer":
        without(body, "to_date", "minimum", "step")
        body.update(product_id=product(), channel="supermarket", from_date=day(1), price="99999.00")
        without(body, "kind", "buyer_id", "tiers")
    elif operation == "announce_price":
        without(body, "tiers")
        body.update(price="99998.00", from_date=day(9))
    elif operation == "set_terms":
        body.clear()
        body.update(notice_days=7)
    elif operation == "arrange_pictures":
        body["pictures"] = []
    elif operation == "draft_contract":
        body.clear()
        body.update(contract_body(ACTOR))
    elif operation == "change_contract":
        body.clear()
        body["cap"] = "950.00"
    elif operation == "create_inquiry":
        without(body, "channel", "note")
        body.update(supplier_ids=[my("supplier")], answer_by=day(3), deliver_by=day(20),
                    lines=[{"wanted": "黑米", "quantity": "5", "unit": "袋"}])
    elif operation == "order_quote":
        without(body, "site_id", "external_order_no", "fund_source", "deliver_on")
    elif operation == "mark_notices_read":
        body.clear()
        body["up_to"] = (items("/v1/notices", ACTOR) or [{"notice_id": str(uuid.uuid4())}])[0]["notice_id"]
    elif operation == "end_offer":
        body["to_date"] = day(2)
    elif operation == "add_place":
        body["town_code"] = "610723104"
    elif operation in ("create_site", "change_site"):
        without(body, "organisation_id")
        body["town_code"] = TOWN
        if operation == "create_site" and IS == "operator":
            body["organisation_id"] = organisation()
    elif operation == "create_key":
        without(body, "organisation_id", "role", "remit", "person_id", "permissions", "requests_per_minute")
        body.update(holder={"name": "试", "machine": True}, days=2, **office())
    elif operation == "upload_import_part":
        body["rows"] = [row()]
    elif operation == "record_movements":
        move = {"product_id": goods(), "place_id": place(), "quantity": "1", "reason": "receipt", "moved_on": day(0)}
        body["movements"] = [move]


def narrow(operation, query):
    for name in ("cursor", "from", "to", "placed_from", "placed_to"):
        query.pop(name, None)
    if IS != "operator":
        query.pop("organisation_id", None)
    if operation == "read_price":
        for name in ("channel", "quantity", "day", "buyer_id"):
            query.pop(name, None)
        if not BUYS:
            query["buyer_id"] = my("school_buyer")
    if "group_by" in query:
        query["group_by"] = "town,month"
    if query.get("sort") in ("price", "price_per_kg"):
        query["channel"] = "supermarket"
    if query.get("sort") == "relevance":
        query["q"] = "heimi"
    if operation == "upload_order_sheet":
        basket = basket_of(ACTOR if BUYS else "school_buyer")
        for name in ("site_id", "external_order_no"):
            query.pop(name, None)
        query.update(deliver_on=day(7), channel=basket["channel"], fund_source=basket["fund_source"])


def current(path):
    answer = call("GET", path)
    return answer.headers.get("ETag", '"v1"')


def is_well_formed(case):
    # A case may be of the positive kind and yet have one component that is broken on purpose.
    meta = case.meta
    return bool(meta and meta.generation.mode.is_positive and all(info.mode.is_positive for info in meta.components.values()))


@schemathesis.hook
def before_call(context, case, kwargs):
    if not is_well_formed(case):
        return
    operation = case.operation.definition.raw["operationId"]
    try:
        for name in list(case.path_parameters or {}):
            case.path_parameters[name] = named(operation, name)
        if operation == "upload_order_sheet":
            sku = basket_of(ACTOR if BUYS else "school_buyer")["lines"][0]["sku"]
            case.body = Binary(f"sku,quantity\n{sku},1\n".encode())
        elif operation == "add_picture":
            case.body = Binary(PIXEL)
        elif isinstance(case.body, dict):
            fill(operation, case.body)
        if case.query:
            narrow(operation, case.query)
        if case.headers and "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = uuid.uuid4().hex
        if case.headers and "If-Match" in case.headers:
            thing = case.formatted_path.removesuffix("/archive").removesuffix("/end").removesuffix("/pictures")
            if thing.startswith("/v1/contracts/"):
                thing = "/".join(thing.split("/")[:4])
            case.headers["If-Match"] = current(thing)
    except (KeyError, IndexError, StopIteration, requests.RequestException):
        pass  # what this actor may not make stays as generated


@schemathesis.hook
def after_call(context, case, response):
    count = counts[case.operation.definition.raw["operationId"]]
    good = 200 <= response.status_code < 300
    if is_well_formed(case):
        count[0] += 1
        count[1] += good
    # Probes of another method (405) or without a key (401) say nothing of the operation itself.
    if response.status_code not in (401, 405):
        count[2] += 1
        count[3] += good


@atexit.register
def write():
    with open(os.environ["YANGPIN_CONTRACT_OUT"], "w") as out:
        json.dump(counts, out)
