"""The emulator of AWS, the inbox and the payment provider: starting and ending them."""

import base64
import json
import os
import secrets
import shutil
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import boto3

from .state import Progress, State, Trouble, free_port, is_taken, say

REGION = "eu-central-1"
STACK = "aftercare"
KEPT = "cloud"  # folder in which the emulator keeps its state
PAY = "pay"  # folder in which the payment provider keeps its secrets and its books
MAIL_DOMAIN = "shop.example"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}  # the emulator's own; they open nothing else


def start(state: State) -> bool:
    """Starts what is not running, and says whether that was the emulator. Its port is in queue addresses and tokens, so
    it is kept with the state."""
    ports = state.kept("ports.json") or {"cloud": free_port(), "mail": free_port(), "inbox": free_port()}
    ports.setdefault("pay", free_port())
    stopped = state.pid("ministack") is None
    if stopped and is_taken(ports["cloud"]):
        raise Trouble(
            f"Port {ports['cloud']}, which belongs to the state in {state.folder}, is in use by another program.\n"
            "End that program, or give the state up with `make clean-state`."
        )
    if state.pid("inbox") is None:
        for name in ("mail", "inbox"):
            if is_taken(ports[name]):
                if not stopped and name == "mail":
                    raise Trouble(f"Port {ports[name]}, where mail is taken in, is in use by another program; `make down` first.")
                ports[name] = free_port()
        state.keep("ports.json", ports)
        command = [sys.executable, str(Path(__file__).with_name("inbox.py")), str(state.path("mail"))]
        state.begin("inbox", [*command, str(ports["mail"]), str(ports["inbox"])], dict(os.environ))
    if state.pid("provider") is None:
        if is_taken(ports["pay"]):
            ports["pay"] = free_port()
        state.keep("ports.json", ports)
        give_secrets(state)
        command = [sys.executable, str(Path(__file__).with_name("provider.py")), str(state.path(PAY)), str(ports["pay"])]
        state.begin("provider", command, dict(os.environ))
    if stopped:
        clear(state)
        rewind(state)
        state.begin("ministack", [sys.executable, "-m", "ministack"], environment(state, ports))
    await_answer(state, "inbox", f"http://127.0.0.1:{ports['inbox']}/")
    await_answer(state, "provider", f"http://127.0.0.1:{ports['pay']}/")
    await_answer(state, "ministack", f"http://127.0.0.1:{ports['cloud']}/_ministack/health")
    return stopped


def give_secrets(state: State) -> None:
    """What the payment provider and Aftercare sign with, made once for a state."""
    if not state.has(f"{PAY}/provider.json"):
        fresh = {name: "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode() for name in ("key", "webhook_secret")}
        state.keep_text(json.dumps(fresh, indent=1), PAY, "provider.json")


def environment(state: State, ports: dict[str, int]) -> dict[str, str]:
    """The emulator's settings, on top of an environment without a trace of a real account."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return clean | KEYS | {
        "AUTH": "true",  # every call is checked against the policy of the role that makes it
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(ports["cloud"]),
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state.path(KEPT)),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state.path("s3")),
        "TMPDIR": str(state.path("tmp")),
        "SMTP_HOST": f"127.0.0.1:{ports['mail']}",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports['cloud']}",  # handed on to the functions
        "IOT_MTLS_ENABLED": "0",  # or it opens a port of its own that no second stack can have
    }


def clear(state: State) -> None:
    """Leaves nothing of an earlier run that is of no use to the next: the functions it unpacked, and, where it was killed
    before it ever wrote its state, the mark that the demo was shown."""
    folder = state.path("tmp")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if not state.has(KEPT + "/dynamodb.json"):
        state.path("demo-shown").unlink(missing_ok=True)


def rewind(state: State) -> None:
    """The emulator keeps how far a stream was read, but not the stream: started again it would pass over as many new
    records as there were old ones. A stream that begins anew is read from its beginning; `catch_up` sends the rest."""
    kept = state.path(KEPT, "lambda.json")
    if kept.exists():
        functions = json.loads(kept.read_text())
        functions["payload"]["dynamodb_stream_positions"] = {}
        kept.write_text(json.dumps(functions))


def await_answer(state: State, name: str, address: str) -> None:
    with Progress(f"Starting {name}") as progress:
        until = time.monotonic() + 60
        while not answers(address):
            if state.pid(name) is None:
                raise Trouble(f"{name} ended while starting; see {state.path('log', name + '.log')}")
            if time.monotonic() > until:
                raise Trouble(f"{name} does not answer on {address}; see {state.path('log', name + '.log')}")
            progress.tick()
            time.sleep(0.1)


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def running(state: State) -> bool:
    return state.pid("ministack") is not None


def stop(state: State) -> None:
    """Ends the emulator first: it writes its state now, and only now."""
    ended = [state.end("ministack", patience=60), state.end("inbox", patience=10), state.end("provider", patience=10)]
    say(f"The state is kept in {state.folder}." if any(ended) else "Nothing was running.")


def endpoint(state: State) -> str:
    return f"http://127.0.0.1:{state.kept('ports.json')['cloud']}"


def client(endpoint: str, service: str):
    return boto3.client(
        service, region_name=REGION, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test"
    )
