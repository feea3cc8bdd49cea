"""Throws requests at a running stack that infra/openapi.json allows, and others that it forbids, and holds every answer
against it.

    schemathesis_run.py CONNECTION [option of `schemathesis run` ...]

CONNECTION is the JSON that `infra/local.py up --json` prints, in a file. Ends with 0 when nothing is wrong.
"""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "infra"))

from stack.api import call  # noqa: E402

# What is left out of all checks and phases, and why:
# - A schema cannot say what PUT /v1/desk/settings checks between fields (a clock names a calendar, hours do not overlap,
#   a year has working time), nor which version is the current one: what it allows may be refused with 422 or 412, and of
#   a token that is no admin's with 403. Its coverage phase alone is a thousand calls; flows/openapi.rs holds the bounds
#   of that schema against the code without a stack.
# - Nor can one say which version a ticket has (If-Match: 412) or which names the settings know (a standard answer: 422) and
#   which tickets there are besides (the one it is merged into or linked with: 422).
# - Nor who is on the staff list (presence: 404). All operations are tried with their examples; of the desk's commands, which are read
#   alike (shared/src/desk), three are tried with made-up bodies too, or a run would take many minutes more.
# - Nor what PUT /v1/orders/{{id}} checks between fields (422) or against what it was told before (409), which lines an order
#   has and what is left of them (409, 422), nor where a case stands (409): every act on a case is tried with its examples,
#   and one with made-up bodies. Webhooks are signed, which no schema does: what is told here is refused (401).
# - Response times say something about the emulator only; `make bench` measures ours.
CONFIG = """
continue-on-failure = true
suppress-health-check = ["all"]
request-timeout = 30
headers = {{ Host = "{host}" }}

[checks]
max_response_time = 60

[generation]
deterministic = true
max-examples = 40

{auth}

[[operations]]
include-path = "/v1/desk/settings"
include-method = "PUT"
phases.coverage.enabled = false
checks.positive_data_acceptance.expected-statuses = ["2xx", "403", "412", "422"]

[[operations]]
include-path-regex = "^/v1/desk/agents/"
include-method = "PUT"
checks.positive_data_acceptance.expected-statuses = ["2xx", "403", "404"]

[[operations]]
include-path-regex = "^/v1/orders/"
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "409", "422", "429"]

[[operations]]
include-path-regex = "^/v1/tickets/.*/cases"
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "409"]

[[operations]]
include-path = "/v1/desk/payment-provider"
checks.positive_data_acceptance.expected-statuses = ["2xx", "403", "404", "422"]

[[operations]]
include-path-regex = "^/v1/webhooks/"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "404"]

[[operations]]
include-path-regex = "^/v1/desk/tickets/"
include-method = "POST"
checks.positive_data_acceptance.expected-statuses = ["2xx", "403", "404", "409", "412", "422"]
"""
PARTS = [
    "^/v1/tickets$",
    "^/v1/tickets/|^/v1/customers/",
    r"^/v1/desk/(tickets|tickets/\{id\}(/(replies|resolve|assign))?|settings)$",
    r"^/v1/(orders/|policy$)",
    r"^/v1/webhooks/|^/v1/desk/(cases|payment-provider|tickets/\{id\}/cases(/\{number\}(/edit)?)?)$",
]  # fmt: skip
AUTH = """
[auth.openapi.shop]
bearer = "{shop}"

[auth.openapi.staff]
bearer = "{staff}"
"""


