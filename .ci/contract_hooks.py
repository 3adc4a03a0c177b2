"""Test data for schemathesis: a schema cannot say which ids, SKUs and codes exist in the demo world.

In well-formed cases the fields that must name things are filled with things that are there (contract_world.py);
everything else stays as generated. Malformed cases are left alone. Counts answers by operation and writes them to
YANGPIN_CONTRACT_OUT.
"""
import atexit, collections, json, os, uuid
import requests, schemathesis
from contract_world import (ACTOR, BUYS, IS, PIXEL, TOWN, basket_of, buyer, call, contract_body, day, goods, inquiry_answer,
                            items, line, my, named, office, organisation, place, product, row)

counts = collections.defaultdict(lambda: [0, 0, 0, 0])  # well-formed: all, 2xx; all cases: all, 2xx

def without(body, *names):
    for name in names:
        body.pop(name, None)


def fill(operation, body, ids):
    unique = uuid.uuid4().hex[:12]
    if operation in ("place_order", "try_order", "keep_quotes"):
        without(body, "site_id", "external_order_no", "contract_id", "quote_id", "valid_until")
        body.update(basket_of(buyer()))
    elif operation in ("repeat_order", "order_saved_list", "try_saved_list"):
        basket = basket_of(buyer())
        without(body, "site_id", "external_order_no", "channel", "fund_source", "contract_id", "quote_id")
        body.update(deliver_on=day(7), skip_unavailable=True)
        if operation != "repeat_order":
            body.update(channel=basket["channel"], fund_source=basket["fund_source"])
    elif operation in ("create_saved_list", "change_saved_list"):
        body["lines"] = [{"sku": basket_of(buyer())["lines"][0]["sku"], "quantity": "1"}]
    elif operation in ("add_category", "create_department"):
        body["code"] = "t" + unique
    elif operation == "add_synonym":
        body.update(word="t" + unique, means="黑米")
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
    elif operation == "answer_inquiry":
        without(body, "freight", "freight_sku")
        body.update(inquiry_answer())
    elif operation == "choose_quote":
        answers = call("GET", f"/v1/inquiries/{ids['inquiry_id']}/comparison", actor=buyer()).json()["quotes"]
        body["quote_id"] = answers[0]["quote_id"]
    elif operation == "answer_order":
        body["lines"] = [line()]
    elif operation == "close_order_short":
        body["lines"] = [{"line_no": 1}]
    elif operation == "propose_order_change":
        without(body, "lines")
        body["deliver_on"] = day(9)
    elif operation == "ship_order":
        without(body, "dispatched_on", "replacement")
        body["lines"] = [line()]
    elif operation == "accept_shipment":
        without(body, "accepted_on", "lines")
    elif operation == "keep_shipment_surplus":
        without(body, "accepted_on")
        body.update(note="多收", lines=[{"no": 1, "quantity": "1"}])
    elif operation == "return_goods":
        without(body, "returned_on")
        body["lines"] = [line(reason="damaged", fate="destroy")]
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


def file_for(operation):
    """What is in the file that an operation wants, if it wants one."""
    if operation == "add_picture":
        return PIXEL
    rows = {"upload_import_file": row, "upload_order_sheet": lambda: basket_of(buyer())["lines"][0]}
    if operation not in rows:
        return None
    cells = rows[operation]()
    return "\n".join((",".join(cells), ",".join(cells.values()))).encode()


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
        basket = basket_of(buyer())
        for name in ("site_id", "external_order_no", "contract_id"):
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
        if file := file_for(operation):
            # Passed to the transport: a body put into the case would count as one that breaks the schema.
            kwargs["data"] = file
        elif isinstance(case.body, dict):
            fill(operation, case.body, case.path_parameters or {})
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
