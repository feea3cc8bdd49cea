"""The people of the local stack: three storefronts, their servers, customers and staff, and what the staff set up."""

import contextlib
import json
import os
import shlex
from pathlib import Path

from . import cloud
from .api import call
from .state import ROOT, State, Trouble, say

PASSWORD = "Local-test-1"  # of everybody, on this machine only
ROLES = ("agent", "lead", "manager", "head", "finance", "admin")
PAYING = "shop"  # the storefront that has a payment provider
# Name and language of each. `other` is there to try that nothing crosses over, `spare` to have its settings thrown about.
SHOPS = {"shop": ("青禾生活馆", "zh-Hans"), "other": ("Harbour Goods", "en"), "spare": ("Spare Parts", "en")}
PLAYED = "teahouse"  # the storefront whose months `make demo` plays; it has no settings of its own before
SHOPS[PLAYED] = ("The Teahouse", "en")


def users() -> list[dict]:
    """Everybody, in the order in which they are introduced."""
    found = []
    for shop in SHOPS:
        found.append({"name": f"{shop}-server", "pool": "Shop", "storefront": shop, "kind": "storefront"})
        found.append({"name": f"{shop}-customer", "pool": "Shop", "storefront": shop, "kind": "customer", "customer": f"{shop}-customer-1"})
        found += [{"name": f"{shop}-{role}", "pool": "Staff", "storefront": shop, "role": role} for role in ROLES]
    for user in found:
        user["email"] = f"{user['name']}@{cloud.MAIL_DOMAIN if user['pool'] == 'Staff' else 'example.com'}"
        user["password"] = PASSWORD
    return found


def connect(state: State, outputs: dict[str, str]) -> dict:
    """Makes who is missing, signs everybody in, and returns all that a caller has to know: `endpoint`, `region` and
    `keys` for AWS's own clients; `api` (call `url`, and say `host` in the Host header); `outputs` of the stack; `users`
    by name, each with `storefront`, `kind` or `role`, `sub`, `email`, `password` and a `token`; `mail`, the folder where
    every mail arrives as a file; `inbox`, the page that shows them; `pay`, the payment provider's address and books; `log`,
    the emulator's.
    """
    ports = state.kept("ports.json")
    endpoint = f"http://127.0.0.1:{ports['cloud']}"
    connection = {
        "endpoint": endpoint,
        "region": cloud.REGION,
        "keys": cloud.KEYS,
        "api": {"url": endpoint, "port": ports["cloud"], "host": f"{outputs['ApiId']}.execute-api.localhost:{ports['cloud']}"},
        "inbox": f"http://127.0.0.1:{ports['inbox']}/",
        "mail": str(state.path("mail")),
        "pay": {"shop": PAYING, "url": f"http://127.0.0.1:{ports['pay']}", "books": str(state.path(cloud.PAY, "refunds.json"))},
        "log": str(state.path("log", "ministack.log")),
        "outputs": outputs,
        "users": {user["name"]: user for user in users()},
    }
    pools = cloud.client(endpoint, "cognito-idp")
    for user in connection["users"].values():
        make(pools, outputs[f"{user['pool']}PoolId"], user)
    sign_in(state, connection)
    return connection


def make(pools, pool: str, user: dict) -> None:
    """May be done again; what an interrupted `up` left half made is completed."""
    attributes = {"email": user["email"]}
    if user["pool"] == "Shop":
        attributes |= {f"custom:{name}": user[name] for name in ("storefront", "kind", "customer") if name in user}
    listed = [{"Name": name, "Value": value} for name, value in attributes.items()]
    with contextlib.suppress(pools.exceptions.UsernameExistsException):
        pools.admin_create_user(UserPoolId=pool, Username=user["name"], MessageAction="SUPPRESS", UserAttributes=listed)
    pools.admin_set_user_password(UserPoolId=pool, Username=user["name"], Password=PASSWORD, Permanent=True)
    if "role" in user:
        group = f"role:{user['storefront']}:{user['role']}"
        with contextlib.suppress(pools.exceptions.GroupExistsException):
            pools.create_group(UserPoolId=pool, GroupName=group)
        pools.admin_add_user_to_group(UserPoolId=pool, Username=user["name"], GroupName=group)