def main(connection_file: str, *options: str) -> int:
    connection = json.loads(Path(connection_file).read_text())
    users = connection["users"]
    tickets, orders = prepare(connection)
    told = {
        "tickets": tickets,
        "orders": orders,
        "staff": [user["sub"] for name, user in users.items() if name.startswith("shop-") and "role" in user],
        "tokens": {"shop": users["shop-server"]["token"], "staff": users["shop-lead"]["token"], "settings": users["spare-admin"]["token"]},
    }
    # At the door: a call without a token, or with a wrong one, is refused. Then with a token always: else it would be
    # the token that is wrong in most of the calls that have something wrong, and nothing else would be looked at.
    # Whose presence is set has to be on the staff list, which no example can be: flows/agents.rs.
    door = [[told | {"door": True}, "--phases", "examples", "--exclude-path-regex", "^/v1/desk/agents/"]]
    inside = [[told | {"door": False}, "--phases", "examples,coverage,fuzzing", "--include-path-regex", paths] for paths in PARTS]
    # In processes side by side: most of the time goes into thinking up what to send.
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(len(PARTS)) as together:
        runs = [together.submit(run, connection, Path(scratch) / str(place), *part, *options) for place, part in enumerate(door + inside)]
    ended = [each.result() for each in runs]
    for output in (output for code, output in ended if code):
        print(output)
    print(*[line for _, output in ended for line in output.splitlines() if " generated, " in line], sep="\n")
    return max(code for code, _ in ended)


def run(connection: dict, folder: Path, told: dict, *options: str) -> tuple[int, str]:
    auth = AUTH.format(**told["tokens"]) if told["door"] else ""
    folder.mkdir()
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG.format(host=connection["api"]["host"], auth=auth))
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", str(ROOT / "infra" / "openapi.json"),
        "--url", connection["api"]["url"], "--checks", "all", *options,
    ]  # fmt: skip
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "schemathesis_run", "PYTHONPATH": str(Path(__file__).parent),
        "PYTHONDONTWRITEBYTECODE": "1", "AFTERCARE_TOLD": json.dumps(told), "NO_COLOR": "1",
    }  # fmt: skip
    ended = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    return ended.returncode, ended.stdout + ended.stderr


def prepare(connection: dict) -> tuple[list[str], list[str]]:
    """Room for thousands of requests, and tickets to work on, each with a case. Returns the ids of tickets and orders."""
    admin, server = (connection["users"][name]["token"] for name in ("shop-admin", "shop-server"))
    _, current = call(connection, "GET", "/v1/desk/settings", admin)
    limits = {"tickets_per_customer_hour": 50, "tickets_per_address_hour": 100, "requests_per_minute": 60_000}
    current["settings"]["limits"] |= limits
    wanted = {"replaces": current["version"], "settings": current["settings"]}
    done(call(connection, "PUT", "/v1/desk/settings", admin, wanted))
    tickets, orders = [], []
    for number in range(8):
        customer = unique("c")
        body = {"channel": "web", "kind": "inquiry", "body": f"Which size fits, {number}?", "customer": {"ref": customer}}
        answer = done(call(connection, "POST", "/v1/tickets", server, body, unique("key")))
        tickets.append(answer["ticket"]["id"])
        orders.append(unique("o"))
        done(call(connection, "PUT", f"/v1/orders/{orders[-1]}", server, order(customer)))
        case = {"kind": "refund_only", "reason": "defective", "lines": [{"line": "1", "quantity": 1}], "ticket": tickets[-1]}
        done(call(connection, "POST", f"/v1/orders/{orders[-1]}/cases", server, case, unique("key")))
    return tickets, orders


def order(customer: str) -> dict:
    """Above what the rules approve by themselves, and enough for many cases."""
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    return {
        "version": 1, "customer": customer, "currency": "CNY", "placed_at": now,
        "lines": [{"id": "1", "quantity": 10_000, "total": 900_000_000}],
        "payments": [{"id": "pay-1", "method": "card", "captured": 900_000_000}],
        "deliveries": [{"line": "1", "quantity": 10_000, "at": now}],
    }  # fmt: skip


def done(answer: tuple[int, dict]) -> dict:
    status, body = answer
    if status >= 300:
        raise SystemExit(f"The stack could not be prepared: {status} {json.dumps(body, ensure_ascii=False)}")
    return body


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:20]}"


# Set for another storefront, so that nothing else is disturbed.
SPARE = ("/v1/desk/settings", "/v1/desk/payment-provider")
REASONS = {
    "quality": ["defect", "malfunction", "not_as_described"],
    "delivery": ["slow", "damaged", "courier_attitude"],
    "service": ["attitude", "slow", "unsuitable_solution"],
    "order": ["cancellation", "modification", "wrong_information"],
    "account_payment": ["account", "payment_failed", "refund_difficulty"],
}


