"""Text → Blocks: articles, items and what introduces them, headings that are sentences, salutations and signatures."""

from __future__ import annotations

import time

import pytest

from assistant.units import units_of_document
from assistant.verify import RuleVerifier
from corpus.document import Document, Metadata
from corpus.normalise import join_lines
from corpus.outline import article, articles, enumerations
from corpus.parse import parse_text
from corpus.structure import blocks
from index.chunk import chunk


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in blocks(document)]


def leads(document: Document) -> dict[str, str]:
    text = document.text
    return {text[b.start : b.end]: text[slice(*b.lead)] for b in blocks(document) if b.kind == "item" and b.lead}


def test_a_lead_on_the_line_of_its_article_introduces_the_items_below():
    document = parse_text("某条例\n\n第八条 下列资产归集体所有：\n\n（一）土地；\n\n（二）房屋。\n", "d.txt")
    assert leads(document) == {
        "（一）土地；": "第八条 下列资产归集体所有：",
        "（二）房屋。": "第八条 下列资产归集体所有：",
    }


def test_items_below_an_item_have_that_item_as_their_lead_and_the_next_one_has_the_outer_lead():
    document = parse_text("某办法\n应当提交：\n（一）证明：\n1.身份证；\n2.户口簿；\n（二）申请书。\n", "d.txt")
    assert leads(document) == {
        "（一）证明：": "应当提交：",
        "1.身份证；": "（一）证明：",
        "2.户口簿；": "（一）证明：",
        "（二）申请书。": "应当提交：",
    }


def test_a_lead_is_the_sentence_that_introduces_and_not_the_paragraph_before_it():
    document = parse_text(
        "某条例\n\n第二条 本市实行许可。申请人应当具备下列条件：\n（一）有场地；\n（二）有人员。", "d.txt"
    )
    assert set(leads(document).values()) == {"申请人应当具备下列条件："}


def test_items_without_a_full_stop_are_items_and_no_headings():
    """A list of papers to hand in used to be headings, and took the article off the items."""
    document = parse_text(
        "某办法\n第三条 提交下列材料：\n（一）身份证\n（二）执照\n（三）其他\n第四条 自印发之日起施行。", "d.txt"
    )
    assert [kind for kind, _ in kinds(document)] == ["heading", "item", "item", "item", "item", "item"]
    assert [block.heading for block in blocks(document)][2] == ("第三条",)


def test_a_sentence_that_begins_with_a_number_is_no_heading():
    text = (
        "关于某事的通知\n主要任务如下。\n1.支持企业开展研发，给予补助\n2.支持高校\n以上任务年底前完成，各部门负责落实。"
    )
    assert [kind for kind, _ in kinds(parse_text(text, "d.txt"))][2:4] == ["item", "item"]


def test_a_numbered_heading_stays_one():
    text = (
        "关于某事的通知\n（一）基本情况\n去年完成投资三亿元，增长百分之五。\n（二）存在问题\n资金到位较慢，需要加快。"
    )
    assert [kind for kind, _ in kinds(parse_text(text, "d.txt"))] == [
        "heading",
        "heading",
        "paragraph",
        "heading",
        "paragraph",
    ]


def test_what_is_enumerated_inside_an_item_of_a_paragraph_are_items_of_it():
    text = "某答复\n主要做法：一是抓投入，包括：（1）财政；（2）社会；二是抓人才。"
    assert leads(parse_text(text, "d.txt")) == {
        "一是抓投入，包括：": "主要做法：",
        "（1）财政；": "一是抓投入，包括：",
        "（2）社会；": "一是抓投入，包括：",
        "二是抓人才。": "主要做法：",
    }


def test_a_signature_is_apart_from_the_last_sentence_and_every_label_from_the_next():
    text = (
        "关于第12号提案的答复\n\n李四委员：\n您提出的提案收悉，现答复如下：\n已经建成公园三座。\n感谢您的支持！\n\n"
        "某市公园管理局\n2025年5月8日\n联系人：王五\n联系电话：0755-12345678\n办复类别：A类"
    )
    found = kinds(parse_text(text, "d.txt"))
    assert ("salutation", "李四委员：") in found
    assert [words for kind, words in found if kind == "signature"] == [
        "某市公园管理局",
        "2025年5月8日",
        "联系人：王五",
        "联系电话：0755-12345678",
        "办复类别：A类",
    ]


