"""The local stack's inbox: takes mail by SMTP, keeps each as a file, shows them to a browser. Loopback only.

    inbox.py FOLDER SMTP_PORT HTTP_PORT
"""

import html
import http.server
import itertools
import socketserver
import sys
import threading
import time
import urllib.parse
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

FOLDER = Path(sys.argv[1])
COUNT = itertools.count()
STYLE = """
:root { color-scheme: light dark; --ink: #1d2126; --soft: #5a626b; --line: #e3e6ea; --ground: #f5f6f8; --link: #1f5c99 }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef0; --soft: #a7afb8; --line: #2c3137; --ground: #1a1d21; --link: #8fbdf0 } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem; overflow-wrap: anywhere }
h1 { font-size: 1.5rem; margin: .5rem 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem } a { color: var(--link) }
.mails { list-style: none; padding: 0; border-top: 1px solid var(--line) } .mails li { border-bottom: 1px solid var(--line) }
.mails a { display: grid; grid-template-columns: 16rem 1fr auto; gap: 0 1rem; padding: .6rem .5rem; color: inherit; text-decoration: none }
.mails a:hover, .mails a:focus { background: var(--ground) } .subject { font-weight: 600 } .to, time { color: var(--soft) }
@media (max-width: 45rem) { .mails a { grid-template-columns: 1fr auto } .subject { grid-row: 1; grid-column: 1 / 3 } }
table { border-collapse: collapse } th, td { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0 } th { color: var(--soft); font-weight: 400 }
.frames { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0 } pre { white-space: pre-wrap; background: var(--ground); padding: 1rem; font-size: .9rem }
iframe { flex: 1 1 20rem; height: 44rem; border: 1px solid var(--line); border-radius: 8px } iframe.phone { flex: 0 1 375px }
"""


class Smtp(socketserver.StreamRequestHandler):
    """As much of SMTP as one well-behaved client on this machine speaks."""

    timeout = 30

    def handle(self) -> None:
        self.answer("220 inbox")
        sender, recipients = "", []
        while line := self.rfile.readline(4096):
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            match verb.upper():
                case "MAIL":
                    sender, recipients = rest.partition("<")[2].partition(">")[0], []
                case "RCPT":
                    recipients.append(rest.partition("<")[2].partition(">")[0])
                case "DATA":
                    self.answer("354 go on")
                    keep(sender, recipients, self.body())
                case "QUIT":
                    return self.answer("221 bye")
            self.answer("250 ok")

    def body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b".\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def answer(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


def keep(sender: str, recipients: list[str], message: bytes) -> None:
    """One file a mail, in the order of arrival, with the envelope on top as a mail server writes it."""
    envelope = "".join(f"Delivered-To: {recipient}\r\n" for recipient in recipients)
    name = f"{time.time_ns() // 1_000_000}-{next(COUNT):04}"
    new = FOLDER / f".{name}"
    new.write_bytes(f"Return-Path: <{sender}>\r\n{envelope}".encode() + message)
    new.rename(FOLDER / f"{name}.eml")


def read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    return found.get_content() if found else ""


class Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = urllib.parse.urlsplit(self.path).path.strip("/")
        mails = {path.stem: path for path in sorted(FOLDER.glob("*.eml"), reverse=True)}
        stem, _, view = name.partition("/")
        if not name:
            self.page("Inbox", "<meta http-equiv=refresh content=10>" + listing(mails))
        elif stem not in mails:
            self.page("Not here", "<p>There is no such mail. <a href=/>Inbox</a>", 404)
        elif view == "html":
            # What stands in a mail is not ours: no script, nothing from elsewhere. Its links open beside it, unconfined.
            guard = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
            self.send(part(read(mails[stem]), "html").replace("<head>", "<head><base target=_blank>", 1), "text/html", guard)
        elif view == "raw":
            self.send(mails[stem].read_text("utf-8", "replace"), "text/plain", "default-src 'none'")
        else:
            self.page(str(read(mails[stem])["Subject"]), one(stem, read(mails[stem])))

    def page(self, title: str, body: str, status: int = 200) -> None:
        top = f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{html.escape(title)}</title>"
        guard = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"
        self.send(f"{top}<style>{STYLE}</style>{body}", "text/html", guard, status)

    def send(self, text: str, kind: str, guard: str, status: int = 200) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": f"{kind}; charset=utf-8", "Content-Length": str(len(body)), "Content-Security-Policy": guard,
            "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Visits are not news."""


def listing(mails: dict[str, Path]) -> str:
    if not mails:
        return "<h1>Inbox</h1><p>No mail yet. This page looks again by itself."
    rows = "".join(row(stem, read(path)) for stem, path in mails.items())
    return f"<h1>Inbox</h1><p>{len(mails)} mails, the newest first.<ul class=mails>{rows}</ul>"


def row(stem: str, mail: EmailMessage) -> str:
    cells = (("to", "Delivered-To"), ("subject", "Subject"))
    shown = "".join(f"<span class={name}>{html.escape(str(mail[header] or ''))}</span>" for name, header in cells)
    return f"<li><a href=/{stem} lang={language(mail)}>{shown}<time>{when(stem)}</time></a>"


def one(stem: str, mail: EmailMessage) -> str:
    def table(names: list[str]) -> str:
        rows = (f"<tr><th scope=row>{html.escape(name)}<td>{html.escape(str(mail[name]))}" for name in names if mail[name])
        return f"<table>{''.join(rows)}</table>"

    frames = f"<div class=frames><iframe src=/{stem}/html title='as on a desk'></iframe><iframe class=phone src=/{stem}/html title='as on a phone'></iframe></div>"
    text = f"<pre lang={language(mail)}>{html.escape(part(mail, 'plain'))}</pre>"
    return (
        f"<p><a href=/>← Inbox</a><h1 lang={language(mail)}>{html.escape(str(mail['Subject']))}</h1>{table(['From', 'To', 'Date'])}"
        f"{frames if part(mail, 'html') else ''}<h2>As plain text</h2>{text}<h2>Headers</h2>{table(list(mail.keys()))}"
        f"<p><a href=/{stem}/raw>The whole source</a>"
    )


def language(mail: EmailMessage) -> str:
    """Chinese characters look different in Taipei and in Shanghai."""
    return html.escape(str(mail["Content-Language"] or "en"), quote=True)


def when(stem: str) -> str:
    return time.strftime("%d %b, %H:%M:%S", time.localtime(int(stem.partition("-")[0]) / 1000))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


def main() -> None:
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    smtp = Server(("127.0.0.1", int(sys.argv[2])), Smtp)
    threading.Thread(target=smtp.serve_forever, daemon=True).start()
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[3])), Web).serve_forever()


if __name__ == "__main__":
    main()