def hooks(told: dict) -> None:
    """Says what the description says in words and a schema cannot. Only what is valid is touched, and stays valid."""
    import schemathesis
    from hypothesis import strategies as st
    from schemathesis.core.parameters import ParameterLocation as At

    schemathesis.openapi.format("iana-time-zone", st.sampled_from(["Asia/Shanghai", "America/New_York", "UTC"]))
    schemathesis.openapi.format("ticket-name", st.sampled_from(told["tickets"]))
    schemathesis.openapi.format("iso-4217", st.sampled_from(["CNY", "JPY", "KWD", "EUR"]))

    @schemathesis.hook
    def before_load_schema(context, schema):
        if not told["door"]:
            for operations in schema["paths"].values():
                for operation in operations.values():
                    del operation["security"]

    @schemathesis.hook
    def before_call(context, case, kwargs):
        if not told["door"]:
            # The settings of another storefront are thrown about, so that the other operations keep theirs.
            whose = "settings" if case.path in SPARE else "staff" if "/desk/" in case.path else "shop"
            case.headers["Authorization"] = f"Bearer {told['tokens'][whose]}"
        if case.meta is None:
            return
        valid = {at: not case.meta.is_negative_at(at) for at in (At.PATH, At.QUERY, At.HEADER, At.BODY)}
        if valid[At.PATH] and "number" in case.path_parameters:
            case.path_parameters["number"] = 1
        if valid[At.PATH] and case.path.startswith("/v1/orders/"):
            new = case.method == "PUT"
            pool = told["orders"]
            case.path_parameters["id"] = unique("o") if new else pool[len(str(case.path_parameters["id"])) % len(pool)]
        elif valid[At.PATH] and "id" in case.path_parameters:
            # Those that are resolved are others than those that are answered, handed over and added to.
            ends = case.path.endswith(("/resolve", "/cancel", "/spam", "/merge"))
            pool = told["tickets"][:4] if ends else told["tickets"][4:]
            case.path_parameters["id"] = pool[sum(str(case.path_parameters["id"]).encode()) % len(pool)]
        if valid[At.HEADER] and "Aftercare-Storefront" in case.headers:
            case.headers["Aftercare-Storefront"] = "spare" if case.path in SPARE and not told["door"] else "shop"
        if valid[At.HEADER] and case.method == "POST":
            case.headers["Idempotency-Key"] = unique(case.headers.get("Idempotency-Key", "key")[:230])
        if valid[At.QUERY] and case.path == "/v1/tickets" and case.method == "GET":
            case.query.setdefault("customer", "c-1")
        if valid[At.QUERY] and case.path == "/v1/desk/tickets" and "owner" in case.query:
            # Parameters that do not go with an owner.
            for name in ["status", "due"] if case.query["owner"] == "none" else ["status", "due", "team"]:
                case.query.pop(name, None)
        if valid[At.QUERY]:
            case.query.pop("cursor", None)  # only the API can make one
        if valid[At.BODY] and isinstance(case.body, dict):
            fit(case.path, case.body)

    def fit(path: str, body: dict) -> None:
        if path == "/v1/tickets":
            body["customer"] = (body.get("customer") or {}) | {"ref": unique("c")}
            if body.get("reason") not in REASONS.get(body.get("category"), []):
                body.pop("reason", None)
        if path == "/v1/desk/tickets/{id}/classification" and body.get("reason") not in REASONS.get(body.get("category"), []):
            body.pop("reason", None)
        if path.startswith("/v1/orders/") and "/cases" in path:
            for name in ("ticket", "net"):
                body.pop(name, None)
        if path.endswith("/assign"):
            body["to"] = told["staff"][len(body["to"]) % len(told["staff"])]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    sys.exit(main(*sys.argv[1:]))
elif "AFTERCARE_TOLD" in os.environ:
    hooks(json.loads(os.environ["AFTERCARE_TOLD"]))
