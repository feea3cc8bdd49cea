"""Opens mails in a real browser as phones and desks show them, by day and by night, and says what is wrong with them.

    mails.py CHROMIUM PICTURES MAIL.eml ...

Prints one JSON document: for each mail its `file`, its `language`, its `heading`, what stands in its `due` box, and
`wrong`, a list of sentences. A picture of each view goes to the folder PICTURES.
"""

import json
import sys
from email import message_from_bytes, policy
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")

# What lies on top at a text's first letter must be that text: it is there, on the page, and nothing covers it.
SEEN = """element => {
    element.scrollIntoView({ block: "center" });
    const range = document.createRange();
    range.selectNodeContents(element);
    const box = range.getClientRects()[0];
    if (!box || !element.innerText.trim()) return "";
    const top = document.elementFromPoint(box.left + 2, box.top + box.height / 2);
    return top && element.contains(top) && box.right <= innerWidth ? element.innerText.trim() : "";
}"""


def main(chromium: str, pictures: str, *files: str) -> None:
    Path(pictures).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        views = [View(browser, width, scheme) for width in WIDTHS for scheme in SCHEMES]
        print(json.dumps([look(views, Path(pictures), Path(file)) for file in files]))
        browser.close()


class View:
    """One page, used for mail after mail: making one takes longer than showing a mail."""

    def __init__(self, browser: Browser, width: int, scheme: str):
        self.name, self.asked_for = f"{width}-{scheme}", []
        self.page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        self.page.on("request", lambda request: self.asked_for.append(request.url))

    def show(self, html: str) -> Page:
        self.asked_for.clear()
        self.page.set_content(html)
        return self.page


def look(views: list[View], pictures: Path, file: Path) -> dict:
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    found = {"file": str(file), "wrong": []}
    for view in views:
        page = view.show(mail.get_body(("html",)).get_content())
        found |= texts(page)
        wrong = [*wrongs(page, found), *(f"it loads {address}" for address in view.asked_for)]
        found["wrong"] += [f"{view.name}: {sentence}" for sentence in wrong]
        page.screenshot(path=pictures / f"{file.stem}-{view.name}.png", full_page=True)
    if found["language"] != mail["Content-Language"]:
        found["wrong"].append(f"the page is in {found['language']}, the mail in {mail['Content-Language']}")
    return found


def texts(page: Page) -> dict:
    return {
        "language": page.evaluate("document.documentElement.lang"),
        "heading": page.locator("h1").evaluate(SEEN),
        "due": [box.evaluate(SEEN) for box in page.locator(".when").all()],
    }


def wrongs(page: Page, found: dict):
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        yield f"it is {wide} px wider than the screen"
    if not found["heading"]:
        yield "its heading is not seen"
    if "" in found["due"]:
        yield "the time it is due is not seen"
    if page.viewport_size["width"] > min(WIDTHS):
        return  # colours and structure are those of the narrow page, and axe takes its time
    for violation in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
        if violation["impact"] in ("serious", "critical"):
            places = ", ".join(node["html"][:120] for node in violation["nodes"])
            yield f"{violation['help']} ({violation['id']}): {places}"


if __name__ == "__main__":
    main(*sys.argv[1:])
