"""Reading a whole document: its outline and the places of words in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.web.chat.source import find_words, outline, source_view
from corpus import Document, read_document
from corpus.document import Metadata

LAWS = Path(__file__).parent / "data" / "laws"


@pytest.fixture(scope="module", params=sorted(LAWS.iterdir()), ids=lambda path: path.stem)
def law(request) -> Document:
    return read_document(request.param, LAWS)


def written(text: str, path: str = "x.txt") -> Document:
    return Document("x", path, Metadata("题"), text)


def test_an_outline_has_every_chapter_and_article_in_order(law):
    """Each leads to a place of the page that is there; articles stand below their chapter."""
    shown = str(outline(law))
    entries = re.findall(r'<li data-level="(\d)"><a href="#(at\d+)" data-go="\d+">([^<]+)</a>', shown)
    view = str(source_view(law, ()))
    assert all(f'id="{place}"' in view for _, place, _ in entries)
    chapters = re.findall(r"^#+\s*(第[一二三四五六七八九十]+章)", law.text, re.MULTILINE)
    articles = re.findall(r"^(第[一二三四五六七八九十百零]+条)\s", law.text, re.MULTILINE)
    assert [words.split()[0] for _, _, words in entries if re.match(r"第\S+章", words)] == chapters
    assert [words.split()[0] for _, _, words in entries if re.match(r"第\S+条", words)] == articles
    assert {level for level, _, words in entries if words.startswith("第一章")} <= {"0"}
    assert "第一章" not in chapters or {level for level, _, words in entries if words.startswith("第一条")} == {"1"}


def test_a_text_without_parts_has_no_outline():
    assert outline(written("一段话。\n\n又一段话。")) is None


@pytest.mark.parametrize(
    ("text", "words", "places"),
    [
        ("前海深港合作", "深港", ["深港"]),
        ("前海深\n港合作", "深港", ["深\n港"]),
        ("廚餘垃圾与厨余垃圾", "廚餘垃圾", ["廚餘垃圾", "厨余垃圾"]),
        ("ＧＤＰ增长，gdp", "Gdp", ["ＧＤＰ", "gdp"]),
        ("𠮷野家在𠮷林", "在 𠮷", ["在𠮷"]),
        ("aaa", "aa", ["aa"]),
        ("没有", "有没", []),
        ("什么", "  ", []),
    ],
)
def test_words_are_found_as_people_type_them(text, words, places):
    """Across lines, in either script and width; offsets are those of the raw text."""
    document = written(text)
    assert [document.text[start:end] for start, end in find_words(document, words)] == places


def test_what_stands_before_the_body_is_not_found():
    """Front matter is never shown."""
    document = replace(written("密级：甲\n正文甲"), body=5)
    assert find_words(document, "甲") == [(7, 8)]


def test_pages_are_numbered_where_they_begin():
    """A format without pages shows none."""
    text = "第一段。\n\n第二段。\n\n第三段。"
    view = str(source_view(replace(written(text), pages=(0, 12)), ()))
    assert [int(n) for n in re.findall(r'data-i="src.page" data-a="\[&#34;(\d+)&#34;\]"', view)] == [1, 2]
    assert view.index("第二段") < view.index("第 2 页") < view.index("第三段")
    assert "src.page" not in str(source_view(written(text), ()))