def test_lines_of_a_signature_in_one_paragraph_of_markdown_are_apart():
    text = "# 某答复\n\n已经建成公园三座。\n\n联系人：王五\n联系电话：0755-12345678\n2025年5月8日\n"
    assert [kind for kind, _ in kinds(parse_text(text, "d.md"))][2:] == ["signature"] * 3


def test_a_date_alone_in_the_middle_of_a_text_signs_nothing():
    text = "# 大事记\n\n先说起因如下所述。\n\n2024年3月1日\n\n公园开工建设。\n"
    assert "signature" not in [kind for kind, _ in kinds(parse_text(text, "d.md"))]


def test_an_article_is_whole_with_its_paragraphs_and_items():
    text = (
        "# 某条例\n\n## 第一章 总则\n\n第一条 为了管理，制定本条例。\n\n"
        "第二条 下列场所适用：\n\n（一）舞厅；\n\n（二）茶馆。\n\n"
        "前款所称茶馆，不含流动摊点。\n\n## 第二章 附则\n\n第二条之一 参照执行。\n\n第三条 自公布之日起施行。\n"
    )
    document = parse_text(text, "d.md")
    assert [(one.number, one.sub) for one in articles(document)] == [(1, 0), (2, 0), (2, 1), (3, 0)]
    second = article(document, 2)
    assert second is not None
    assert text[second.start : second.end].endswith("不含流动摊点。")
    assert [len(some) for some in second.paragraphs] == [3, 1]


def test_a_line_that_only_speaks_of_an_article_begins_none():
    text = (
        "某条例\n第一条 制定本条例。\n第一条规定的目的应当实现。\n第二条 公布之日起施行。\n第一条第一款另有规定的除外。"
    )
    assert [one.number for one in articles(parse_text(text, "d.txt"))] == [1, 2]


def test_articles_end_at_the_signature_and_at_an_annex():
    text = "某办法\n第一条 为了管理，制定本办法。\n第二条 自印发之日起施行。\n附件：登记表\n某市财政局\n2024年5月1日"
    last = article(parse_text(text, "d.txt"), 2)
    assert last is not None
    assert text[last.start : last.end] == "第二条 自印发之日起施行。"


def test_an_enumeration_has_all_its_items_in_order_with_what_belongs_to_each():
    text = "某办法\n应当提交：\n（一）证明：\n1.身份证；\n2.户口簿；\n（二）申请书。\n申请书应当签名。\n（三）照片。\n"
    document = parse_text(text, "d.txt")
    outer, inner = enumerations(document)
    assert [text[item.start : item.end] for item in outer.items] == [
        "（一）证明：\n1.身份证；\n2.户口簿；",
        "（二）申请书。\n申请书应当签名。",
        "（三）照片。",
    ]
    assert [item.number for item in inner.items] == [1, 2]


def test_what_markdown_hides_or_strikes_out_as_a_whole_is_no_block():
    text = "# 办法\n\n补贴五万元。\n\n<!-- 内部备注：\n上限十万元。 -->\n\n~~补贴三万元。~~\n\n- ~~旧项~~\n- 新项\n"
    document = parse_text(text, "a.md")
    assert [document.text[one.start : one.end] for one in blocks(document)] == ["办法", "补贴五万元。", "- 新项"]
    assert document.text == text
    assert {one.what: one.count for one in document.left_out} == {"hidden text": 11, "struck text": 8}


