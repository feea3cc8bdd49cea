"""What one local stack keeps on disk, and the processes it started."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Trouble(Exception):
    """Something the reader can put right; its text says what and how."""


def say(text: str = "") -> None:
    """Tells the person at the terminal. stdout is left to `--json`."""
    print(text, file=sys.stderr, flush=True)


class Progress:
    """Keeps a line moving while something takes long: `what … 12 s`."""

    def __init__(self, what: str):
        self.what, self.since, self.shown = what, time.monotonic(), time.monotonic()
        self.live = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        print(f"{self.what} …", end="", file=sys.stderr, flush=True)
        return self

    def tick(self, note: str = "") -> None:
        """Call often; it writes once a second to a terminal, every ten seconds elsewhere."""
        now = time.monotonic()
        if now - self.shown < (1 if self.live else 10):
            return
        self.shown = now
        text = f"{self.what} … {now - self.since:.0f} s {note}"
        print(f"\r\033[K{text}" if self.live else f"\n{text}", end="", file=sys.stderr, flush=True)

    def __exit__(self, failure: object, *_: object) -> None:
        end = "failed" if failure else f"{time.monotonic() - self.since:.1f} s"
        print(f"\r\033[K{self.what}: {end}" if self.live else f" {end}", file=sys.stderr, flush=True)


class State:
    """The folder of one stack: what is kept, and which processes are its own."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, *parts: str) -> Path:
        return self.folder.joinpath(*parts)

    def is_ours(self) -> bool:
        return self.has("ports.json")

    def has(self, name: str) -> bool:
        return self.path(name).exists()

    def kept(self, name: str):
        """What `keep` wrote, or None."""
        try:
            return json.loads(self.path(name).read_text())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise Trouble(f"{self.path(name)} is damaged ({error}); delete it, or all state with `make clean-state`") from error

    def keep(self, name: str, value: object) -> None:
        """Writes JSON, see `keep_text`."""
        self.keep_text(json.dumps(value, indent=1), name)

    def keep_text(self, text: str, *parts: str) -> None:
        """Writes a file that only this user may read, whole or not at all."""
        path = self.path(*parts)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        new.replace(path)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Holds off a second `up` or `down` of the same state."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self.path("lock"), "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another command works on this stack; waiting for it.")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def begin(self, name: str, command: list[str], environment: dict[str, str]) -> int:
        """Starts a program in a session of its own, its output in log/<name>.log; it outlives us."""
        self.path("log").mkdir(parents=True, exist_ok=True)
        with open(self.path("log", f"{name}.log"), "ab") as log:
            process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, close_fds=True,
            )
        self.keep(f"{name}.pid", {"pid": process.pid, "began": began(process.pid)})
        return process.pid

    def pid(self, name: str) -> int | None:
        """The running process we started under that name. A number that was given to another program since is not it."""
        kept = self.kept(f"{name}.pid")
        if kept is None:
            return None
        if kept["began"] is not None and began(kept["pid"]) == kept["began"]:
            return kept["pid"]
        self.path(f"{name}.pid").unlink(missing_ok=True)
        return None

    def end(self, name: str, patience: float) -> bool:
        """Asks our process to end and waits: it may be writing its state. True if there was one."""
        pid = self.pid(name)
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + patience
        with Progress(f"Ending {name}") as progress:
            while self.pid(name) is not None:
                if time.monotonic() > until:
                    say(f"\n{name} does not end when asked to; killing it. What it did since its start may be lost.")
                    os.killpg(pid, signal.SIGKILL)
                    until = float("inf")
                progress.tick()
                time.sleep(0.1)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGTERM)  # functions it left behind are in its session
        return True


def began(pid: int) -> str | None:
    """When a process began, as text that no later process of the same number shares; None if there is none."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # if it is our own child, do not mistake its remains for it
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if fields[0] == "Z" else fields[19]
    shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip() or None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
