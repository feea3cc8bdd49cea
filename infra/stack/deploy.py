"""Puts infra/template.yaml on the emulator, and asks it what its functions did."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from .cloud import KEPT, MAIL_DOMAIN, REGION, STACK, client, endpoint, environment
from .state import ROOT, Progress, State, Trouble, say

ARTIFACTS = "aftercare-artifacts"


def deploy(state: State) -> dict[str, str]:
    """`sam deploy` of infra/template.yaml, as on AWS but for the parameters. Returns the stack's outputs."""
    wanted, stack = fingerprint(), deployed(state)
    if stack and state.kept("deployed.json") == {"what": wanted, "when": version(stack)}:
        say("infra/template.yaml and the functions are deployed as they are.")
        return outputs(stack)
    make_bucket(client(endpoint(state), "s3"))
    command = [
        Path(sys.executable).with_name("sam"), "deploy", "--template-file", ROOT / "infra" / "template.yaml",
        "--stack-name", STACK, "--s3-bucket", ARTIFACTS, "--capabilities", "CAPABILITY_IAM", "--region", REGION,
        "--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar", "--tags", "service=aftercare",
        "--parameter-overrides", "Stage=local", f"Architecture={architecture()}", f"MailIdentity={MAIL_DOMAIN}",
        f"LocalPort={state.kept('ports.json')['cloud']}",
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
    prune(client(endpoint(state), "s3"))
    stack = deployed(state)
    state.keep("deployed.json", {"what": wanted, "when": version(stack)})
    return outputs(stack)


def fingerprint() -> str:
    """Of all that is deployed: `sam` takes its time to find out that nothing changed."""
    files = [ROOT / "infra" / "template.yaml", *sorted(ROOT.glob("target/lambda/*/bootstrap"))]
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)).hexdigest()


def deployed(state: State) -> dict | None:
    """The stack as the emulator has it, whole."""
    stacks = client(endpoint(state), "cloudformation")
    try:
        stack = stacks.describe_stacks(StackName=STACK)["Stacks"][0]
    except stacks.exceptions.ClientError:
        return None
    return stack if stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE") else None


def version(stack: dict) -> str:
    """Another one after every change, also where an emulator that was killed forgot the last."""
    return f"{stack['StackId']} {stack.get('LastUpdatedTime', stack['CreationTime'])}"


def outputs(stack: dict) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


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


def catch_up(state: State, outputs: dict[str, str]) -> None:
    """Has the relay send again what was written shortly before the emulator ended, in case it had not come to it."""
    written = state.path(KEPT, "dynamodb.json")
    if not written.exists():
        return
    ended = datetime.fromtimestamp(written.stat().st_mtime, timezone.utc)
    span = {"from": (ended - timedelta(minutes=5)).isoformat(), "to": datetime.now(timezone.utc).isoformat()}
    functions = client(endpoint(state), "lambda")
    while True:
        answer = functions.invoke(FunctionName=outputs["EventRelayName"], Payload=json.dumps({"replay": span}))
        said = json.load(answer["Payload"])
        if "FunctionError" in answer:
            raise Trouble(f"event-relay could not send again what was written before the stack ended: {said}")
        if not said.get("cursor"):
            return
        span["cursor"] = said["cursor"]


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
