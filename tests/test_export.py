"""What leaves the page: Word, Markdown and plain text, each with every quote and the label."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document as WordFile
from markdown_it import MarkdownIt

from assistant.answer import Abstention, Answer, Citation, Claim, Note
from assistant.export import cells, entry, formal, markdown, plain, shown_quote, transcript, word
from assistant.records import Review, SavedTurn, StaffCitation
from corpus import parse_text
from tests.fakes.assistant import cite, library, scripted

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
MEASURES = "河套合作区的通关便利措施有哪些？"
FOLLOW_UP = "那皇岗口岸呢？"
REFUSED = "福田区2024年GDP是多少？"
AI, VERBATIM = "人工智能生成，引文以原文为准", "逐句摘自所列资料，未经改写"
HOSTILE = "# 题<b>粗</b> [链](javascript:alert(1)) *星* | `码`\x0b"


def turns() -> list[SavedTurn]:
    fake = scripted()
    asked = (MEASURES, FOLLOW_UP, REFUSED)
    answered = [SavedTurn(f"t{n}", "c", n, q, "done", answer=fake.ask(q)) for n, q in enumerate(asked, 1)]
    return [*answered, SavedTurn("t4", "c", 4, "没答完的？", "stopped")]


def review() -> Review:
    cited = StaffCitation("reply-20250021", 0, 3, "甲乙丙", "v")
    states = ("approved", "wang", "root", "", 3, NOW, NOW, NOW)
    return Review("r", REFUSED, "请以统计公报为准。[1]", (cited,), *states, turn="t3")


def told(language="zh-Hans", source=lambda cited: library().get(cited.document)):
    answered = {"t3": (review(),)}
    return transcript(MEASURES, turns(), answered, language=language, moment=NOW, source=source)


def words_of(content: bytes) -> str:
    file = WordFile(BytesIO(content))
    return "\n".join(paragraph.text for paragraph in file.paragraphs)


def one(answer: Answer, title: str = "题"):
    turn = SavedTurn("t", "c", 1, answer.question, "done", answer=answer)
    return transcript(title, [turn], {}, language="en", moment=NOW, source=lambda _: None)


@pytest.mark.parametrize("write", [lambda t: words_of(word(t)), markdown], ids=["word", "markdown"])
def test_a_file_holds_every_sentence_every_quote_and_the_labels(write):
    """Nothing that was answered or quoted is left out, in either format; the labels stand under what they are about."""
    text = write(told()).replace("\\", "")
    for turn in turns():
        assert turn.question in text
        if turn.answer is None:
            continue
        nearest = turn.answer.abstention.nearest if turn.answer.abstention else ()
        for citation in (*turn.answer.citations, *nearest):
            assert shown_quote(citation) in text
            assert citation.source.metadata.title in text
        for claim in turn.answer.claims:
            assert claim.text.strip() in text
    assert text.count(AI) == 1
    assert text.index(FOLLOW_UP) < text.index(AI)
    assert text.count(VERBATIM) == 1
    assert "【未核实】" in text
    assert "最接近的段落（供参考，不作为回答）" in text
    assert "摘编（非原文），所据文件 署贸函〔2024〕236号" in text
    assert "按此理解检索：皇岗口岸什么时候建成启用？" in text
    assert "这个问题没有答完。" in text
    assert "请以统计公报为准。" in text
    assert "工作人员答复 2026-11-24" in text
    assert f"导出于 {NOW:%Y-%m-%d %H:%M}" in text


def test_what_people_and_documents_wrote_is_never_markup():
    """Headings, links, HTML and tables in a question or a quote come out as characters in Markdown."""
    document = parse_text(f"{HOSTILE}是正文。", "a.txt")
    answer = Answer(HOSTILE, HOSTILE, (Claim(HOSTILE, (1,)),), (cite(document, 1, "题<b>粗</b>"),))
    written = markdown(one(answer, HOSTILE))
    html = MarkdownIt("commonmark", {"html": True}).render(written)
    assert "<b>" not in html
    assert "<a " not in html
    assert "<em>" not in html
    assert "<code>" not in html
    assert html.count("<h1>") == 1
    assert html.count("<h2>") == 1
    assert "[链](javascript:alert(1)) *星* | `码`" in html


def test_a_line_that_begins_like_a_list_stays_a_line():
    """2024. is no item of a list, - no bullet, > no quote."""
    answer = Answer("问", "问", tuple(Note("scope", text) for text in ("2024. 年", "- 减", "> 大")))
    written = markdown(one(answer))
    html = MarkdownIt("commonmark").render(written)
    assert not {"<ol", "<ul", "<blockquote"} & {html[at : at + 3] for at in range(len(html))}
    assert "<blockquote" not in html
    assert "<p>2024. 年</p>" in html


def test_word_takes_any_character():
    """Control characters, which no Word file can hold, are left out; everything else is kept."""
    answer = Answer("a\x00b\ufffe😀", "a\x00b\ufffe😀", (Claim("c\x1bd[1]", ()),))
    content = word(one(answer, "t\x07"))
    assert "ab😀" in words_of(content)
    assert "cd" in words_of(content)


def test_word_marks_what_is_not_proved_and_numbers_its_pages():
    """Numbers stand raised, 未核实 bold, the foot has the page's number."""
    file = WordFile(BytesIO(word(told())))
    raised = [run.text for paragraph in file.paragraphs for run in paragraph.runs if run.font.superscript]
    assert "\u2060[1]" in raised  # on the line of the words before it
    assert [run.text for p in file.paragraphs for run in p.runs if run.bold and "未核实" in run.text] == ["【未核实】"]
    assert "PAGE" in file.sections[0].footer.paragraphs[0]._p.xml


