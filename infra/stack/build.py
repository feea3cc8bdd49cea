"""Puts the functions' development binaries where the template looks for them."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from .state import ROOT, Progress, Trouble


def bootstraps() -> None:
    """Builds every function and makes target/lambda/<name>/bootstrap of it.

    The local stack runs them on this machine, so it is the same build as the tests': nothing is compiled twice.
    """
    names = sorted(path.name for path in ROOT.glob("functions/*/") if (path / "Cargo.toml").exists())
    built = subprocess.run(["cargo", "build", "--workspace", "--bins", "--locked"], cwd=ROOT, stdout=2, check=False)
    if built.returncode:
        raise Trouble("the functions do not build; cargo says why above")
    target = target_folder() / "debug"
    with Progress("Placing the functions") as progress:
        for name in names:
            place(target / name, ROOT / "target" / "lambda" / name / "bootstrap")
            progress.tick(name)


def target_folder() -> Path:
    shown = subprocess.run(
        ["cargo", "metadata", "--no-deps", "--format-version=1", "--locked", "--offline"], cwd=ROOT, capture_output=True, check=True
    )
    return Path(json.loads(shown.stdout)["target_directory"])


def place(binary: Path, bootstrap: Path) -> None:
    """Copies without symbols, unless it is there. The copy carries the binary's time, which tells it from a release
    build that `make deploy` left in the same place; and an unchanged file is not uploaded again."""
    if not binary.exists():
        raise Trouble(f"{binary} was not built; is the function's binary named like its folder?")
    when = binary.stat().st_mtime_ns
    if bootstrap.exists() and bootstrap.stat().st_mtime_ns == when:
        return
    bootstrap.parent.mkdir(parents=True, exist_ok=True)
    new = bootstrap.parents[1] / f".{bootstrap.parent.name}.{os.getpid()}"
    shutil.copy(binary, new)
    if shutil.which("strip"):
        subprocess.run(["strip", str(new)], check=True)
    os.utime(new, ns=(when, when))
    new.replace(bootstrap)
