"""A customer's page, that of a survey, or an approver's, in a real browser, by a person's steps.

    tracking.py CHROMIUM PICTURES PLACE NAME

PLACE is the page's address; or its path, and then this serves whatever is asked of it by asking in turn: one JSON request a line on stdout, `{"http": [method, path, headers,
body]}`, answered by one on stdin, `{"status", "headers", "body"}`. The person opens it, looks, writes with the keyboard
alone, and accepts what is proposed, if anything is. The last line is `{"done": {"wrong": [sentences], "texts": {step: text}}}`. Pictures
of the steps go to the folder PICTURES, named after NAME.
"""

import http.server
import json
import sys
import threading
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

WIDTHS = (360, 768, 1280)
SCHEMES = ("light", "dark")
TOUCH = 44  # pixels that a finger hits, as both makers of phones say
ASKING = threading.Lock()

SMALL = """least => [...document.querySelectorAll('a[href], button, textarea')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width && getComputedStyle(element).position !== 'absolute' && (box.height < least || box.width < least);
}).map(element => element.outerHTML.slice(0, 80))"""


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.hand_on("")

    def do_POST(self) -> None:
        self.hand_on(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())

    def hand_on(self, body: str) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        with ASKING:
            print(json.dumps({"http": [self.command, self.path, headers, body]}), flush=True)
            answer = json.loads(sys.stdin.readline())
        self.answer(answer)

    def answer(self, answer: dict) -> None:
        text = answer["body"].encode()
        self.send_response(answer["status"])
        for name, value in [*answer["headers"], ["Content-Length", str(len(text))]]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Visits are not news."""


class Person:
    def __init__(self, page: Page, pictures: Path, name: str):
        self.page, self.pictures, self.name = page, pictures, name
        self.wrong, self.texts = [], {}
        page.on("console", lambda message: self.wrong.append(f"the console says: {message.text}") if message.type == "error" and "favicon" not in message.text and "status of 4" not in message.text else None)

    def look(self, step: str) -> None:
        """At every width and by day and night."""
        self.texts[step] = self.page.locator("body").inner_text()
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": 800})
                view = f"{step}, {width} {scheme}"
                self.wrong += [f"{view}: {sentence}" for sentence in self.wrongs(width)]
                self.page.screenshot(path=self.pictures / f"page-{self.name}-{step}-{width}-{scheme}.png", full_page=True)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 800})

    def wrongs(self, width: int):
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            yield f"it is {wide} px wider than the screen"
        for element in self.page.evaluate(SMALL, TOUCH):
            yield f"too small for a finger: {element}"
        if width > WIDTHS[0]:
            return  # colours and structure are those of the narrow page, and axe takes its time
        for violation in Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]:
            places = ", ".join(node["html"][:120] for node in violation["nodes"])
            yield f"{violation['help']} ({violation['id']}): {places}"

    def focused(self, selector: str) -> None:
        """Goes on with the tab key until there, and sees that the focus is seen."""
        for step in range(20):
            if step or selector != "textarea":
                self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                if self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "none":
                    self.wrong.append(f"that {selector} has the focus is not seen")
                return
        self.wrong.append(f"the tab key does not lead to {selector}")


def visit(person: Person, address: str) -> None:
    page = person.page
    page.goto(address)
    person.look("opened")
    # Says nothing, and is told what is missing.
    person.focused("a.skip")
    page.keyboard.press("Enter")
    person.focused("textarea")
    page.keyboard.type("   ")
    person.focused("form[action$='/reply'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-invalid=true]")
    person.look("refused")
    # Writes with the keyboard alone.
    person.focused("textarea")
    page.keyboard.press("Control+A")
    page.keyboard.type("Yes, the address is still right. <b>Thank you!</b>")
    person.focused("form[action$='/reply'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    person.look("written")
    # Loads it again, and opens the address of the answer anew: nothing is sent twice. (Going back to an answered form a browser asks
    # before it sends it again, and without anybody to answer it shows no page.)
    page.reload()
    page.goto(page.url)
    page.wait_for_selector("[role=status]")
    if accept := page.locator("form[action$='/accept'] button").all():
        accept[0].click()
        page.wait_for_selector("[role=status]")
        person.look("accepted")
    page.goto(address[:-3] + "AAA")
    person.look("nothing")


def decide(person: Person, address: str) -> None:
    """An approver looks, thinks of rejecting it without a reason, and approves."""
    page = person.page
    page.goto(address)
    person.look("opened")
    person.focused("a.skip")
    page.keyboard.press("Enter")
    person.focused("form[action$='/approve'] button")
    person.focused("textarea#reason")
    page.keyboard.type("   ")
    person.focused("form[action$='/refuse'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-invalid=true]")
    person.look("refused")
    page.locator("form[action$='/approve'] button").click()
    page.wait_for_selector(".standing.done")
    page.reload()
    person.look("approved")
    page.goto(address[:-3] + "AAA")
    person.look("nothing")


def survey(person: Person, address: str) -> None:
    """A customer forgets to choose, answers with the keyboard alone, and wants no more of these."""
    page = person.page
    page.goto(address)
    person.look("opened")
    # A browser would not send it without a choice; one that does is told so.
    page.evaluate("document.querySelector('form').noValidate = true")
    page.locator("textarea").fill("The lid is loose. <b>Again!</b>")
    page.locator("form[action$='/answer'] button").click()
    page.wait_for_selector("[role=alert]")
    person.look("refused")
    page.locator("h1").click()
    person.focused("input[name=score]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    person.focused("input[name=solved]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    person.look("chosen")
    page.locator("input[name=solved]:checked").focus()
    person.focused("textarea#comment")
    person.focused("form[action$='/answer'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".standing.done")
    page.reload()
    person.look("thanks")
    page.locator("a.link").click()
    person.look("stop")
    page.locator("button").click()
    page.wait_for_function("!document.querySelector('button')")
    person.look("stopped")
    page.goto(address[:-3] + "AAA")
    person.look("nothing")


def main(chromium: str, pictures: str, place: str, name: str) -> None:
    Path(pictures).mkdir(parents=True, exist_ok=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        person = Person(browser.new_page(viewport={"width": WIDTHS[0], "height": 800}, locale="en-GB"), Path(pictures), name)
        steps = decide if "/a/" in place else survey if "/s/" in place else visit
        steps(person, place if "://" in place else f"http://127.0.0.1:{server.server_port}{place}")
        browser.close()
    with ASKING:
        print(json.dumps({"done": {"wrong": person.wrong, "texts": person.texts}}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