MARKED = {
    "a break": ("|类|条件|\n|---|---|\n|技能|高级工<br>且参保满1年|\n", ["技能：条件为高级工且参保满1年。"]),
    "a bar": ("|类|条件|\n|---|---|\n|投靠|本市户籍 \\| 婚龄1年|\n", ["投靠：条件为本市户籍 | 婚龄1年。"]),
    "no bars outside": ("场馆 | 收费\n--- | ---\n体育馆 | 20元\n", ["体育馆：收费20元。"]),
    "notes": (
        "子女须未满18周岁[^1]，父母须参保[^2]。\n\n[^1]: 以申请当日计算。\n[^2]: 满1年。\n",
        ["子女须未满18周岁，父母须参保。", "以申请当日计算。", "满1年。"],
    ),
    "where links lead": ('见[网站][a]的<u>通知</u>。\n\n[a]: http://x.y\n[b]: z.html "乙"\n', ["见[网站][a]的通知。"]),
    "a table in HTML": (
        "<table>\n<thead><tr><th>馆</th><th id=b>收费</th></tr></thead>\n<tr><td>甲</td><td>20元</td></tr></table>\n",
        ["馆｜收费；甲｜20元"],
    ),
}


@pytest.mark.parametrize(("text", "shown"), MARKED.values(), ids=MARKED)
def test_marks_of_markdown_are_shown_as_what_they_mean_and_proved_so(text: str, shown: list[str]):
    units = units_of_document(parse_text(f"# 办法\n\n{text}", "a.md"))
    assert [one.text for one in units] == shown
    proved = [RuleVerifier().verify(one.text, [quote.text for quote in one.quotes]) for one in units]
    assert all(one.supported for one in proved)


def test_headings_of_official_papers_are_headings_in_markdown_too():
    """Where nobody marked them with a #; a numbered sentence, an item and a line of a list stay what they are."""
    text = (
        "# 某市医保通知\n\n一、参保范围\n\n（一）学生。\n\n（二）居民。\n\n二、缴费标准\n\n每人549元。\n\n"
        "三、不缴费的，按照规定不享受待遇。\n\n1. 线上\n2. 线下\n\n特此通知。\n"
    )
    found = blocks(parse_text(text, "d.md"))
    assert [text[b.start : b.end] for b in found if b.kind == "heading"] == [
        "某市医保通知",
        "一、参保范围",
        "二、缴费标准",
    ]
    assert {text[b.start : b.end]: b.heading for b in found if b.kind != "heading"} == {
        "（一）学生。": ("一、参保范围",),
        "（二）居民。": ("一、参保范围",),
        "每人549元。": ("二、缴费标准",),
        "三、不缴费的，按照规定不享受待遇。": (),  # which counts on, so that it is not below 二、
        "1. 线上": (),
        "2. 线下": (),
        "特此通知。": (),  # closes the paper
    }


TABLE = "| 对象 | 元 |\n| --- | --- |\n| 特困人员 | 200 |\n\n"


@pytest.mark.parametrize(
    ("path", "caption", "under"),
    [
        ("a.docx", "表1 补贴标准（元/月）", ("表1 补贴标准（元/月）",)),
        (
            "a.docx",
            "2024年各区失能老年人补贴发放情况统计表（单位：元）",
            ("2024年各区失能老年人补贴发放情况统计表（单位：元）",),
        ),
        ("a.docx", "表一　补贴标准\n\n单位：元", ("表一　补贴标准", "单位：元")),
        ("a.docx", "补贴标准如下：", ("补贴标准如下：",)),
        ("a.docx", "标准见下表。", ()),
        ("a.docx", "2025年3月1日", ()),
        ("a.md", "**表1 补贴标准**", ("表1 补贴标准",)),
        ("a.md", "表 2-1 补贴标准\n\n单位：元", ("表 2-1 补贴标准", "单位：元")),
        ("a.md", "补贴标准如下：", ()),
    ],
)
def test_a_caption_is_above_the_rows_of_its_table_and_nothing_else(path, caption, under):
    text = (
        f"# 关于补贴的通知\n\n现通知如下。\n\n## 一、标准\n\n按月发放。\n\n{caption}\n\n{TABLE}每月十日前到账。\n\n"
        f"{TABLE}## 二、办理\n\n到镇政府办理。\n"
    )
    found = blocks(Document("a", path, Metadata("关于补贴的通知"), text))
    headings = {text[one.start : one.end]: one.heading for one in reversed(found)}  # the first of two alike
    assert headings["| 特困人员 | 200 |"] == ("一、标准", *under)
    assert headings["每月十日前到账。"] == ("一、标准",)
    assert [one.heading for one in found if one.kind == "table_row"][1] == ("一、标准",)
    assert headings["二、办理"] == ()
    assert headings["到镇政府办理。"] == ("二、办理",)


