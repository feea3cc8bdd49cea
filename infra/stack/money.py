"""Two customers of the demo want money back: what the rules alone may give, and what an agent has to approve."""

import copy
import json
import time
from datetime import datetime, timedelta, timezone

from .api import call
from .state import ROOT, Progress, Trouble, say

PATIENCE = 120  # seconds


def show(connection: dict, run: str) -> None:
    stories = json.loads((ROOT / "infra" / "stack" / "demo-cases.json").read_text())
    for place, story in enumerate(stories):
        case = request(connection, copy.deepcopy(story), f"{run}-{place}")
        if not settles_by_itself(connection, case):
            approve(connection, case)
        paid = wait(connection, case, "Waiting for the money", lambda case: case["status"] == "settled")
        by = "the rules" if paid["inside"]["automatic"] else "an agent"
        reference = ", ".join(payout["reference"] for payout in paid["payouts"])
        say(f"{shown(paid)} went back for {paid['order']} ({paid['ticket_number']}), approved by {by}: {reference}")
    say(f"The payment provider's books: {connection['pay']['url']}")
    say()


def request(connection: dict, story: dict, run: str) -> dict:
    """The shop's server tells of the order, shows its customer the figures, and asks."""
    server = connection["users"]["shop-server"]["token"]
    customer, order = story["customer"], story["order"]
    ref, name, today = f"{customer.pop('ref')}-{run}", f"{order.pop('id')}-{run}", datetime.now(timezone.utc)
    done(call(connection, "PUT", f"/v1/customers/{ref}", server, customer))
    delivered = (today - timedelta(days=2)).isoformat(timespec="seconds")
    facts = order | {
        "version": 1, "customer": ref, "placed_at": (today - timedelta(days=6)).isoformat(timespec="seconds"),
        "deliveries": [{"line": line["id"], "quantity": line["quantity"], "at": delivered} for line in order["lines"]],
    }  # fmt: skip
    done(call(connection, "PUT", f"/v1/orders/{name}", server, facts))
    preview = done(call(connection, "POST", f"/v1/orders/{name}/cases/preview", server, story["case"]))
    body = story["case"] | {"net": preview["figures"]["net"]}
    case = done(call(connection, "POST", f"/v1/orders/{name}/cases", server, body, f"case-{run}"))
    if case["figures"] != preview["figures"]:
        raise Trouble(f"The figures of a case are not those of its preview:\n{json.dumps([preview, case], indent=1)}")
    say(f"{ref} asks for {shown(case)} of {name}: {case['ticket_number']}")
    return case


def settles_by_itself(connection: dict, case: dict) -> bool:
    looked = wait(connection, case, "Waiting for the rules", lambda case: case["status"] != "requested")
    return looked["status"] != "pending"


def approve(connection: dict, case: dict) -> None:
    """An agent looks at it, and approves just that."""
    agent, path = connection["users"]["shop-agent"]["token"], address(case)
    seen = done(call(connection, "GET", path, agent))
    body = {"hash": seen["inside"]["hash"]}
    done(call(connection, "POST", f"{path}/approve", agent, body, f"approve-{case['ticket']}"))
    why = ", ".join(seen["inside"]["why_not_automatic"])
    say(f"{shown(case)} needs a person ({why}); an agent approved it.")


def wait(connection: dict, case: dict, what: str, until) -> dict:
    last = time.monotonic() + PATIENCE
    with Progress(what) as progress:
        while True:
            now = done(call(connection, "GET", address(case), connection["users"]["shop-agent"]["token"]))
            if until(now):
                return now
            if time.monotonic() > last:
                raise Trouble(f"A case is still {now['status']} after {PATIENCE} s. Look at the logs (infra/local.py logs).")
            progress.tick(f"({now['status']})")
            time.sleep(0.25)


def address(case: dict) -> str:
    return f"/v1/desk/tickets/{case['ticket']}/cases/{case['number']}"


def shown(case: dict) -> str:
    figures = case["figures"]
    return f"{figures['currency']} {figures['net'] / 100:.2f}"


def done(answer: tuple[int, dict]) -> dict:
    status, body = answer
    if status >= 300:
        raise Trouble(f"A step of the demo was refused with {status}: {json.dumps(body, ensure_ascii=False)}")
    return body