def test_what_stands_around_follows_the_language_and_quotes_do_not():
    """An English export has English labels around the same Chinese sentences; a Traditional one has its characters."""
    english, traditional = markdown(told("en")), markdown(told("zh-Hant"))
    assert "Made by AI. The quoted originals prevail" in english
    assert "資料" in traditional
    for text in (english, traditional):
        assert "海关总署推出10条专项措施" in text


def test_plain_text_has_the_quotes_and_the_label():
    """One answer for the clipboard; a refusal says that its passages are no answer and has no label."""
    fake = scripted()
    text = plain(entry(replace(fake.ask(MEASURES), generator="local/x"), "zh-Hans"), "zh-Hans")
    assert text.splitlines()[0] == MEASURES
    assert text.splitlines()[-2:] == [AI, "资料截至 2024-10"]
    refused = plain(entry(fake.ask(REFUSED), "zh-Hans"), "zh-Hans")
    assert "最接近的段落（供参考，不作为回答）\n[1] " in refused
    assert VERBATIM not in refused
    nothing = Answer("问", "问", abstention=Abstention("no_evidence", "资料未涉及。"))
    assert plain(entry(nothing, "zh-Hans"), "zh-Hans") == "问\n\n资料未涉及。"


def test_a_table_row_is_read_cell_by_cell():
    """Escaped bars belong to their cell."""
    document = parse_text("# 表\n\n| 年份 | 数 |\n| --- | --- |\n| 2024 | 3\\|4 |\n", "t.md")
    row = cite(document, 1, "| 2024 | 3\\|4 |")
    assert shown_quote(row) == "2024｜3\\|4"
    found = cells(document.text, row.quote.start, row.quote.end)
    assert [document.text[a:b] for a, b in found] == ["2024", "3\\|4"]


def test_a_place_that_the_reader_may_not_see_is_left_out():
    """What staff cite from a document of another access is neither quoted nor named in the asker's file."""
    open_file, closed = told(), told(source=lambda _: None)
    assert [source.quote for source in open_file.entries[3].sources] == ["甲乙丙"]
    assert closed.entries[3].sources == ()
    assert closed.entries[3].lines == open_file.entries[3].lines


LAW = """---
title: 某市电梯条例
doc_no: 某政〔2025〕8号
---

# 某市电梯条例

## 第一章 总则

第一条　为了安全，制定本条例。

第十二条　费用由下列各方承担：

（一）业主；

（二）“原产权单位”。
"""


@pytest.mark.parametrize(
    ("words", "cited"),
    [
        ("为了安全，制定本条例。", "《某市电梯条例》（某政〔2025〕8号）第一条：“为了安全，制定本条例。”"),
        ("（二）“原产权单位”。", "《某市电梯条例》（某政〔2025〕8号）第十二条：“（二）‘原产权单位’。”"),
        ("费用由下列各方承担", "《某市电梯条例》（某政〔2025〕8号）第十二条：“费用由下列各方承担”"),
    ],
)
def test_one_quote_is_cited_as_letters_do(words, cited):
    """Title, number, and the article that the words stand in, whatever else stands between."""
    law = parse_text(LAW, "law.md")
    citation = cite(law, 1, words)
    assert formal(citation) == cited


def test_a_digest_is_cited_as_one():
    """With the document it rests on; quotation marks inside others are single ones."""
    customs = library()["hetao-customs-2024"]
    told = formal(cite(customs, 2, "（一）集中申报（第一条）。"))
    assert told.endswith("（署贸函〔2024〕236号）摘编》第一条：“（一）集中申报（第一条）。”")  # its title says both
    bare = replace(customs, metadata=replace(customs.metadata, title="措施"))
    assert formal(cite(bare, 1, "（一）集中申报")).startswith("《措施》（摘编，所据文件 署贸函〔2024〕236号）第一条")
    paged = Citation(1, customs.quote(0, 3), replace(customs), (), 4)
    assert "（第4页）：“" in formal(paged)


ROW, SAID = "| 六层 | 20 |", "六层：金额20。"


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ([("四层可以申请。", "四层可以申请。")], VERBATIM),
        ([(SAID, ROW)], "据表中的行，按表头写出"),
        ([("四层可以申请。", "四层可以申请。"), (SAID, ROW)], "逐句摘自所列资料；表中的行按表头写出"),
        ([("四層可以申請。", "四层可以申请。")], "逐句摘自所列资料，由简体转换，此外未改写"),
        ([("六層：金額20。", ROW)], "据表中的行，按表头写出，由简体转换"),
    ],
)
def test_the_label_is_true_of_rows_and_of_converted_text(said, label):
    """A row that became a sentence and text in other characters are not told as unchanged."""
    document = parse_text("# 表\n\n四层可以申请。\n\n| 楼层 | 金额 |\n| --- | --- |\n| 六层 | 20 |\n", "a.md")
    quotes = tuple(cite(document, n, quote) for n, (_, quote) in enumerate(said, 1))
    claims = tuple(Claim(text, (n,)) for n, (text, _) in enumerate(said, 1))
    assert entry(Answer("几层？", "几层？", claims, quotes), "zh-Hans").label == label
