"""What an answer takes of what was read: the few units that answer, of an enumeration every item."""

import pytest

from assistant.compose import MOST, merged, of_reading
from assistant.reading import Read
from assistant.units import units_of_document
from corpus.parse import parse_text

LAW = parse_text(
    "某市办法\n\n第一条　申请补贴应当提交下列材料：\n（一）申请书；\n（二）身份证明；\n（三）合同。\n\n"
    "第二条　补贴每人五千元。\n\n第三条　本办法自2025年1月1日起施行。\n",
    "law",
)
REPLY = parse_text("关于某建议的答复\n\n截至去年底，全市共有图书馆32座。其中区级图书馆9座。各馆周一闭馆。\n", "reply")


def read(document, **sure: float) -> list[Read]:
    """The document's units, each as sure as the first word in it that is named, else hardly."""
    found = [
        Read(unit, max((value for word, value in sure.items() if word in unit.text), default=0.01), 1)
        for unit in units_of_document(document)
    ]
    return sorted(found, key=lambda one: (-one.sure, one.unit.key))


def texts(groups) -> list[str]:
    return [unit.text for group in groups for unit in group.units]


def test_one_sure_unit_is_all():
    """What merely stands near is left out."""
    assert texts(of_reading(read(LAW, 五千元=0.9))) == ["第二条　补贴每人五千元。"]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("全市有多少座图书馆？", ["截至去年底，全市共有图书馆32座。"]),
        ("全市有哪些图书馆？", ["截至去年底，全市共有图书馆32座。", "其中区级图书馆9座。"]),
    ],
)
def test_who_asks_for_one_thing_gets_less_of_what_is_nearly_as_sure(asked, given):
    assert texts(of_reading(read(REPLY, 全市共有=0.9, 区级=0.76), asked)) == given


def test_of_a_part_of_a_question_the_surest_or_its_list_is_given_alone():
    sure = read(REPLY, 全市共有=0.9, 区级=0.89)
    assert texts(of_reading(sure, surest=True)) == ["截至去年底，全市共有图书馆32座。"]
    (group,) = of_reading(read(LAW, 下列材料=0.9, 五千元=0.89), surest=True)
    assert group.count == 3


def test_an_enumeration_is_whole_where_its_lead_answers():
    """Lead and every item, in order, counted."""
    (group,) = of_reading(read(LAW, 下列材料=0.9))
    assert [unit.text[:5] for unit in group.units[1:]] == ["（一）申请", "（二）身份", "（三）合同"]
    assert group.units[0].text.endswith("下列材料：")
    assert group.count == 3


def test_a_list_inside_an_item_is_whole_where_its_lead_answers():
    """The item's short title stands before the lead in one unit with it."""
    text = (
        "某县工作报告\n\n重点抓好以下工作：\n\n（一）坚持工业强县。盘活土地八百亩。\n\n"
        "（二）办好实事。今年重点办好以下实事：\n\n1.新增学位六百个。\n\n2.新建食堂八个。\n\n3.建设车位八百个。\n"
    )
    (group,) = of_reading(read(parse_text(text, "report"), 以下实事=0.9))
    assert [unit.text[:4] for unit in group.units] == ["今年重点", "1.新增", "2.新建", "3.建设"]
    assert group.count == 3


def test_an_enumeration_is_whole_where_two_items_answer():
    """The second need not be sure enough to stand alone, the third belongs to them though it was read as unlikely."""
    (group,) = of_reading(read(LAW, 申请书=0.9, 身份证明=0.65))
    assert group.count == 3


def test_an_item_that_is_far_less_likely_does_not_make_a_list():
    """Nine to one beside one to one: half as sure, a ninth of the odds."""
    assert texts(of_reading(read(LAW, 申请书=0.9, 身份证明=0.5))) == ["第一条　申请补贴应当提交下列材料：", "申请书；"]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("申请补贴要什么材料？", 4),
        ("申请补贴的材料", 4),
        ("身份證明要交幾份？", None),
        ("要不要带合同？", None),
        ("Who signs?", None),
    ],
)
def test_a_question_for_one_thing_needs_surer_items_for_a_long_list(asked: str, count: int | None):
    """Two of four items are enough where several are asked for, or nothing asks; for one thing more than half are."""
    long = parse_text(
        "某市办法\n\n第一条　应当提交：\n（一）申请书；\n（二）身份证明；\n（三）合同；\n（四）照片。\n", "law"
    )
    found = of_reading(read(long, 申请书=0.9, 身份证明=0.75), asked)
    assert [group.count for group in found] == [count]


def test_items_beyond_doubt_make_a_list_whatever_their_odds():
    """A model's numbers are as good as certain: 1.0 and 0.99."""
    (group,) = of_reading(read(LAW, 申请书=1.0, 身份证明=0.96))
    assert group.count == 3


