"""What structure alone answers, over real regulations, and over search as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant
from assistant.question import read_question
from assistant.reading.demands import lacking_number
from assistant.reading.structure import StructureReading, read_structure
from assistant.reading.words import WordReader
from assistant.units import enumerations_of, units_of_document
from assistant.verify import Context, RuleVerifier
from corpus.document import Document
from corpus.parse import parse_text
from index import Searcher, StaticRetriever, Store
from index.hit import Hit
from index.sync import sync
from tests.fakes.laws import article_cases, date_cases, judge, list_cases, prepare, row_cases

LAWS = Path(__file__).parent / "data" / "laws"


def hits(*documents: Document) -> list[Hit]:
    return [
        Hit(n, 1 / n, one, one.id, one.body, min(one.body + 50, len(one.text))) for n, one in enumerate(documents, 1)
    ]


def said(reading: StructureReading | None) -> list[str]:
    assert reading is not None
    for unit in reading.units:
        assert all(unit.source.text[slice(*span)] for span in unit.spans)
    return [unit.text for unit in reading.units]


@pytest.fixture(scope="module")
def asked_laws(tmp_path_factory):
    """Five regulations and a table of them, synced and searched by words alone, and the questions of the judge."""
    folder = tmp_path_factory.mktemp("laws")
    laws, source = prepare(folder, LAWS)
    store = Store(folder / "home", create=True)
    sync(store, [source], None)
    searcher = Searcher.open(store, None)
    cases = [*article_cases(laws, 1_000), *list_cases(laws, 1_000), *row_cases(laws), *date_cases(laws)]
    return judge(cases, lambda question: searcher.search(question, 30))


@pytest.mark.parametrize(
    ("group", "least"),
    [
        ("article", 1.0),
        ("absent article", 1.0),
        ("law not on file", 1.0),
        ("list: as it stands", 0.97),
        ("list: what alone", 0.9),
        ("list: listed", 0.9),
        ("row", 1.0),
        ("date of effect", 1.0),
    ],
)
def test_what_structure_answers_is_found_whole_and_alone(asked_laws, group, least):
    right = [ok for _, ok in asked_laws[group]]
    assert sum(right) >= least * len(right)


LAW = parse_text(
    "# 甲市公园条例\n\n第一条 为了建设公园，制定本条例。\n\n"
    "第二条 公园分为下列两类：\n\n（一）综合公园；\n\n（二）专类公园。\n\n"
    "专类公园由专门机构管理。\n\n第二条之一 社区公园参照执行。\n\n第三条 本条例自2024年5月1日起施行。\n",
    "park.md",
)
OTHER = parse_text("# 乙市绿化条例\n\n第一条 为了绿化，制定本条例。\n\n第二条 本条例自公布之日起施行。\n", "green.md")


def test_a_paragraph_and_an_item_are_given_alone_the_item_with_its_lead():
    assert said(read_structure("甲市公园条例第二条第二款", hits(LAW))) == ["专类公园由专门机构管理。"]
    assert said(read_structure("甲市公园条例第二条第（二）项", hits(LAW))) == [
        "第二条 公园分为下列两类：",
        "（二）专类公园。",
    ]


def test_an_article_put_behind_another_is_not_that_one():
    assert said(read_structure("公园条例第二条之一规定了什么", hits(LAW))) == ["第二条之一 社区公园参照执行。"]


def test_without_a_name_the_only_law_is_meant_and_of_several_none():
    assert said(read_structure("第一条规定了什么？", hits(LAW))) == ["第一条 为了建设公园，制定本条例。"]
    assert read_structure("第一条规定了什么？", hits(LAW, OTHER)) is None


def test_an_article_that_a_law_on_file_does_not_have_is_told_apart_from_a_law_that_is_not_on_file():
    absent = read_structure("甲市公园条例第九条规定了什么？", hits(OTHER, LAW))
    assert absent is not None
    assert (absent.units, [part for _, part in absent.missing], absent.documents) == ((), ["第九条"], (LAW,))
    assert read_structure("丙市公园条例第一条规定了什么？", hits(OTHER, LAW)) is None


def test_a_refusal_names_the_article_and_the_law_that_lacks_it_as_people_write_them():
    """It used to tell the name of a class of this program, and no passage."""
    answer = Assistant(StaticRetriever([LAW, OTHER], encoder=None), reader=WordReader()).ask(
        "公园条例第二十条第三款规定了什么"
    )
    assert answer.abstention is not None
    assert answer.abstention.detail == "资料未涉及。现有资料没有写到《甲市公园条例》第二十条第三款。"
    assert answer.abstention.nearest


@pytest.mark.parametrize(
    ("question", "number"),
    [("第1048号建议怎么答复的？", "1048"), ("提案第0326号谁办理", "0326"), ("第1047号建议怎么答复的？", "")],
)
def test_a_paper_that_is_named_by_a_short_number_is_that_one_or_none(question, number):
    """第1048号建议 used to be answered from the reply to another one."""
    reply = parse_text("关于第1047号建议的答复\n\n今年新建公园三座。\n", "reply.txt")
    assert lacking_number(read_question(question), hits(reply)) == number


def test_an_enumeration_inside_a_paragraph_is_given_with_its_lead():
    letter = parse_text("某答复\n我局将采取以下措施：一是增加公园；二是延长开放时间；三是免费开放。", "letter.txt")
    assert said(read_structure("我局将采取哪些措施？", hits(letter))) == [
        "我局将采取以下措施：",
        "一是增加公园；",
        "二是延长开放时间；",
        "三是免费开放。",
    ]


def test_a_question_for_something_else_than_the_list_gets_no_list():
    assert read_structure("公园分为两类，经费是多少，几天批下来？", hits(LAW)) is None


def test_metadata_answer_with_the_place_in_the_text():
    reading = read_structure("甲市公园条例从什么时候起施行？", hits(LAW))
    assert reading is not None
    assert (reading.field, reading.value, said(reading)) == (
        "effective",
        "2024-05-01",
        ["第三条 本条例自2024年5月1日起施行。"],
    )


def test_a_row_is_the_one_of_the_key_and_never_another():
    text = "# 分工表\n\n| 事项 | 负责单位 |\n| --- | --- |\n| 公共视频 | 公安局 |\n| 残疾儿童康复 | 残联 |\n"
    table = parse_text(text, "table.md")
    assert said(read_structure("残疾儿童康复由哪个单位负责？", hits(table))) == ["残疾儿童康复：负责单位为残联。"]
    assert read_structure("老年人体检由哪个单位负责？", hits(table)) is None
    assert read_structure("残疾儿童康复去年由哪个单位负责？", hits(table)) is None


def test_the_document_named_by_title_is_among_the_hits_whatever_else_is_nearer(tmp_path):
    """Forty laws with an article of that number used to stand before the one that was asked for."""
    source = tmp_path / "source"
    source.mkdir()
    for n in range(40):
        body = "第一条 为了规定供热，制定本条例。\n\n第二条 供热条例第二条规定供热。\n"
        (source / f"law-{n}.md").write_text(f"# 第{n}区供热管理规定\n\n{body}", "utf-8")
    (source / "meant.md").write_text("# 甲市供热条例\n\n第一条 立法目的。\n\n第二条 适用范围。\n", "utf-8")
    store = Store(tmp_path / "home", create=True)
    sync(store, [source], None)
    found = Searcher.open(store, None).search("甲市供热条例第二条规定了什么", 3)
    assert (found[0].document, found[0].text) == ("meant", "第二条 适用范围。")


def test_every_unit_of_an_enumeration_leads_to_all_its_items():
    items = [unit for unit in units_of_document(LAW) if unit.block.lead or "下列两类" in unit.text]
    found = {one for unit in items for one in enumerations_of(unit)}
    assert len(items) == 3
    assert [len(one.items) for one in found] == [2]


def test_ceremony_and_signature_are_told_from_what_is_said():
    text = (
        "某答复\n张三代表：\n您提出的建议收悉，现答复如下：\n已建成公园三座。\n感谢您的支持！\n某市公园局\n2025年5月8日"
    )
    assert [unit.role for unit in units_of_document(parse_text(text, "d.txt"))] == [
        "salutation",
        "ceremony",
        "text",
        "ceremony",
        "signature",
        "signature",
    ]


def test_a_column_may_be_named_by_a_part_of_it_where_nothing_else_is_asked():
    text = "# 表\n\n| 项目 | 目标 | 实际完成 |\n| --- | --- | --- |\n| 新增养老床位 | 71 | 55 |\n| 托位 | 30 | 31 |\n"
    found = said(read_structure("新增养老床位完成多少？", hits(parse_text(text, "table.md"))))
    assert [one.partition("：")[0] for one in found] == ["新增养老床位"]


def test_words_that_a_lead_denies_are_not_affirmed():
    """存在 and 不存在 are two lists, and the one is not given for the other."""
    text = "某规定\n第一条 有下列情形的，应当认定存在因果关系：\n（一）直接关联；\n（二）当日买入。"
    document = parse_text(text, "d.txt")
    assert len(said(read_structure("哪些情形应当认定存在因果关系？", hits(document)))) == 3
    assert read_structure("哪些情形应当认定不存在因果关系？", hits(document)) is None


def test_a_chapter_without_a_number_ends_an_article_and_a_formula_does_not():
    text = "某条例\n第一条 应纳税额计算公式：\n应纳税额＝销售额×税率\n税率另行规定。\n附则\n第二条 自公布之日起施行。"
    found = said(read_structure("某条例第一条", hits(parse_text(text, "d.txt"))))
    assert found[-1] == "税率另行规定。"
    assert "应纳税额＝销售额×税率" in "".join(found)


CLINICS = parse_text(
    "# 丙县卫生院情况表\n\n| 卫生院 | 所在镇 | 床位数（张） | 医生（人） | 负责人 |\n| --- | --- | --- | --- | --- |\n"
    "| 平塘卫生院 | 平塘镇 | 60 | 18 | 罗敏 |\n| 惠水卫生院 | 惠水镇 | 85 | 26 | 石磊 |\n",
    "clinics.md",
)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("平塘卫生院床位数是多少？", "平塘卫生院：所在镇为平塘镇，床位数（张）60，负责人为罗敏。"),
        ("平塘卫生院有多少床位？", "平塘卫生院：所在镇为平塘镇，床位数（张）60，医生（人）18，负责人为罗敏。"),
    ],
)
def test_a_row_leaves_out_figures_that_are_not_asked_for(question, text):
    """Where a column is named whole; what a row says in words may be a condition of its figures."""
    reading = read_structure(question, hits(CLINICS))
    assert said(reading) == [text]
    assert reading is not None
    (unit,) = reading.units
    quotes = [one.text for one in unit.quotes]
    assert quotes[-1].startswith("| 平塘卫生院 | 平塘镇 | 60 |")
    assert RuleVerifier().verify(unit.text, quotes, Context.of(unit.source, unit.block.heading)).supported


def test_each_part_of_a_question_finds_its_figure_in_the_row():
    asked = Assistant(StaticRetriever([CLINICS], encoder=None), reader=WordReader())
    text = asked.ask("平塘卫生院床位数是多少？平塘卫生院医生是多少？").text
    assert "床位数（张）60" in text
    assert "医生（人）18" in text


def test_a_row_is_told_without_its_running_number():
    """5：机构名称为北溪镇… says what nobody asks for first."""
    text = "# 表\n\n| 序号 | 机构名称 | 床位 |\n| --- | --- | --- |\n| 5 | 北溪养老中心 | 120 |\n| 6 |  | 96 |\n"
    numbered = [unit.text for unit in units_of_document(parse_text(text, "homes.md"))]
    assert numbered == ["机构名称为北溪养老中心，床位120。", "6：床位96。"]
