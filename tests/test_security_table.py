"""SECURITY.md names tests that are there, and every risk and chapter has one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_named_test_exists():
    """A test that was renamed or deleted takes its row along."""
    named = NAMED.findall((ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 40
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}, f"{path}::{name}"


def test_every_row_names_a_test():
    """The ten risks, and the chapters of ASVS but for the three that do not apply."""
    rows = re.findall(r"^\| (LLM\d\d|V\d+) .*$", (ROOT / "SECURITY.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [f"LLM{n:02}" for n in range(1, 11)] + [f"V{n}" for n in range(1, 17) if n not in {9, 10}]
    for line in (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines():
        assert not re.match(r"\| (LLM\d|V\d)", line) or NAMED.search(line), line
