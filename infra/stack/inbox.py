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
            self.page("Inbox", listing(mails))
        elif stem not in mails:
            self.page("Not here", "<p>There is no such mail. <a href=/>Inbox</a>", 404)
        elif view == "html":
            # What stands in a mail is not ours: no script, nothing from elsewhere.
            self.send(part(read(mails[stem]), "html"), "text/html", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:")
        elif view == "raw":
            self.send(mails[stem].read_text("utf-8", "replace"), "text/plain", "default-src 'none'")
        else:
            self.page(str(read(mails[stem])["Subject"]), one(stem, read(mails[stem])))

    def page(self, title: str, body: str, status: int = 200) -> None:
        style = (
            "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
            "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}"
            "iframe{width:100%;height:36rem;border:1px solid #ccc}iframe.phone{width:375px}pre{white-space:pre-wrap;background:#f6f6f6;padding:1rem}"
        )
        top = f"<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{html.escape(title)}</title><style>{style}</style>"
        self.send(f"{top}<h1>{html.escape(title)}</h1>{body}", "text/html", "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'", status)

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
    rows = []
    for stem, path in mails.items():
        mail = read(path)
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(int(stem.partition("-")[0]) / 1000))
        cells = (when, str(mail["Delivered-To"] or ""), f"<a href=/{stem}>{html.escape(str(mail['Subject']))}</a>")
        rows.append(f"<tr><td>{cells[0]}<td>{html.escape(cells[1])}<td>{cells[2]}")
    head = f"<p>{len(rows)} mails; newest first."
    return f"{head}<table><tr><th>arrived<th>to<th>subject{''.join(rows)}</table>" if rows else "<p>No mail yet."


def one(stem: str, mail: EmailMessage) -> str:
    headers = "".join(f"<tr><th>{html.escape(name)}<td>{html.escape(str(value))}" for name, value in mail.items())
    frames = f"<iframe src=/{stem}/html title='as on a desk'></iframe><p>As on a phone:<p><iframe class=phone src=/{stem}/html title='as on a phone'></iframe>"
    shown = frames if part(mail, "html") else ""
    text = f"<h2>Text part</h2><pre>{html.escape(part(mail, 'plain'))}</pre>"
    return f"<p><a href=/>Inbox</a> · <a href=/{stem}/raw>source</a>{shown}{text}<h2>Headers</h2><table>{headers}</table>"


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


def main() -> None:
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    smtp = Server(("127.0.0.1", int(sys.argv[2])), Smtp)
    threading.Thread(target=smtp.serve_forever, daemon=True).start()
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[3])), Web).serve_forever()


if __name__ == "__main__":
    main()
