"""Four hundred spoilt files: each is read, or refused in one line that names its cure; no traceback, no hang."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import Document, InputError, read_document
from corpus.formats.parser import Limits
from corpus.formats.process import ParserProcess
from corpus.structure import blocks
from index.chunk import chunk
from tests.formats.malformed import SECRET, Specimen, specimens

ALL = specimens()
SAMPLE = [one for one in ALL if not one.slow][::9]
LIMITS = Limits(seconds=20, conversion_seconds=60, cells=50_000)
LONGEST = 30.0  # seconds that one file may take, all in all; a conversion has more
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def process() -> Iterator[ParserProcess]:
    with ParserProcess(LIMITS) as one:
        yield one


def put(specimen: Specimen, folder: Path) -> Path:
    """The file, written into a folder."""
    for name, content in specimen.beside.items():
        (folder / name).write_bytes(content)
    path = folder / specimen.name
    path.write_bytes(specimen.make())
    return path


def outcome(path: Path, process: ParserProcess) -> Document | InputError:
    """What became of a file; anything but a refusal meant for people is raised."""
    try:
        return read_document(path, path.parent, process)
    except InputError as refusal:
        return refusal


def check(specimen: Specimen, found: Document | InputError) -> None:
    if isinstance(found, InputError):
        assert "\n" not in str(found)
        assert str(found).startswith(specimen.name.rpartition(".")[0]), "the file is named"
        assert "; " in str(found), "the cure is named"
        code = getattr(found, "code", "")
        assert not specimen.codes or code in specimen.codes, f"{code}: {found}"
        return
    assert specimen.readable, f"was read as {found.text[:200]!r}"
    assert found.text.strip()
    assert SECRET not in found.text
    assert len(found.text) <= LIMITS.output + 1
    odd = sum(unicodedata.category(c) in {"Cs", "Cn"} for c in found.text)
    assert odd * 20 <= len(found.text), "nobody can read it"
    for block in blocks(found):
        assert 0 <= block.start < block.end <= len(found.text)
    assert all(found.text[one.start : one.end].strip() for one in chunk(found))


@pytest.mark.parametrize("specimen", SAMPLE, ids=lambda one: one.name)
def test_a_spoilt_file_is_read_or_refused_in_one_line(specimen: Specimen, tmp_path: Path, process: ParserProcess):
    check(specimen, outcome(put(specimen, tmp_path), process))


@pytest.mark.full
@pytest.mark.parametrize("specimen", ALL, ids=lambda one: one.name)
def test_every_spoilt_file_is_read_or_refused_in_one_line(specimen: Specimen, tmp_path: Path, process: ParserProcess):
    path, started = put(specimen, tmp_path), time.monotonic()
    check(specimen, outcome(path, process))
    assert time.monotonic() - started < LONGEST + LIMITS.conversion_seconds * specimen.slow


def test_there_are_at_least_three_hundred_and_each_is_made_the_same_twice():
    assert len(ALL) >= 300
    assert len({one.name for one in ALL}) == len(ALL)
    again = {one.name: one for one in specimens()}
    for one in SAMPLE[::4]:
        if not one.name.startswith("locked"):  # with a salt
            assert one.make() == again[one.name].make()


def test_a_sync_of_spoilt_files_tells_each_and_takes_in_the_sound_one(tmp_path: Path):
    """On the command line: exit status 0, every bad file with its reason, and nothing of a traceback."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "sound.txt").write_text("渔业补贴办法\n\n每亩补贴三百元。\n", encoding="utf-8")
    bad = [one for one in SAMPLE if not one.readable]
    for number, one in enumerate(bad):  # each in a folder of its own, for some have the same name but for the suffix
        (folder / str(number)).mkdir()
        put(one, folder / str(number))
    command = [
        sys.executable,
        "-c",
        "from assistant.cli import main; main()",
        "sync",
        str(folder),
        "--home",
        str(tmp_path / "home"),
        "--json",
    ]
    environ = {"DAFU_ENCODER": "none", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environ, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    told = json.loads(ran.stdout)
    assert told["added"] == 1
    assert {Path(one["path"]).name for one in told["failed"]} == {one.name for one in bad}
    assert all("; " in one["reason"] and "\n" not in one["reason"] for one in told["failed"])
