"""The local stack: the template that is deployed to AWS, on an emulator of it on this machine.

    local.py up     [--state DIR] [--no-demo] [--json]    build, start, deploy, make people and settings, show the demo
    local.py down   [--state DIR]                         end what `up` started; the state is kept
    local.py demo   [--state DIR] [--days N]              play three months (or N days) of a shop's life, and show them
    local.py logs   [--state DIR]                         what the functions wrote in the last ten minutes
    local.py forget [--state DIR]                         down, then delete the state

The state (port, table, users, mail) lies in --state, else $AFTERCARE_STATE, else .local. Stacks with different states
run side by side. With --json the connection is printed to stdout as one JSON document, and all talk goes to stderr.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from stack import build, cloud, demo, deploy, months, people
from stack.state import ROOT, State, Trouble, say


def up(state: State, arguments: argparse.Namespace) -> None:
    build.bootstraps()
    with state.alone():
        started = cloud.start(state)
        outputs = deploy.deploy(state)
        if started:
            deploy.catch_up(state, outputs)
        connection = people.connect(state, outputs)
        people.settle(state, connection)
    if arguments.json:
        print(json.dumps(connection))
        return
    people.introduce(state, connection)
    if arguments.demo and not state.has("demo-shown"):
        demo.show(state, connection)
        state.keep("demo-shown", {})
    elif arguments.demo:
        say("The dozen requests were shown before; `make demo` plays three months of a shop's life.")


def down(state: State, _: argparse.Namespace) -> None:
    with state.alone():
        cloud.stop(state)


def connected(state: State) -> dict:
    connection = state.kept("stack.json")
    if connection is None or not cloud.running(state):
        raise Trouble("The local stack is not running; start it with `make up`.")
    return connection


def logs(state: State, _: argparse.Namespace) -> None:
    for line in deploy.log_lines(connected(state)):
        print(line)


def show(state: State, arguments: argparse.Namespace) -> None:
    connection = connected(state)
    people.sign_in(state, connection)
    months.show(state, connection, arguments.days)


def forget(state: State, arguments: argparse.Namespace) -> None:
    if not state.folder.exists():
        say(f"There is no state in {state.folder}.")
        return
    if not state.is_ours():
        raise Trouble(f"{state.folder} does not look like the state of a local stack; nothing was deleted")
    down(state, arguments)
    shutil.rmtree(state.folder)
    say(f"Deleted {state.folder}.")


def main() -> int:
    commands = {"up": up, "down": down, "demo": show, "logs": logs, "forget": forget}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=commands)
    parser.add_argument("--state", type=Path, default=Path(os.environ.get("AFTERCARE_STATE") or ROOT / ".local"))
    parser.add_argument("--no-demo", dest="demo", action="store_false")
    parser.add_argument("--days", type=int)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))
    try:
        commands[arguments.command](State(arguments.state.absolute()), arguments)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. What runs goes on; end it with `make down`.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
