"""A payment provider of the local stack, behind the contract of infra/PAYMENTS.md. Loopback only; its money is not real.

    provider.py FOLDER PORT

FOLDER has `provider.json` with `key`, what Aftercare signs with, and `webhook_secret`, what it signs with. Its books are in
`refunds.json` beside it. Asked for a refund it says `pending`, and tells by webhook that it is settled; a payment whose name
begins with `declined` is declined. `GET /` shows the books.
"""

import base64
import hashlib
import hmac
import http.client
import http.server
import json
import sys
import threading
import time
import urllib.parse
from pathlib import Path

FOLDER = Path(sys.argv[1])
BOOKS = FOLDER / "refunds.json"
LOCK = threading.Lock()
LATEST = 300  # seconds that a signature is old, or early, at most
PAGE = 100


def secret(name: str) -> bytes:
    return base64.b64decode(told()[name].removeprefix("whsec_"))


def told() -> dict:
    return json.loads((FOLDER / "provider.json").read_text())


def signature(key: bytes, message: str, at: str, content: bytes) -> str:
    whole = f"{message}.{at}.".encode() + content
    return "v1," + base64.b64encode(hmac.new(key, whole, hashlib.sha256).digest()).decode()


def books() -> list[dict]:
    return json.loads(BOOKS.read_text()) if BOOKS.exists() else []


def write(refunds: list[dict]) -> None:
    new = BOOKS.with_suffix(".new")
    new.write_text(json.dumps(refunds, indent=1))
    new.replace(BOOKS)


class Provider(http.server.BaseHTTPRequestHandler):
    timeout = 30

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/refunds":
            return self.answer(404, {})
        if not self.is_genuine(body):
            return self.answer(401, {})
        asked, key = json.loads(body), self.headers.get("Idempotency-Key")
        with LOCK:
            refunds = books()
            known = next((refund for refund in refunds if refund["id"] == key), None)
            if known and known["asked"] != asked:
                return self.answer(409, {})
            if not known:
                declined = asked["payment"].startswith("declined")
                known = {
                    "id": key, "reference": f"rf_{len(refunds) + 1}", "status": "declined" if declined else "pending",
                    "payment": asked["payment"], "amount": asked["amount"], "asked": asked,
                }  # fmt: skip
                if declined:
                    known["decline"] = {"code": "payment_not_refundable"}
                write([*refunds, known])
        self.answer(201, shown(known))
        if known["status"] == "pending":
            threading.Thread(target=settle, args=(key,), daemon=True).start()

    def do_GET(self) -> None:
        place = urllib.parse.urlsplit(self.path)
        if place.path == "/":
            return self.answer(200, {"refunds": [shown(refund) | {"payment": refund["payment"]} for refund in books()]})
        if place.path != "/refunds":
            return self.answer(404, {})
        if not self.is_genuine(self.path.encode()):
            return self.answer(401, {})
        query = dict(urllib.parse.parse_qsl(place.query))
        first = int(query.get("after", "0"))
        found = [shown(refund) for refund in books() if refund["payment"] == query.get("payment")]
        more = {"next": str(first + PAGE)} if len(found) > first + PAGE else {}
        self.answer(200, {"refunds": found[first : first + PAGE]} | more)

    def is_genuine(self, content: bytes) -> bool:
        """What is signed of a GET is its path and query."""
        message, at = self.headers.get("Webhook-Id", ""), self.headers.get("Webhook-Timestamp", "")
        fresh = at.isdigit() and abs(time.time() - int(at)) <= LATEST
        good = signature(secret("key"), message, at, content)
        return fresh and any(hmac.compare_digest(good, given) for given in self.headers.get("Webhook-Signature", "").split())

    def answer(self, status: int, body: dict) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Its books say it all."""


def shown(refund: dict) -> dict:
    return {name: refund[name] for name in ("id", "reference", "status", "amount", "decline") if name in refund}


def settle(key: str) -> None:
    """A moment later the money is there. Told until it is heard."""
    time.sleep(0.5)
    with LOCK:
        refunds = books()
        refund = next(refund for refund in refunds if refund["id"] == key)
        refund["status"] = "settled"
        write(refunds)
    body = json.dumps({"v": 1, "type": "refund.updated", "refund": shown(refund) | {"payment": refund["payment"]}}).encode()
    for wait in (1, 2, 4, 8, 16):
        if tell(f"msg_{refund['reference']}", body):
            return
        time.sleep(wait)


def tell(message: str, body: bytes) -> bool:
    """`webhook` in provider.json is where to: port, Host header and path."""
    where, at = told().get("webhook"), str(int(time.time()))
    if not where:
        return False
    headers = {
        "Host": where["host"], "Content-Type": "application/json", "Webhook-Id": message, "Webhook-Timestamp": at,
        "Webhook-Signature": signature(secret("webhook_secret"), message, at, body),
    }  # fmt: skip
    wire = http.client.HTTPConnection("127.0.0.1", where["port"], timeout=30)
    try:
        wire.request("POST", where["path"], body, headers)
        return wire.getresponse().status < 300
    except OSError:
        return False
    finally:
        wire.close()


if __name__ == "__main__":
    for begun in books():
        if begun["status"] == "pending":
            threading.Thread(target=settle, args=(begun["id"],), daemon=True).start()
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Provider).serve_forever()
