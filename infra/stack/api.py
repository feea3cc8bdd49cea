"""One call of the local API, the way its users make it."""

import http.client
import json
from urllib.parse import urlencode, urlsplit

Answer = tuple[int, dict]


def call(connection: dict, method: str, path: str, token: str = "", body: object = None, key: str = "") -> Answer:
    """Status and parsed body. The API is told by the Host header: not every resolver knows *.localhost."""
    headers = {"Host": connection["api"]["host"]}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if key:
        headers["Idempotency-Key"] = key
    sent = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        sent = json.dumps(body, ensure_ascii=False).encode()
    wire = http.client.HTTPConnection("127.0.0.1", connection["api"]["port"], timeout=60)
    try:
        wire.request(method, path, sent, headers)
        answer = wire.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else {}
    except ValueError:
        return answer.status, {"text": text.decode("utf-8", "replace")}
    finally:
        wire.close()


def visit(connection: dict, link: str, form: dict | None = None) -> tuple[int, str]:
    """A page as a browser without script asks for it, and where a form led to."""
    headers = {"Host": connection["api"]["host"], "Content-Type": "application/x-www-form-urlencoded"}
    path = urlsplit(link)._replace(scheme="", netloc="").geturl()
    wire = http.client.HTTPConnection("127.0.0.1", connection["api"]["port"], timeout=60)
    try:
        wire.request("POST" if form else "GET", path, urlencode(form) if form else None, headers)
        answer = wire.getresponse()
        text = answer.read().decode()
    finally:
        wire.close()
    return visit(connection, answer.headers["Location"]) if answer.status == 303 else (answer.status, text)