def test_a_caption_leaves_the_article_above_it():
    text = (
        f"某市办法\n\n第一条 制定本办法。\n\n第二条 补贴标准如下：\n\n表1 标准\n\n{TABLE}按年发放。\n\n第三条 施行。\n"
    )
    found = blocks(Document("a", "a.docx", Metadata("某市办法"), text))
    headings = {text[one.start : one.end]: one.heading for one in found}
    assert headings["| 特困人员 | 200 |"] == ("第二条", "表1 标准")
    assert headings["按年发放。"] == ("第二条",)


FAQ = {
    "marked.txt": "问：白天怎么收费？\n答：每小时五元。\n问：夜里收费吗？\n答：夜里不收费。",
    "bold.md": "**问：白天怎么收费？**\n\n答：每小时五元。\n\n**问：夜里收费吗？**\n答：夜里不收费。",
    "letters.md": "Q1：白天怎么收费？\nA1：每小时五元。\n\nQ2：夜里收费吗？\nA2：夜里不收费。",
    "numbered.docx": "1. 白天怎么收费？\n\n每小时五元。\n\n2. 夜里收费吗？\n\n夜里不收费。",
    "bare.html": "白天怎么收费？\n\n每小时五元。\n\n夜里收费吗？\n\n夜里不收费。",
    "brackets.pdf": "【问】白天怎么收费？\n\n【答】每小时五元。\n\n【问】夜里收费吗？\n\n【答】夜里不收费。",
    "statement.txt": "问题一：白天怎么收费\n回答：每小时五元。\n问题二：夜里收费吗\n回答：夜里不收费。",
}


@pytest.mark.parametrize("path", FAQ)
def test_a_question_of_a_faq_is_the_heading_of_its_answer(path: str):
    text = f"# 某市停车问答\n\n{FAQ[path]}\n"
    found = blocks(Document("a", path, Metadata("某市停车问答"), text))
    said = {text[one.start : one.end]: one.heading[-1] for one in found if one.kind != "heading"}
    assert list(said) == ["每小时五元。", "夜里不收费。"]
    assert ["白天怎么收费" in said["每小时五元。"], "夜里收费吗" in said["夜里不收费。"]] == [True, True]


def test_questions_stand_side_by_side_under_their_section_and_end_with_it():
    text = (
        "某办法解读\n一、常见问题\n问：什么时候办？\n答：每月办理。分两步：\n1.申报；\n2.审核。\n四、哪里办？\n到窗口办理。\n"
        "二、其他事项\n另行通知。\n"
    )
    found = {text[b.start : b.end]: b.heading for b in blocks(Document("a", "a.txt", Metadata("某办法解读"), text))}
    assert found["2.审核。"] == ("一、常见问题", "问：什么时候办？")
    assert found["到窗口办理。"] == ("一、常见问题", "四、哪里办？")
    assert found["另行通知。"] == ("二、其他事项",)


@pytest.mark.parametrize(
    "text",
    [
        "某市调查表\n1. 您住在哪个区？\n2. 您每天乘公交吗？\n3. 您满意吗？\n",
        "某市整改报告\n问题：部分路段照明不足。\n已全部整改。\n",
        "某人来信\n各位领导，路灯坏了三个月。怎么办？\n请尽快修好。\n",
    ],
)
def test_what_nothing_answers_is_no_heading(text: str):
    assert [kind for kind, _ in kinds(parse_text(text, "d.txt"))].count("heading") == 1