def sign_in(state: State, connection: dict) -> None:
    """Gives everybody a fresh ID token, good for an hour, notes who they are to the pool, and keeps both."""
    outputs = connection["outputs"]
    pools = cloud.client(connection["endpoint"], "cognito-idp")
    for user in connection["users"].values():
        pool, app = outputs[f"{user['pool']}PoolId"], outputs[f"{user['pool']}PoolClientId"]
        secrets = {"USERNAME": user["name"], "PASSWORD": PASSWORD}
        if user["pool"] == "Shop":
            answer = pools.initiate_auth(ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=secrets)
        else:
            answer = pools.admin_initiate_auth(
                UserPoolId=pool, ClientId=app, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=secrets
            )
        user["token"] = answer["AuthenticationResult"]["IdToken"]
        attributes = pools.admin_get_user(UserPoolId=pool, Username=user["name"])["UserAttributes"]
        user["sub"] = next(attribute["Value"] for attribute in attributes if attribute["Name"] == "sub")
        state.keep_text(user["token"], "tokens", user["name"])
    state.keep("stack.json", connection)


def settle(state: State, connection: dict) -> None:
    """Puts the shipped settings in force in all storefronts, with their staff, and has one of them pay. What somebody put
    there since is left."""
    pay(state, connection)
    for shop in SHOPS.keys() - {PLAYED}:
        admin = connection["users"][f"{shop}-admin"]["token"]
        current = ask(connection, admin, "GET", None)
        if not current["settings"]["staff"]:
            wanted = settings_of(shop, connection["users"].values())
            ask(connection, admin, "PUT", {"replaces": current["version"], "settings": wanted})


def pay(state: State, connection: dict) -> None:
    """Tells the payment provider where to tell of refunds, and Aftercare where it is."""
    known = state.kept(f"{cloud.PAY}/provider.json")
    webhook = connection["api"] | {"path": f"/v1/webhooks/payments/{PAYING}"}
    state.keep_text(json.dumps(known | {"webhook": webhook}, indent=1), cloud.PAY, "provider.json")
    admin, url = connection["users"][f"{PAYING}-admin"]["token"], connection["pay"]["url"]
    status, there = call(connection, "GET", "/v1/desk/payment-provider", admin)
    if status == 404 or there.get("url", "").startswith("http://127.0.0.1:") and there["url"] != url:
        access = {"kind": "standard", "url": url, "key": known["key"], "webhook_secret": known["webhook_secret"]}
        status, there = call(connection, "PUT", "/v1/desk/payment-provider", admin, access)
    if status != 200:
        raise Trouble(f"The payment provider could not be set: {status} {json.dumps(there, ensure_ascii=False)}")


def settings_of(shop: str, users) -> dict:
    name, language = SHOPS[shop]
    settings = json.loads((ROOT / "infra" / "settings.default.json").read_text())
    settings["shop"] |= {"name": name, "language": language, "mail": f"{'help' if shop == 'shop' else shop}@{cloud.MAIL_DOMAIN}"}
    settings["staff"] = [
        {"id": user["sub"], "email": user["email"], "role": user["role"], "language": language}
        for user in users
        if user["storefront"] == shop and "role" in user
    ]
    settings["mail"]["bucket_seconds"] = 10  # nobody at a demonstration waits for five minutes
    return settings


def ask(connection: dict, token: str, method: str, body: object) -> dict:
    status, answer = call(connection, method, "/v1/desk/settings", token, body)
    if status != 200:
        raise Trouble(f"{method} /v1/desk/settings was answered {status}:\n{json.dumps(answer, indent=1, ensure_ascii=False)}")
    return answer


def introduce(state: State, connection: dict) -> None:
    """Prints where everything is, and a call that works when pasted."""
    near = near_path(state.path("tokens"))
    body = json.dumps(
        {
            "channel": "web", "kind": "complaint", "subject": "The kettle leaks", "body": "Water runs out at the bottom. I would like a new one.",
            "customer": {"ref": "c-1", "name": "Ann", "email": "ann@example.com", "locale": "en-GB"},
        }
    )
    say()
    say(f"API     {connection['api']['url']}  with the header  Host: {connection['api']['host']}")
    say(f"Inbox   {connection['inbox']}  (every mail that is sent)")
    say(f"Pay     {connection['pay']['url']}  (the payment provider's books; its money is not real)")
    say(f"Logs    make logs  (what the functions wrote; the emulator's own: {near_path(state.path('log'))})")
    say(f"Tokens  {near}/<name>, good for an hour; `make up` renews them. Names:")
    for pool in ("Shop", "Staff"):
        names = ", ".join(user["name"] for user in connection["users"].values() if user["pool"] == pool)
        say(f"        {names}")
    say(f"        all of this for programs: {near_path(state.path('stack.json'))}")
    say()
    say("Try it:")
    say(f"""  curl -sS {connection['api']['url']}/v1/tickets -H 'Host: {connection['api']['host']}' \\
    -H "Authorization: Bearer $(cat {shlex.quote(near + '/shop-server')})" -H "Idempotency-Key: $(date +%s)" \\
    -H 'Content-Type: application/json' -d {shlex.quote(body)}""")
    say()


def near_path(path: Path) -> str:
    """As one would type it from here."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
