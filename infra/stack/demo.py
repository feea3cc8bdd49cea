"""A dozen requests of a shop's customers, what the API answers, and the mail that follows."""

import json
import re
import time
import unicodedata
from email import message_from_bytes, policy
from pathlib import Path

from . import money
from .api import call, visit
from .state import ROOT, Progress, State, Trouble, say

PATIENCE = 120  # seconds; mail to staff is gathered in buckets of ten
REPLY = {"en": "Hello, we have it and look into it today.", "zh-CN": "您好，我们已经收到，今天就为您处理。", "zh-TW": "您好，我們已經收到，今天就為您處理。"}
OFFER = {
    "en": "We send you a new one at our cost. Is that all right?",
    "zh-CN": "我们为您免费更换一件新的，您看可以吗？",
    "zh-TW": "我們為您免費更換一件新的，您看可以嗎？",
}


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
    agree(connection, *opened[2])
    money.show(connection, run)


def post(connection: dict, request: dict, key: str) -> tuple[int, dict]:
    """As the storefront's server sends it: its customer, its order, an Idempotency-Key of its own."""
    customer = request["customer"] | {"ref": f"{request['customer']['ref']}-{key}"}
    body = {name: value for name, value in request.items() if name != "note"} | {"customer": customer}
    return call(connection, "POST", "/v1/tickets", connection["users"]["shop-server"]["token"], body, key)


def reply(connection: dict, request: dict, answer: dict) -> None:
    """One of them is answered by a person, so that the first promise is kept."""
    act(connection, answer["ticket"], "replies", {"body": REPLY[request["customer"]["locale"]]})
    say(f"An agent answered {answer['ticket']['number']}.")


def agree(connection: dict, request: dict, answer: dict) -> None:
    """Another is offered something, and its customer accepts on the page that their mail leads to."""
    ticket, folder = answer["ticket"], Path(connection["mail"])
    offer = OFFER[request["customer"]["locale"]]
    act(connection, ticket, "proposals", {"solution": "exchange", "body": offer})
    with Progress("Waiting for the proposal's mail") as progress:
        until = time.monotonic() + PATIENCE
        while not (mails := [mail for mail in read(folder) if ticket["number"] in str(mail["Subject"]) and offer in text(mail)]):
            if time.monotonic() > until:
                raise Trouble(f"The proposal of {ticket['number']} did not come in {PATIENCE} s. Look at the logs (infra/local.py logs).")
            progress.tick()
            time.sleep(0.5)
    link = re.search(r"http://\S+/t/\S+", text(mails[-1]))[0]
    status, page = visit(connection, link)
    form = re.search(r'action="([^"]+/accept)".*?name="token" value="([^"]+)"', page, re.DOTALL)
    if status != 200 or not form:
        raise Trouble(f"The customer's page of {ticket['number']} has no proposal to accept; it answered {status}: {link}")
    visit(connection, form[1], {"token": form[2]})
    seen = act(connection, ticket, "notes", {"body": "The customer agreed; a new one goes out tomorrow."})
    say(f"A new one was proposed for {ticket['number']}, and the customer accepted on their page; it is {seen['status']}. Their page: {link}")
    say()


def act(connection: dict, ticket: dict, what: str, body: dict) -> dict:
    """What an agent does at the desk."""
    path, agent = f"/v1/desk/tickets/{ticket['id']}/{what}", connection["users"]["shop-agent"]["token"]
    status, said = call(connection, "POST", path, agent, body, f"{what}-{ticket['id']}")
    if status >= 300:
        raise Trouble(f"What an agent did ({what}) was refused with {status}: {json.dumps(said, ensure_ascii=False)}")
    return said


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


def read(folder: Path) -> list:
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]


def lacking(folder: Path, numbers: list[str], staff: int) -> str:
    mails = read(folder)
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