def test_what_stands_around_a_document_is_none_of_its_text():
    """Its number and letterhead sign it; in the middle the same words are of the text."""
    said = ["本办法适用于全市。", "主办单位：某市水务局", "办法自发布之日起施行。"]
    above = ["来源：市水务局　发布日期：2024-05-21　浏览次数：356　【字体：大 中 小】"]
    below = [
        "分享到：微信 微博",
        "打印本页 | 关闭窗口",
        "主办：某市水务局 地址：甲路1号",
        "某ICP备05000000号 网站标识码：3300000000",
    ]
    text = "\n\n".join(["某市水务局文件", "某水〔2024〕12号", "# 某市节水办法", *above, *said, *below])
    document = Document("a", "a.html", Metadata("某市节水办法"), text)
    assert [kind for kind, _ in kinds(document)] == [
        "signature",
        "signature",
        "heading",
        "furniture",
        *["paragraph"] * 3,
        *["furniture"] * 4,
    ]
    assert [one.text for one in units_of_document(document) if one.role == "text"] == said
    assert [one.body for one in chunk(document)] == ["某市水务局文件某水〔2024〕12号", "".join(said)]


def headings_of(text: str, path: str = "a.txt") -> dict[str, tuple[str, ...]]:
    found = blocks(parse_text(text, path))
    return {text[one.start : one.end]: one.heading for one in found if one.kind not in {"heading", "signature"}}


def test_a_line_all_in_bold_is_a_heading_in_markdown():
    """By its number, else just below what is above; a bold sentence, date or beginning of a paragraph is none."""
    text = (
        "# 康养办法\n\n**一、条件**\n\n在本市注册。\n\n**支持对象**\n\n康养机构。\n\n**申报时间**\n\n每年三月。\n\n"
        "**二、拨付**\n\n**注意：** 分两次拨付。\n\n**逾期不受理。**\n\n特此通知。\n\n**2025年3月1日**\n"
    )
    assert headings_of(text, "a.md") == {
        "在本市注册。": ("一、条件",),
        "康养机构。": ("一、条件", "支持对象"),
        "每年三月。": ("一、条件", "申报时间"),
        "**注意：** 分两次拨付。": ("二、拨付",),
        "逾期不受理。": ("二、拨付",),
        "特此通知。": (),
    }


def test_a_numbered_sentence_above_its_paragraph_is_a_heading_and_the_next_number_is_not_below_it():
    text = (
        "某市用车通知\n\n一、租用车辆\n租用有许可的车辆。\n二、落实责任。\n驾驶员连续驾驶不得超过四小时，夜间不得行驶。\n"
        "三、加强检查。每季度检查一次，发现违规的予以处罚。\n四、请认真执行。\n特此通知，请遵照执行。\n"
    )
    assert headings_of(text) == {
        "租用有许可的车辆。": ("一、租用车辆",),
        "驾驶员连续驾驶不得超过四小时，夜间不得行驶。": ("二、落实责任。",),
        "三、加强检查。每季度检查一次，发现违规的予以处罚。": (),
        "四、请认真执行。": (),
        "特此通知，请遵照执行。": (),
    }


def test_whom_a_paper_is_for_is_no_text_and_below_no_line_that_looks_like_a_heading():
    text = (
        "关于限行的通知\n\n某市综合办\n\n市属各旅行社，民盟某市委：\n\n现将事项通知如下：\n\n一、时间\n\n周一限行。\n"
    )
    kind = {text[b.start : b.end]: (b.kind, b.heading) for b in blocks(parse_text(text, "a.md"))}
    assert kind["市属各旅行社，民盟某市委："][0] == "salutation"
    assert kind["现将事项通知如下："] == ("paragraph", ())
    assert kind["周一限行。"] == ("paragraph", ("一、时间",))
    assert kinds(parse_text("某市办法\n申请条件：\n1.有场地；\n2.有人员。\n", "a.txt"))[1][0] == "paragraph"


def test_headings_stand_behind_sentences_that_end_in_who_is_responsible():
    """Such a line ends its sentence, so that those below are not behind the last one, where nothing is a heading."""
    text = (
        "某市措施\n现制定以下措施。\n一、审批\n1.加快审批。(责任单位：甲局)\n二、金融\n2.增加贷款。（责任单位：乙局）\n"
    )
    assert list(headings_of(text).values()) == [(), ("一、审批",), ("二、金融",)]


