"""A dozen requests of a shop's customers, what the API answers, and the mail that follows."""

import json
import time
import unicodedata
from email import message_from_bytes, policy
from pathlib import Path

from .api import call
from .state import ROOT, Progress, State, Trouble, say

PATIENCE = 120  # seconds; mail to staff is gathered in buckets of ten
REPLY = {"en": "Hello, we have it and look into it today.", "zh-CN": "您好，我们已经收到，今天就为您处理。", "zh-TW": "您好，我們已經收到，今天就為您處理。"}


def show(state: State, connection: dict) -> None:
    run = f"{int(time.time()):x}"[-6:]  # other customers every time: a person may only write five times an hour
    requests = json.loads((ROOT / "infra" / "stack" / "demo.json").read_text())
    answers = []
    with Progress(f"Posting {len(requests)} requests") as progress:
        for place, request in enumerate(requests):
            answers.append(post(connection, request, f"{run}-{place}"))
            progress.tick()
    table(requests, answers)
    opened = [(request, answer) for request, (status, answer) in zip(requests, answers) if status == 201]
    if len(opened) < len(requests):
        refused = next(answer for status, answer in answers if status != 201)
        raise Trouble(f"Not every request was taken; the first refusal:\n{json.dumps(refused, indent=1, ensure_ascii=False)}")
    reply(connection, *opened[0])
    urgent = sum(answer["ticket"]["priority"] == "urgent" for _, answer in opened)
    numbers = [answer["ticket"]["number"] for _, answer in opened]
    await_mail(Path(connection["mail"]), numbers, staff=urgent, link=connection["inbox"])


def post(connection: dict, request: dict, key: str) -> tuple[int, dict]:
    """As the storefront's server sends it: its customer, its order, an Idempotency-Key of its own."""
    customer = request["customer"] | {"ref": f"{request['customer']['ref']}-{key}"}
    body = {name: value for name, value in request.items() if name != "note"} | {"customer": customer}
    return call(connection, "POST", "/v1/tickets", connection["users"]["shop-server"]["token"], body, key)


def reply(connection: dict, request: dict, answer: dict) -> None:
    """One of them is answered by a person, so that the first promise is kept."""
    ticket, agent = answer["ticket"], connection["users"]["shop-agent"]["token"]
    text = {"body": REPLY[request["customer"]["locale"]]}
    status, said = call(connection, "POST", f"/v1/desk/tickets/{ticket['id']}/replies", agent, text, f"reply-{ticket['id']}")
    if status >= 300:
        raise Trouble(f"The reply of an agent was refused with {status}: {json.dumps(said, ensure_ascii=False)}")
    say(f"An agent answered {ticket['number']}.")


def await_mail(folder: Path, numbers: list[str], staff: int, link: str) -> None:
    """Waits for an acknowledgement of every ticket, the agent's reply, and a word to staff about what is urgent."""
    with Progress("Waiting for the mail") as progress:
        until = time.monotonic() + PATIENCE
        while missing := lacking(folder, numbers, staff):
            if time.monotonic() > until:
                raise Trouble(f"No mail came in {PATIENCE} s {missing}. Look at {link} and at the logs (infra/local.py logs).")
            progress.tick(f"({missing})")
            time.sleep(0.5)
    say()
    say(f"Mail: {link}")
    for path in sorted(folder.glob("*.eml"))[-40:]:
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        if any(number in str(mail["Subject"]) + text(mail) for number in numbers):
            say(f"  {fit(str(mail['Delivered-To']), 30)} {fit(str(mail['Subject']), 60)} {link}{path.stem}")
    say()


def lacking(folder: Path, numbers: list[str], staff: int) -> str:
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]
    to_staff = [mail for mail in mails if str(mail["Delivered-To"]).endswith("@shop.example")]
    to_customers = [text(mail) + str(mail["Subject"]) for mail in mails if mail not in to_staff]
    waiting = [number for number in numbers if not any(number in mail for mail in to_customers)]
    if waiting:
        return f"about {len(waiting)} of {len(numbers)} tickets"
    if sum(numbers[0] in mail for mail in to_customers) < 2:
        return "with the agent's reply"
    if staff and not any(number in text(mail) + str(mail["Subject"]) for mail in to_staff for number in numbers):
        return "to staff about what is urgent"
    return ""


def text(mail) -> str:
    part = mail.get_body(("plain",))
    return part.get_content() if part else ""


def table(requests: list[dict], answers: list[tuple[int, dict]]) -> None:
    say()
    say(f"  {fit('answer', 7)}{fit('ticket', 14)}{fit('locale', 8)}{fit('category', 32)}{fit('priority', 10)}subject")
    for request, (status, answer) in zip(requests, answers):
        ticket = answer.get("ticket", {})
        category = " / ".join(ticket[name] for name in ("category", "reason") if name in ticket) or answer.get("title", "")
        cells = (
            fit(str(status), 7), fit(ticket.get("number", ""), 14), fit(request["customer"]["locale"], 8),
            fit(category, 32), fit(ticket.get("priority", ""), 10), request.get("subject", ""),
        )
        say("  " + "".join(cells))
    say()


def fit(text: str, width: int) -> str:
    """Pads or cuts to a width in columns; a Chinese character takes two."""
    columns = 0
    for place, character in enumerate(text):
        columns += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if columns > width - 1:
            return text[:place] + " " * (width - columns_of(text[:place]))
    return text + " " * (width - columns)


def columns_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