def test_a_single_item_stands_under_its_lead():
    """Who asks for one item gets that one, and what it is an item of, however sure the lead itself is."""
    expected = ["第一条　申请补贴应当提交下列材料：", "身份证明；"]
    assert texts(of_reading(read(LAW, 身份证明=0.9))) == expected
    assert texts(of_reading(read(LAW, 身份证明=0.9, 下列材料=0.9))) == expected
    assert texts(of_reading(read(LAW, 身份证明=0.9, 下列材料=0.91), "要身份证明吗")) == expected


def test_a_list_is_whole_where_its_lead_answers_a_question_for_several_things():
    """However likely one of its items is, and the others not."""
    (group,) = of_reading(read(LAW, 身份证明=0.9, 下列材料=0.91), "申请补贴要交哪些材料")
    assert (len(group.units), group.count) == (4, 3)


def test_a_label_above_a_single_item_is_left_out():
    """说明： says nothing of what stands below it."""
    text = "泳池开放安排\n\n说明：\n\n1. 儿童须由成年人陪同。\n\n2. 打雷时露天泳场停止开放。\n\n3. 深水区须持证。\n"
    assert texts(of_reading(read(parse_text(text, "pool"), 打雷=0.9))) == ["打雷时露天泳场停止开放。"]


def test_the_sections_of_a_letter_are_no_list():
    """However many of them answer; what says that the suggestion was received is never part of an answer."""
    text = (
        "某局关于第1号建议的答复\n\n李某代表：\n\n您提出的建议收悉，现答复如下：\n\n"
        "一、基本情况。现有泳池9座。\n\n二、下一步打算。明年新建泳池3座。\n\n三、经费。由区里安排。\n"
    )
    found = read(parse_text(text, "letter.md"), 泳池9座=0.9, 泳池3座=0.8)
    assert texts(of_reading(found)) == ["基本情况。现有泳池9座。", "下一步打算。明年新建泳池3座。"]


def test_what_stands_beside_it_is_left_out():
    """Its neighbours are given where they are nearly as sure, and not for standing there."""
    text = "某市通知\n\n企业先在市政务网站登记账号。登记以后向街道申请补贴资金。申请由街道在十日内初审。\n"
    found = read(parse_text(text, "run.md"), 申请补贴=0.8, 十日内初审=0.7, 登记账号=0.6)
    assert [one[:4] for one in texts(of_reading(found))] == ["登记以后", "申请由街"]


def test_another_document_must_be_surer_than_another_sentence():
    """At .8 of the surest a sentence of the same document is given, one of another is not; at .9 both are."""
    one = read(REPLY, 图书馆32座=0.5, 周一闭馆=0.4)[:2]
    assert len(texts(of_reading([*one, *read(LAW, 五千元=0.4)[:1]]))) == 2
    assert len(texts(of_reading([one[0], *read(LAW, 五千元=0.45)[:1], one[1]]))) == 3


def test_a_row_says_all_that_it_says():
    """Who asks for one street gets that row, however near the next ones stand."""
    table = "# 进度表\n\n| 街道 | 建成 |\n| --- | --- |\n| 东湖 | 210 |\n| 西岭 | 150 |\n| 北川 | 0 |\n"
    assert texts(of_reading(read(parse_text(table, "rows.md"), 北川=0.9, 西岭=0.8, 东湖=0.2))) == ["北川：建成0。"]


def test_the_surest_document_and_the_surest_sentence_are_first():
    """Behind that sentence the document's own order holds, between documents sureness."""
    surest = read(REPLY, 周一闭馆=0.9, 图书馆32座=0.75, 图书馆9座=0.8)
    groups = of_reading(sorted([*surest, *read(LAW, 五千元=0.85)], key=lambda one: -one.sure))
    assert [group.source.id for group in groups] == ["reply", "law"]
    assert [unit.text for unit in groups[0].units] == [
        "各馆周一闭馆。",
        "截至去年底，全市共有图书馆32座。",
        "其中区级图书馆9座。",
    ]


def test_items_keep_their_order_whichever_is_surest():
    """Two of seven items are no list to be given whole, and still stand as the document has them."""
    law = parse_text("某办法\n\n申请应当提交：\n" + "".join(f"（{n}）材料{n}；\n" for n in "一二三四五六七"), "seven")
    (group,) = of_reading(read(law, 材料五=0.9, 材料二=0.88))
    assert [unit.text[-4:] for unit in group.units[1:]] == ["材料二；", "材料五；"]


def test_no_more_than_a_few_units_stand_alone():
    """However many are nearly as sure."""
    text = "某市情况\n\n" + "".join(f"第{n}个街道新建公园{n * 37}座。" for n in range(1, 9)) + "\n"
    assert len(texts(of_reading(read(parse_text(text, "many"), 新建公园=0.9)))) == MOST


def test_the_same_words_are_said_once():
    """A second document that says the same adds nothing; other figures do."""
    again = parse_text("情况通报\n\n全市共有图书馆32座。\n", "again")
    other = parse_text("情况通报\n\n全市共有图书馆35座。\n", "other")
    surest = read(REPLY, 图书馆32座=0.9)
    assert len(of_reading([*surest[:1], *read(again, 图书馆=0.85)[:1]])) == 1
    assert len(of_reading([*surest[:1], *read(other, 图书馆=0.85)[:1]])) == 2


