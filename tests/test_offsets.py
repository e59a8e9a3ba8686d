"""Every place that anything points at is the exact slice of its document."""

import pytest

from assistant.units import units_of_block
from corpus import blocks, join_lines, parse_text, sentences
from index.chunk import chunk
from tests.conftest import DOCUMENTS

PATHS = sorted(DOCUMENTS.iterdir())


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_canonical_text_is_the_decoded_file(path, documents):
    """Front matter included, so that offsets are offsets into the file."""
    assert documents[path.stem].text == path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_blocks_chunks_and_units_are_slices_behind_the_front_matter(path, documents):
    """Offsets never point into front matter, never overlap, and quotes are what stands there."""
    document = documents[path.stem]
    last = document.body
    for block in blocks(document):
        assert last <= block.start < block.end <= len(document.text)
        last = block.end
        for unit in units_of_block(document, block):
            for quote in unit.quotes:
                assert document.text[quote.start : quote.end] == quote.text
                assert quote.start >= document.body
        for start, end in sentences(document.text, block.start, block.end):
            assert block.start <= start < end <= block.end
    for one in chunk(document):
        assert document.body <= one.start < one.end
        assert join_lines(document.text[one.start : one.end]) == one.body


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_every_character_of_text_is_in_a_block(path, documents):
    """Structure loses nothing but spaces, Markdown's marks and table rules."""
    document = documents[path.stem]
    covered = [False] * len(document.text)
    for block in blocks(document):
        covered[block.start : block.end] = [True] * (block.end - block.start)
    left = "".join(c for at, c in enumerate(document.text) if at >= document.body and not covered[at])
    assert set(left) <= set(" \n\r#|-:*>")


def test_a_sentence_cut_by_a_page_is_one_unit(documents):
    """The reply's export cut sentences with an empty line and doubled a character; what is shown is whole."""
    reply = documents["reply-20250021"]
    shown = [unit.text for block in blocks(reply) for unit in units_of_block(reply, block)]
    assert any("“成就制+积分制”人才评价体系" in text for text in shown)
    assert any("集中招引行动。" in text for text in shown)
    assert any("做强智能终端、软件与信息服务、新能源等3个千亿级集群" in text for text in shown)


def test_the_replys_metadata_comes_from_its_text(documents):
    """Title without the export's spaces, kind, and whom it addresses."""
    meta = documents["reply-20250021"].metadata
    assert meta.title == "关于区八届人大五次会议第20250021号建议的答复"
    assert meta.kind == "reply"
    assert meta.addressees == ("邹越", "蒋崇安")


def test_headings_items_and_articles_of_a_plain_text():
    """Chinese official structure in a text that nobody prepared."""
    text = (
        "某区养老服务办法\n\n第一条 为了规范养老服务，制定本办法。\n本办法适用于本区。\n"
        "第二条 申请人应当符合下列条件：\n（一）年满六十周岁；\n（二）具有本区户籍。\n"
    )
    found = [(b.kind, b.heading, b.marker) for b in blocks(parse_text(text, "办法.txt"))]
    assert found == [
        ("heading", (), ""),
        ("item", ("第一条",), "第一条"),
        ("paragraph", ("第一条",), ""),
        ("item", ("第二条",), "第二条"),
        ("item", ("第二条",), "（一）"),
        ("item", ("第二条",), "（二）"),
    ]
