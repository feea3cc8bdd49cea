"""The deployed local stack in a test's hands: one JSON request a line on stdin, one JSON answer a line on stdout.

    {"http": [method, path, headers, body]}                    {"status", "headers" (names in lower case), "body"}
    {"aws": [service, operation, arguments], "role": name}     {"answer"}, or {"refused": error code}
    {"mails": address}                                         [{"file", "text", "headers" (names in lower case)}]
    {"stack": "up"} or {"stack": "down"}                       what `local.py up --json` prints, or null

`role` is the logical id of a role in the template; without one an administrator calls. The state lies in
$AFTERCARE_STATE and is left to whoever set that. Otherwise it is our own, and the stack ends when there are no more
requests: also when the tests were killed.
"""

import argparse
import contextlib
import functools
import http.client
import io
import json
import os
import shutil
import signal
import sys
import tempfile
from email import message_from_bytes, policy
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "infra"))

import boto3  # noqa: E402
import botocore.exceptions  # noqa: E402
import local  # noqa: E402
from stack import cloud, people  # noqa: E402
from stack.state import State, Trouble  # noqa: E402

people.SHOPS["hasty"] = ("In a Hurry", "en")  # promises of seconds, which no other storefront's tests must meet


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the tests end at it, so our input does, and then we tidy up
    given = os.environ.get("AFTERCARE_STATE")
    own = None if given else Path(tempfile.mkdtemp(prefix="aftercare-"))
    stack = Stack(State(own / "state" if own else Path(given).absolute()))
    try:
        for line in sys.stdin:
            print(json.dumps(stack.asked(json.loads(line)), default=plain), flush=True)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    finally:
        if own:
            local.forget(stack.state, argparse.Namespace())
            shutil.rmtree(own)
    return 0


def plain(value: object) -> str:
    """What JSON has no word for: instants, and the stream of a function's answer."""
    return value.read().decode() if hasattr(value, "read") else str(value)


class Stack:
    def __init__(self, state: State):
        self.state = state

    def asked(self, request: dict) -> object:
        if "http" in request:
            return self.http(*request["http"])
        if "aws" in request:
            return self.aws(request.get("role"), *request["aws"])
        if "mails" in request:
            return list(self.mails(request["mails"]))
        with contextlib.redirect_stdout(io.StringIO()):
            {"up": local.up, "down": local.down}[request["stack"]](self.state, argparse.Namespace(json=True))
        return self.connection if request["stack"] == "up" else None

    @property
    def connection(self) -> dict:
        return self.state.kept("stack.json")

    def http(self, method: str, path: str, headers: dict, body: str) -> dict:
        api = self.connection["api"]
        wire = http.client.HTTPConnection("127.0.0.1", api["port"], timeout=60)
        with contextlib.closing(wire):
            wire.request(method, path, body.encode(), {"Host": api["host"]} | headers)
            answer = wire.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return {"status": answer.status, "headers": names, "body": answer.read().decode()}

    def aws(self, role: str | None, service: str, operation: str, arguments: dict) -> dict:
        try:
            return {"answer": getattr(self.client(role, service), operation)(**arguments)}
        except botocore.exceptions.ClientError as error:
            return {"refused": error.response["Error"]["Code"]}

    @functools.lru_cache(maxsize=None)
    def client(self, role: str | None, service: str):
        settings = {"region_name": cloud.REGION, "endpoint_url": cloud.endpoint(self.state)}
        if role is None:
            return boto3.client(service, **settings, aws_access_key_id="test", aws_secret_access_key="test")
        keys = self.keys(role)
        return boto3.client(
            service, **settings, aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    @functools.lru_cache(maxsize=None)
    def keys(self, role: str) -> dict:
        """The role's own. Lambda alone may take it on, so the administrator adds us to those; what it may do stays."""
        stack, iam = self.client(None, "cloudformation"), self.client(None, "iam")
        found = stack.describe_stack_resource(StackName=cloud.STACK, LogicalResourceId=role)
        name = found["StackResourceDetail"]["PhysicalResourceId"]
        known = iam.get_role(RoleName=name)["Role"]
        ours = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
        trust = known["AssumeRolePolicyDocument"]
        trust["Statement"].append(ours)
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
        return self.client(None, "sts").assume_role(RoleArn=known["Arn"], RoleSessionName="tests")["Credentials"]

    def mails(self, to: str):
        """In the order in which they arrived."""
        for path in sorted(Path(self.connection["mail"]).glob("*.eml")):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            if mail["Delivered-To"] == to:
                headers = {name.lower(): str(value) for name, value in mail.items()}
                yield {"file": str(path), "text": mail.get_body(("plain",)).get_content(), "headers": headers}


if __name__ == "__main__":
    sys.exit(main())