def test_parts_of_a_question_are_merged():
    """Each document once, nothing twice, in the order of the parts."""
    first, second = of_reading(read(REPLY, 周一闭馆=0.9)), of_reading(read(REPLY, 图书馆32座=0.9))
    assert texts(merged([first, second, first])) == ["各馆周一闭馆。", "截至去年底，全市共有图书馆32座。"]


def test_the_innermost_enumeration_is_the_one_that_is_asked_for():
    """Two items of a list inside the item of another: that list, not the sections around it, nor the two alone."""
    text = (
        "园区摘编\n\n（一）四个方向。一是产学研平台；二是中试转化基地；三是资源汇聚点；四是创新试验田。\n"
        "（二）两个时点。第一期在2030年落成。\n（三）便利安排。人员通行采用预先登记。\n"
    )
    (group,) = of_reading(read(parse_text(text, "park"), 产学研=0.9, 资源汇聚点=0.8))
    assert group.count == 4
    assert not any("2030年" in unit.text or "预先登记" in unit.text for unit in group.units)


def test_a_list_whose_lead_answers_is_not_given_in_part():
    """Two of five items used to stand under it as if they were all."""
    items = "（一）佩戴犬牌；\n（二）用链牵领；\n（三）避让老人；\n（四）清除粪便；\n（五）佩戴嘴套。\n"
    text = f"某市条例\n\n携犬外出应当：\n{items}"
    (group,) = of_reading(read(parse_text(text, "dogs"), 携犬外出=0.95, 佩戴犬牌=0.95, 用链牵领=0.9, 避让=0.5))
    assert (len(group.units), group.count) == (6, 5)


def test_a_lead_is_never_given_alone():
    """Its items stand with it, or the only one of them that answers; it used to be the whole answer."""
    (group,) = of_reading(read(LAW, 下列材料=0.9, 身份证明=0.69))
    assert (len(group.units), group.count) == (4, 3)


def test_a_lead_beside_a_surer_sentence_is_left_out():
    """Whoever asks for a figure gets it without 重点抓好以下工作： behind it."""
    text = "某县报告\n\n生产总值增长百分之六。\n\n重点抓好以下工作：\n\n（一）工业强县。\n\n（二）城乡融合。\n"
    sure = read(parse_text(text, "report"), 生产总值=0.9, 以下工作=0.85, 工业强县=0.68)
    assert texts(of_reading(sure)) == ["生产总值增长百分之六。"]


TIERS = parse_text(
    "# 水价表\n\n| 类别 | 水量 | 水价 |\n| --- | --- | --- |\n| 居民用水第二阶梯 | 180—300 | 4.18 |\n"
    "| 居民用水第三阶梯 | 300以上 | 7.40 |\n",
    "tiers.md",
)


def test_of_rows_that_are_as_sure_the_named_ones_are_given():
    sure = read(TIERS, 第二阶梯=0.9, 第三阶梯=0.89)
    assert [text[:8] for text in texts(of_reading(sure, "居民第二阶梯水价多少"))] == ["居民用水第二阶梯"]
    assert len(texts(of_reading(sure, "居民第二阶梯和第三阶梯水价各多少"))) == 2
    assert len(texts(of_reading(sure, "水价表里水价多少"))) == 2


def test_what_took_its_place_stands_before_an_old_rule_that_is_read_as_surer():
    """The old rule used to be the whole answer."""
    old = parse_text(
        "---\nsuperseded_by: 某市养犬条例\n---\n# 某市养犬办法\n\n第四条　个人养犬每户限养二只。\n", "old.md"
    )
    new = parse_text("# 某市养犬条例\n\n第九条　每户限养犬只一只。\n", "new.md")
    sure = sorted([*read(old, 限养=0.95), *read(new, 限养=0.83)], key=lambda one: -one.sure)
    assert [group.source.id for group in of_reading(sure)] == [new.id, old.id]


@pytest.mark.parametrize(
    ("asked", "texts_given"),
    [
        ("打通流动堵点有哪些做法？", ["一是简化审批。", "二是试点数据。", "三是便利资金。"]),
        ("怎样建立协同机制", ["简化审批。"]),  # another heading, whatever one item of this one says
        ("打通流动堵点花了多少钱？", ["简化审批。"]),  # one thing
    ],
)
def test_a_list_is_whole_where_its_heading_is_asked_for(asked, texts_given):
    """A question for several things that says the heading, or a clause of it, asks for all that stands under it."""
    reply = parse_text(
        "某建议的答复\n\n（一）打通流动堵点，便利往来\n\n一是简化审批。二是试点数据。三是便利资金。\n", "reply"
    )
    assert texts(of_reading(read(reply, 简化审批=0.9), asked)) == texts_given
