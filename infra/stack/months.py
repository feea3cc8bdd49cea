"""Three months of a shop's life. Our own functions play them beforehand, by a clock of their own; then all that it came to is put
on the local stack, which goes on from there: its relay hears of everything once more, and nothing is doubled."""

import json
import shutil
import subprocess
import time
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from pathlib import Path

from . import cloud, demo, people
from .api import call
from .state import ROOT, Progress, State, Trouble, say

SHOP = people.PLAYED
COLLEAGUES = ("mei", "jon")  # agents beside the one who can sign in
HEARD = ("ENTRY#", "FEEDBACK", "SHEETS", "SHORTFALL", "BOUGHT#")  # what the table's stream tells the relay of
SHOWN = ("tickets", "complaint_rate", "csat", "first_response_chat", "handling", "repurchase", "feedback")


def show(state: State, connection: dict, days: int | None) -> None:
    table = cloud.client(connection["endpoint"], "dynamodb")
    name = connection["outputs"]["TableName"]
    # Written last, so a load that was interrupted is done again.
    end = {"pk": {"S": f"L|{SHOP}"}, "sk": {"S": "COUNTED"}}
    folder = state.path("months")
    if "Item" not in table.get_item(TableName=name, Key=end):
        if not (folder / "items.jsonl").exists():
            play(state, connection, days)
        load(table, name, folder, end)
        for mail in folder.glob("*.eml"):
            shutil.copy(mail, connection["mail"])
        shutil.rmtree(folder)
    tell(connection)


def play(state: State, connection: dict, days: int | None) -> None:
    until = datetime.now(timezone.utc)
    first = until.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(3):
        first = (first - timedelta(days=1)).replace(day=1)
    began = until - timedelta(days=days) if days else first
    settings = people.settings_of(SHOP, connection["users"].values())
    language = settings["shop"]["language"]
    settings["staff"] += [
        {"id": name, "email": f"{name}@{cloud.MAIL_DOMAIN}", "role": "agent", "language": language} for name in COLLEAGUES
    ]
    made = state.path("months.new")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    wanted = {
        "shop": SHOP, "settings": settings, "from": began.isoformat(), "until": until.isoformat(),
        "public_url": f"http://{connection['api']['host']}", "folder": str(made),
    }  # fmt: skip
    say(f"Playing {(until - began).days} days of {settings['shop']['name']}; it takes some minutes.")
    command = ["cargo", "run", "--quiet", "--locked", "-p", "tests", "--example", "months"]
    with (made / "log").open("w") as log, Progress("Playing") as progress:
        player = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True)
        try:
            player.stdin.write(json.dumps(wanted))
            player.stdin.close()
            while player.poll() is None:
                progress.tick()
                time.sleep(0.2)
        finally:
            player.kill()
    if player.returncode:
        raise Trouble(f"The story broke off; see {made / 'log'}")
    made.rename(state.path("months"))


def load(table, name: str, folder: Path, end: dict) -> None:
    """Puts every item that is not over; what the relay hears of comes after what it then looks for."""
    now = time.time()
    items = [json.loads(line) for line in (folder / "items.jsonl").read_text().splitlines()]
    items = [item for item in items if float(item.get("ttl", {"N": "inf"})["N"]) > now and item["sk"]["S"] != "PAYMENTS"]
    items.sort(key=lambda item: (all(item[key] == end[key] for key in end), item["sk"]["S"].startswith(HEARD)))
    with Progress(f"Putting {len(items)} items into the table") as progress:
        for place in range(0, len(items), 25):
            left = {name: [{"PutRequest": {"Item": item}} for item in items[place : place + 25]]}
            while left:
                left = table.batch_write_item(RequestItems=left).get("UnprocessedItems")
            progress.tick(f"({place})")


def tell(connection: dict) -> None:
    """What the shop's lead reads at the desk, by month, and where the reports are."""
    lead = connection["users"][f"{SHOP}-lead"]["token"]
    today = datetime.now(timezone.utc).date()
    rows, first = [], today.replace(day=1)
    for _ in range(4):
        status, read = call(connection, "GET", f"/v1/desk/figures?from={first}", lead)
        if status != 200:
            raise Trouble(f"The figures could not be read: {status} {json.dumps(read, ensure_ascii=False)}")
        figures = {figure["name"]: figure for figure in read["figures"]}
        if figures.get("tickets", {}).get("value"):
            rows.append((f"{first:%Y-%m}", figures))
        first = (first - timedelta(days=1)).replace(day=1)
    say()
    say(f"  {demo.fit('', 32)}" + "".join(demo.fit(month, 12) for month, _ in reversed(rows)) + "goal")
    for name in SHOWN:
        cells = [figures[name] for _, figures in reversed(rows)]
        values = "".join(demo.fit("–" if cell.get("value") is None else f"{cell['value']:g}", 12) for cell in cells)
        label = f"{name} ({cells[0]['unit']})"
        say(f"  {demo.fit(label, 32)}{values}{cells[0].get('goal') or ''}")
    say()
    for path in sorted(Path(connection["mail"]).glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        if str(mail["Delivered-To"]).startswith(f"{SHOP}-head") and str(mail["Subject"]).startswith("Service quality"):
            say(f"  {demo.fit(str(mail['Subject']), 48)} {connection['inbox']}{path.stem}")
    say(f"  Every figure, as JSON: GET /v1/desk/figures?by=agent with the token of {SHOP}-lead")
    say()
