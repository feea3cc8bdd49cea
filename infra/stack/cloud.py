"""The emulator of AWS and the inbox: starting, deploying to, and ending them."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import boto3

from .state import ROOT, Progress, State, Trouble, free_port, is_taken, say

REGION = "eu-central-1"
STACK = "aftercare"
ARTIFACTS = "aftercare-artifacts"
MAIL_DOMAIN = "shop.example"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}  # the emulator's own; they open nothing else


def start(state: State) -> None:
    """Starts what is not running. The emulator's port is in queue addresses and tokens, so it is kept with the state."""
    ports = state.kept("ports.json") or {"cloud": free_port(), "mail": free_port(), "inbox": free_port()}
    if state.pid("ministack") is None and is_taken(ports["cloud"]):
        raise Trouble(
            f"Port {ports['cloud']}, which belongs to the state in {state.folder}, is in use by another program.\n"
            "End that program, or give the state up with `make clean-state`."
        )
    if state.pid("ministack") is None:
        for name in ("mail", "inbox"):
            if state.pid("inbox") is None and is_taken(ports[name]):
                ports[name] = free_port()
    state.keep("ports.json", ports)
    if state.pid("inbox") is None:
        command = [sys.executable, str(Path(__file__).with_name("inbox.py")), str(state.path("mail"))]
        state.begin("inbox", [*command, str(ports["mail"]), str(ports["inbox"])], dict(os.environ))
    if state.pid("ministack") is None:
        clear(state)
        state.begin("ministack", [sys.executable, "-m", "ministack"], environment(state, ports))
    await_answer(state, "inbox", f"http://127.0.0.1:{ports['inbox']}/")
    await_answer(state, "ministack", f"http://127.0.0.1:{ports['cloud']}/_ministack/health")


def environment(state: State, ports: dict[str, int]) -> dict[str, str]:
    """The emulator's settings, on top of an environment without a trace of a real account."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return clean | KEYS | {
        "AUTH": "true",  # every call is checked against the policy of the role that makes it
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(ports["cloud"]),
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state.path("cloud")),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state.path("s3")),
        "TMPDIR": str(state.path("tmp")),
        "SMTP_HOST": f"127.0.0.1:{ports['mail']}",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports['cloud']}",  # handed on to the functions
    }


def clear(state: State) -> None:
    """The emulator unpacks functions here; what an earlier run unpacked is of no use to the next."""
    folder = state.path("tmp")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


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
    ended = [state.end("ministack", patience=60), state.end("inbox", patience=10)]
    say(f"The state is kept in {state.folder}." if any(ended) else "Nothing was running.")


def client(endpoint: str, service: str):
    return boto3.client(
        service, region_name=REGION, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test"
    )


def deploy(state: State) -> dict[str, str]:
    """`sam deploy` of infra/template.yaml, as on AWS but for the parameters. Returns the stack's outputs."""
    endpoint = f"http://127.0.0.1:{state.kept('ports.json')['cloud']}"
    make_bucket(client(endpoint, "s3"))
    command = [
        Path(sys.executable).with_name("sam"), "deploy", "--template-file", ROOT / "infra" / "template.yaml",
        "--stack-name", STACK, "--s3-bucket", ARTIFACTS, "--capabilities", "CAPABILITY_IAM", "--region", REGION,
        "--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar", "--tags", "service=aftercare",
        "--parameter-overrides", "Stage=local", f"Architecture={architecture()}", f"MailIdentity={MAIL_DOMAIN}",
    ]
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    quiet = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLLING_DELAY": "0.2"}
    log = state.path("log", "deploy.log")
    with (
        Progress("Deploying infra/template.yaml") as progress,
        open(log, "wb") as output,
        tempfile.TemporaryDirectory() as scratch,
    ):
        settings = environment(state, state.kept("ports.json")) | nowhere | quiet | {"TMPDIR": scratch}
        sam = subprocess.Popen([str(word) for word in command], cwd=state.folder, env=settings, stdout=output, stderr=output)
        while sam.poll() is None:
            progress.tick()
            time.sleep(0.1)
        if sam.returncode:
            raise Trouble(f"{log.read_text(errors='replace')[-3000:]}\n\nThe template was not deployed; all of it is in {log}")
    prune(client(endpoint, "s3"))
    stack = client(endpoint, "cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def log_lines(connection: dict) -> list[str]:
    """Lines of all functions of the last ten minutes, oldest first, each with its function's name."""
    logs = client(connection["endpoint"], "logs")
    since = int((time.time() - 600) * 1000)
    found = []
    for name in (value for key, value in connection["outputs"].items() if key.endswith("Name") and value.startswith(f"{STACK}-")):
        try:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{name}", startTime=since)
            found += [(event["timestamp"], name, event["message"].rstrip()) for page in pages for event in page["events"]]
        except logs.exceptions.ResourceNotFoundException:
            continue  # not a function
    return [f"{name.removeprefix(STACK + '-'):<14} {message}" for _, name, message in sorted(found, key=lambda line: line[0])]


def make_bucket(s3) -> None:
    """Where `sam` puts the functions' archives; one of our own saves it a stack of its own."""
    try:
        s3.create_bucket(Bucket=ARTIFACTS, CreateBucketConfiguration={"LocationConstraint": REGION})
    except s3.exceptions.BucketAlreadyOwnedByYou:
        pass


def prune(s3) -> None:
    """Forgets archives of long ago: a developer deploys a hundred times a week."""
    kept = sorted(s3.list_objects_v2(Bucket=ARTIFACTS).get("Contents", []), key=lambda object: object["LastModified"])
    for old in kept[:-20]:
        s3.delete_object(Bucket=ARTIFACTS, Key=old["Key"])


def architecture() -> str:
    return "arm64" if os.uname().machine in ("arm64", "aarch64") else "x86_64"