def test_page_numbers_of_a_copied_text_divide_no_sentence_and_are_not_shown():
    text = (
        "某市建筑垃圾细则\n\n第一条 为加强管理，根据《城\n市建筑垃圾管理规定》，制定本细则。\n"
        "第二条 装修的垃圾，应当投放到物业服\n— 1 —\n务企业指定的堆放点，由其清运。\n— 2 —\n清运费不超过六十元。\n"
    )
    document = parse_text(text, "a.txt")
    said = [one for one in units_of_document(document) if one.role == "text"]
    assert [(one.text, one.block.heading[-1]) for one in said] == [
        ("第一条 为加强管理，根据《城市建筑垃圾管理规定》，制定本细则。", "第一条"),
        ("第二条 装修的垃圾，应当投放到物业服务企业指定的堆放点，由其清运。", "第二条"),
        ("清运费不超过六十元。", "第二条"),
    ]


def test_lines_that_each_say_one_thing_by_name_are_apart():
    said = [
        "时间：3月18日，下午",
        "地点：五楼，第二会议室",
        "主持：何某某，副市长。",
        "会议研究供水，决定扩建水厂，\n分两期建设。",
    ]
    assert list(headings_of("\n".join(["某市会议纪要", *said]))) == said


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("用水量比2\n020年下降，居民1\n5万户。", "用水量比2020年下降，居民15万户。"),
        ("同比增长12.\n75%，漏损率8.9\n%以内，比例为6:\n4。", "同比增长12.75%，漏损率8.9%以内，比例为6:4。"),
        ("投资10\n\n0亿元。", "投资100亿元。"),
        ("the rate of 20\n25 projects", "the rate of 20 25 projects"),
        ("1路       22:30\n2路       21:00", "1路       22:30 2路       21:00"),
    ],
)
def test_a_number_that_a_line_cuts_is_whole_in_chinese(raw, shown):
    assert join_lines(raw) == shown


@pytest.mark.parametrize("path", ["a.txt", "a.md", "a.docx"])
def test_a_table_of_contents_is_none_of_the_text_and_heads_nothing(path: str):
    listed = ["目 录", "第一章 发展现状 1", "第一节 公路……2", "第二章 发展目标 6"]
    body = ["第一章 发展现状", "第一节 公路", "全市公路通车里程达到1.86万公里。"]
    text = "\n\n".join(["交通规划", "前言说明本规划的范围。", *listed, *body])
    document = Document("a", path, Metadata("交通规划"), text)
    assert [text for kind, text in kinds(document) if kind == "furniture"] == listed
    assert blocks(document)[-1].heading == ("第一章 发展现状", "第一节 公路")


@pytest.mark.parametrize(
    "listed",
    [
        ["目录", "第一章 发展现状", "第二章 发展目标"],
        ["目录", "小学学位 6", "中学学位 2"],
        ["站点", "第一章 发展现状 1", "第二章 发展目标 6"],
    ],
)
def test_what_has_no_pages_that_grow_is_no_table_of_contents(listed: list[str]):
    assert "furniture" not in dict(kinds(parse_text("\n\n".join([*listed, "全市有学位八个。"]), "a.txt")))


def test_a_list_without_an_end_of_a_sentence_is_read_in_time_that_grows_with_its_length():
    """Each of its lines used to be joined by looking at all before it: 30,000 took five minutes."""

    def least(lines: int) -> float:
        documents = [
            parse_text("某县名录\n\n" + "道路，桥梁，学校，医院和公园，\n" * lines, f"{n}.txt") for n in range(3)
        ]
        spent = []
        for document in documents:
            began = time.process_time()
            assert len(blocks(document)) <= 2
            spent.append(time.process_time() - began)
        return min(spent)

    assert least(6000) < 9 * least(1500)  # 4 times as long, where by the square it is 16 times
