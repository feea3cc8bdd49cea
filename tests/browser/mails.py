"""Opens mails in a real browser as phones and desks show them, by day and by night, and says what is wrong with them.

    mails.py CHROMIUM PICTURES MAIL.eml ...

Prints one JSON document: for each mail its `file`, its `language`, its `heading`, what stands in its `due` box, and
`wrong`, a list of sentences. A picture of each view goes to the folder PICTURES.
"""

import itertools
import json
import sys
from email import message_from_bytes, policy
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

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
        print(json.dumps([look(browser, Path(pictures), Path(file)) for file in files]))
        browser.close()


def look(browser, pictures: Path, file: Path) -> dict:
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    found = {"file": str(file), "wrong": []}
    for width, scheme in itertools.product(WIDTHS, SCHEMES):
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.on("request", lambda request: found["wrong"].append(f"it loads {request.url}"))
        page.set_content(mail.get_body(("html",)).get_content())
        found |= texts(page)
        found["wrong"] += [f"at {width}, {scheme}: {wrong}" for wrong in wrongs(page, found)]
        page.screenshot(path=pictures / f"{file.stem}-{width}-{scheme}.png", full_page=True)
        page.close()
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
