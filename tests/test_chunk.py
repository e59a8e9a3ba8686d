"""Documents → Chunks: what is kept together, what each carries, and that no character is lost."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Document, Metadata
from corpus.parse import parse_text
from index.chunk import LIMIT, TARGET, chunk


def document(text: str, path: str = "d.txt", title: str = "标题") -> Document:
    return Document(path.rsplit(".", 1)[0], path, Metadata(title), text)


def test_a_chunk_never_mixes_two_headings():
    made = chunk(document("一、第一部分\n\n甲事已经办结。\n\n二、第二部分\n\n乙事正在办理。"))
    assert [(one.heading, one.body) for one in made] == [
        (("一、第一部分",), "甲事已经办结。"),
        (("二、第二部分",), "乙事正在办理。"),
    ]


def test_head_is_title_and_headings_and_is_not_counted_in_the_offsets():
    text = "一、第一部分\n\n甲事已经办结。"
    [one] = chunk(document(text, title="关于甲事的答复"))
    assert one.head == "关于甲事的答复 一、第一部分"
    assert text[one.start : one.end] == one.body == "甲事已经办结。"


def test_what_is_embedded_is_in_simplified_characters_and_the_body_is_not_changed():
    """Questions are simplified; a passage left in Traditional characters would be far from them."""
    [one] = chunk(document("河套合作區已開通。", title="關於河套"))
    assert one.text == "关于河套\n河套合作区已开通。"
    assert one.body == "河套合作區已開通。"


def test_short_paragraphs_share_a_chunk_up_to_its_size():
    paragraph = "这是一个完整的段落，说明一件事情。"
    text = "\n\n".join([paragraph] * 40)
    made = chunk(document(text))
    assert len(made) > 1
    assert all(one.end - one.start <= TARGET for one in made)
    assert all(one.body.startswith("这") and one.body.endswith("。") for one in made)


def test_a_long_paragraph_is_cut_between_sentences():
    text = "这一句话说明了一件具体的事情并且写得相当完整。" * 60
    made = chunk(document(text))
    assert all(one.end - one.start <= LIMIT and one.body.endswith("。") for one in made)
    assert "".join(one.body for one in made) == text


def test_keys_stay_while_document_and_words_stay():
    """An edit at the top embeds what changed, not what moved; the same words twice are two chunks."""
    before = chunk(document("一、甲\n\n甲事办结。\n\n二、乙\n\n乙事办结。"))
    after = chunk(document("一、甲\n\n甲事已于昨日办结。\n\n二、乙\n\n乙事办结。"))
    twice = chunk(document("一、甲\n\n甲事办结。\n\n二、乙\n\n乙事办结。\n\n一、甲\n\n甲事办结。"))
    assert before[0].key != after[0].key
    assert before[1].key == after[1].key
    assert before[1].start != after[1].start
    assert len({one.key for one in twice}) == 3


def test_front_matter_is_in_no_chunk():
    read = parse_text("---\ntitle: 甲\nsource: 某处\n---\n\n甲事办结。", "d.md")
    assert [one.body for one in chunk(read)] == ["甲事办结。"]


def test_a_document_of_headings_alone_is_still_found():
    assert any("第一部分" in one.body for one in chunk(document("一、第一部分\n\n二、第二部分")))


_PIECES = st.sampled_from(
    [
        "一、总则",
        "（一）安排",
        "甲事已经办结。",
        "一是办甲。二是办乙。",
        "| 项 | 数 |\n| --- | --- |\n| 甲 | 1 |",
        "词" * 700,
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=8), st.sampled_from(["d.md", "d.txt"]))
def test_chunks_are_in_order_apart_and_of_text(pieces, path):
    """Their places rise, do not overlap, and each has words."""
    text = "\n\n".join(pieces)
    made = chunk(document(text, path))
    assert made
    assert all(text[one.start : one.end].strip() for one in made)
    assert all(one.end <= following.start for one, following in pairwise(made))


def test_a_document_known_by_its_file_s_name_is_found_by_its_opening_words():
    """Every chunk but the first stands under the words that the document begins with; a title in the text suffices."""
    text = "为做好防控工作，现就有关事项通告如下。" + "各区应当落实责任，加强巡查。" * 60
    first, *others = chunk(Document("a", "a.txt", Metadata("a"), text))
    assert others
    assert "防控工作" not in first.head
    assert all(one.head.startswith("a 为做好防控工作") for one in others)
    titled = chunk(Document("防控通告", "防控通告.txt", Metadata("防控通告"), f"防控通告\n\n{text}"))
    assert {one.head for one in titled} == {"防控通告"}
