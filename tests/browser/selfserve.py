"""A customer asks for a case in a real browser, by a person's steps; run as tracking.py is, whose server and eyes it has.

    selfserve.py CHROMIUM PICTURES PATH NAME

Pages are at http://care.localhost and the bucket at http://far.side, both served by asking in turn: for the bucket with
`{"bucket": [path, body in base 64, content type]}`, answered like a page.
"""

import base64
import http.server
import json
import sys
import threading
from pathlib import Path

import tracking
from playwright.sync_api import sync_playwright
from tracking import ASKING, WIDTHS, Pages, Person

PHOTO = b"\xff\xd8\xff\xe0\0\x10JFIF\0 a kettle that leaks"


class Bucket(Pages):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        asked = [self.path, base64.b64encode(body).decode(), self.headers["Content-Type"]]
        with ASKING:
            print(json.dumps({"bucket": asked}), flush=True)
            answer = json.loads(sys.stdin.readline())
        self.answer(answer)


def ask(person: Person, address: str) -> None:
    page = person.page
    page.goto(address)
    person.look("offered")
    page.click("a[href$='/case']")
    page.wait_for_selector("input[name='q.kettles']")
    person.look("goods")
    # With the keyboard: a number, a reason, on.
    page.focus("input[name='q.kettles']")
    page.keyboard.press("Control+A")
    page.keyboard.type("1")
    page.check("input[value=damaged]")
    page.focus("form button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#possible")
    person.look("compared")
    page.click("a[href*='kind=refund_only']")
    page.wait_for_selector("input[type=file]")
    person.look("photo-missing")
    page.set_input_files("input[type=file]", {"name": "bill.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-1.7"})
    page.click("form[enctype] button")
    page.wait_for_selector("[role=alert]")
    person.look("no-photo")
    page.set_input_files("input[type=file]", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": PHOTO})
    page.click("form[enctype] button")
    page.wait_for_selector("form[action$='/request']")
    page.fill("textarea", "It came like this.")
    person.look("agreeing")
    page.focus("form[action$='/request'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    person.look("asked")
    page.click("form[action$='/cancel'] button")
    page.wait_for_selector("[role=status]")
    person.look("cancelled")


def main(chromium: str, pictures: str, path: str, name: str) -> None:
    Path(pictures).mkdir(parents=True, exist_ok=True)
    servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) for handler in (Pages, Bucket)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    places = zip(("care.localhost", "far.side"), (server.server_port for server in servers), strict=True)
    rules = ", ".join(f"MAP {host}:80 127.0.0.1:{port}" for host, port in places)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--no-proxy-server", f"--host-resolver-rules={rules}"]
        )
        opened = browser.new_page(viewport={"width": WIDTHS[0], "height": 800}, locale="en-GB")
        person = Person(opened, Path(pictures), f"case-{name}")
        ask(person, f"http://care.localhost{path}")
        browser.close()
    with ASKING:
        print(json.dumps({"done": {"wrong": person.wrong, "texts": person.texts}}), flush=True)


tracking.SMALL = tracking.SMALL.replace("a[href], button, textarea", "a[href], button, textarea, .choice, input[type=number], input[type=file], input[type=text]")

if __name__ == "__main__":
    main(*sys.argv[1:])
