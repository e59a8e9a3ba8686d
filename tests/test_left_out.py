"""What the reader of a file left out is told wherever a person looks: after a sync, by the doctor, on the page 资料."""

from __future__ import annotations

from typing import get_args

import pypdfium2
import pytest

from assistant.locale import is_message
from assistant.units import units_of_block
from assistant.web.pages import shelf
from corpus.document import Omission
from corpus.formats import process
from corpus.normalise import join_lines
from corpus.parse import parse_text
from corpus.structure import blocks
from index import Store
from tests.formats import builders


@pytest.fixture
def papers(tmp_path, monkeypatch):
    """A folder with a document whose second page is a picture, which nobody recognises."""
    monkeypatch.setattr(process, "installed", lambda: False)
    builders.portable([builders.Line("渔业补贴办法", 1), builders.Line("每亩补贴三百元。")], tmp_path / "text.pdf")
    builders.pictures(tmp_path / "text.pdf", tmp_path / "scan.pdf")
    folder = tmp_path / "papers"
    folder.mkdir()
    with pypdfium2.PdfDocument.new() as document:
        for name in ("text.pdf", "scan.pdf"):
            document.import_pages(pypdfium2.PdfDocument(tmp_path / name))
        document.save(folder / "a.pdf")
    return folder


def test_what_was_left_out_is_kept_and_told(papers, dafu, tmp_path):
    """Also by a sync that reads nothing anew."""
    home, told = tmp_path / "home", [{"path": "a.pdf", "what": "pages without text", "count": 1}]
    for status in ("added", "unchanged"):
        report = dafu("sync", papers, "--home", home, "--json", keywords=True).json
        assert (report[status], report["left_out"]) == (1, told)
    assert "left out of a.pdf: pages without text (1)\n" in dafu("sync", "--home", home, keywords=True).out
    assert dafu("doctor", "--home", home, "--json", keywords=True).json["left_out"] == told
    assert "left out of a.pdf: pages without text (1)\n" in dafu("doctor", "--home", home, keywords=True).out

    catalog = Store(home).catalog
    document, entry = catalog.document("a"), catalog.entry("a")
    sheet = shelf.DocumentSheet(
        document,
        entry,
        document.metadata,
        catalog.decisions("a"),
        document,
        catalog.versions("a"),
        catalog.history("a"),
    )
    assert "没有文字的页 1 页" in str(shelf.SHELF.sheet(sheet))


def test_everything_that_may_be_left_out_has_words():
    assert all(is_message(f"dc.l.{one.replace(' ', '_')}") for one in get_args(Omission))


def test_many_comments_are_passed_over_at_once_and_none_swallows_words():
    """Each ends at its own mark: what stands between two of them is read."""
    assert parse_text("<!--a-->" * 200 + "正文。", "many.md").text.endswith("正文。")
    between = parse_text("# 题\n\n<!-- 开始 -->应当看见的正文。<!-- 结束 -->\n", "between.md")
    assert any("应当看见" in between.text[one.start : one.end] for one in blocks(between))
    assert between.left_out == ()


def test_what_is_struck_out_in_a_sentence_is_in_no_block_and_told():
    """Of a number that was replaced the new one alone may be quoted; ranges and code are as they stand."""
    text = "# 题\n\n每户补贴~~3万元~~5万元，10~20日办结。\n\n- 上限~~八~~\n  十户。\n\n用 `~~x~~` 划去。\n"
    document = parse_text(text, "struck.md")
    shown = [text[one.start : one.end] for one in blocks(document)]
    assert shown == ["题", "每户补贴", "5万元，10~20日办结。", "- 上限", "十户。", "用 `~~x~~` 划去。"]
    assert [(one.what, one.count) for one in document.left_out] == [("struck text", 4)]


def test_what_is_struck_out_in_headings_tables_and_tags_is_not_said():
    """Headings and rows are shown and searched without it, and a row of nothing else is none."""
    text = (
        "# 关于票价的~~通知~~公告\n\n## 票价~~3元~~\n\n<del>旧价十元。</del>新价八元。\n\n"
        "| 线路 | 票价 |\n| --- | --- |\n| 快线 | ~~4元~~6元 |\n| ~~慢线~~ | ~~2元~~ |\n"
    )
    document = parse_text(text, "struck.md")
    assert document.metadata.title == "关于票价的公告"
    found = blocks(document)
    shown = [join_lines(text[one.start : one.end]) for one in found]
    assert shown == ["关于票价的公告", "票价", "新价八元。", "| 线路 | 票价 |", "| 快线 | 6元 |"]
    assert [one.text for one in units_of_block(document, found[-1])] == ["快线：票价6元。"]
    assert [(one.what, one.count) for one in document.left_out] == [("struck text", 15)]


def test_a_comment_that_is_shown_as_code_is_not_told_as_left_out():
    """It is in a block."""
    document = parse_text("# 题\n\n```html\n<!-- 示例 -->\n```\n", "code.md")
    assert any("示例" in document.text[one.start : one.end] for one in blocks(document))
    assert document.left_out == ()


@pytest.mark.parametrize("line", ["  <!-- 秘密 -->", "~~作废的话~~  ", "~~作废的话~~\r"])
def test_what_is_dropped_is_told_however_it_stands_in_its_line(line):
    """White space around it changes nothing."""
    assert parse_text(f"# 题\n\n{line}\n\n正文。\n", "apart.md").left_out
