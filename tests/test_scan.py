"""PDF whose pages are pictures: recognised where the extra is installed, and said to be a scan where it is not."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import read_document
from corpus.formats import process as parent
from corpus.formats import scan
from corpus.formats.parser import Limits
from corpus.formats.pdf import parse_with
from corpus.formats.process import ParserProcess
from corpus.formats.refusals import FileError
from corpus.formats.registry import PDF
from corpus.formats.scan import RECOGNISED
from tests.conftest import DOCUMENTS
from tests.fakes.scanner import SEEN, Scanner
from tests.formats import builders

SCANNER = replace(PDF, pictures="tests.fakes.scanner")


@pytest.fixture
def scanned(tmp_path: Path) -> Path:
    """Two pages that are pictures of words."""
    builders.portable(
        [builders.Line("渔业补贴办法", 1), *[builders.Line("每亩补贴三百元。")] * 40], tmp_path / "text.pdf"
    )
    builders.pictures(tmp_path / "text.pdf", tmp_path / "scan.pdf")
    return tmp_path / "scan.pdf"


def test_without_the_extra_a_scan_says_what_it_is(scanned, monkeypatch):
    monkeypatch.setattr(parent, "installed", lambda: False)
    with ParserProcess() as process, pytest.raises(FileError, match=r"scan.*dafu\[ocr\]") as refused:
        read_document(scanned, scanned.parent, process)
    assert refused.value.code == "scan"


def test_a_picture_is_shown_to_the_recogniser_and_what_it_sees_is_laid_out(scanned):
    """At 200 dots an inch, in three colours; each page of the scan is a page of the text."""
    scanner = Scanner()
    parsed = parse_with(scanned, Limits(), scanner)
    assert parsed.text.split("\n\n") == [*SEEN[0], SEEN[1][0], f"{SEEN[1][1]}\n"]
    assert parsed.pages == (0, parsed.text.index(SEEN[1][0]))
    assert parsed.left_out == ()
    for (height, width, colours), _ in scanner.history:
        assert (height, width, colours) == (pytest.approx(2339, abs=2), pytest.approx(1654, abs=2), 3)


def test_pages_of_text_are_not_recognised(tmp_path):
    builders.portable([builders.Line("渔业补贴办法", 1), builders.Line("按年发放。")], tmp_path / "a.pdf")
    scanner = Scanner()
    assert "按年发放" in parse_with(tmp_path / "a.pdf", Limits(), scanner).text
    assert scanner.history == []


def test_a_scan_has_time_for_each_page_and_is_recognised_once(scanned, monkeypatch):
    """An upload is read twice: to be judged, and to be taken in. The process that recognised is not kept."""
    monkeypatch.setattr(parent, "installed", lambda: True)
    with ParserProcess(Limits(seconds=60, page_seconds=30)) as process:
        first = process.parse(scanned, SCANNER)
        assert first.properties["status"] == f"{RECOGNISED}/120"
        assert process._worker is None
        assert process.parse(scanned, SCANNER) is first


@pytest.mark.skipif(not scan.installed(), reason="dafu[ocr] is not installed")
def test_a_scanned_reply_is_read_nearly_without_a_fault(tmp_path):
    """The real recogniser over the printed reply at 200 dots an inch; the document says that it was recognised."""
    original = read_document(DOCUMENTS / "reply-20250021.txt", DOCUMENTS)
    builders.portable(builders.lines_of(original), tmp_path / "text.pdf")
    builders.pictures(tmp_path / "text.pdf", tmp_path / "scan.pdf")
    with ParserProcess(Limits(page_seconds=200)) as process:
        found = read_document(tmp_path / "scan.pdf", tmp_path, process)
        printed = read_document(tmp_path / "text.pdf", tmp_path, process)
    assert found.metadata.status == RECOGNISED
    assert len(found.pages) == len(printed.pages)
    wanted, got = ("".join(one.text.split()) for one in (printed, found))
    blocks = difflib.SequenceMatcher(None, wanted, got, autojunk=False).get_matching_blocks()
    assert sum(one.size for one in blocks) > 0.98 * len(wanted)
