"""A number of a question as the range of a table or list that it falls in."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.reading.scales import in_scale
from assistant.reading.words import WordReader
from corpus.document import Document
from corpus.parse import parse_text
from index import StaticRetriever
from index.hit import Hit

AGES = parse_text(
    "# 甲市高龄津贴标准\n\n| 年龄段 | 津贴标准（元） |\n| --- | --- |\n| 80—89周岁 | 100 |\n"
    "| 90—99周岁 | 200 |\n| 100周岁及以上 | 500 |\n",
    "ages.md",
)
LEAVE = parse_text(
    "乙厂休假办法\n\n第三条 年休假天数如下：\n（一）工作满1年不满10年的，5天；\n（二）满10年不满20年的，10天；\n"
    "（三）满20年的，15天。\n第四条 病假2个月以上的，不享受年休假。\n",
    "leave.txt",
)
FLATS = parse_text(
    "# 契税表\n\n| 面积 | 税率 |\n| --- | --- |\n| 90平方米（含）以下 | 1% |\n| 超过90平方米 | 1.5% |\n", "flats.md"
)


def hits(*documents: Document) -> list[Hit]:
    return [Hit(n, 1 / n, one, one.id, 0, len(one.text)) for n, one in enumerate(documents, 1)]


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("91岁的老人津贴多少", "90—99周岁的老人津贴多少"),
        ("年满102周岁有多少津贴", "100周岁及以上有多少津贴"),
        ("八十五岁的津贴", "80—89周岁的津贴"),
        ("工作满12年休几天", "工作满10年不满20年休几天"),
        ("工作10年休几天", "工作满10年不满20年休几天"),
        ("买90平方米的房子", "买90平方米(含)以下的房子"),
        ("买90.5平方米的房子", "买超过90平方米的房子"),
        ("70岁的老人津贴多少", "70岁的老人津贴多少"),
        ("80岁以上的老人津贴多少", "80岁以上的老人津贴多少"),
        ("91岁和82岁的老人津贴多少", "91岁和82岁的老人津贴多少"),
        ("病假3个月怎么办", "病假3个月怎么办"),
        ("2025年津贴多少", "2025年津贴多少"),
    ],
)
def test_one_number_is_the_range_that_holds_it(question, read):
    assert in_scale(question, hits(AGES, LEAVE, FLATS)).question == read


def test_the_nearest_scale_of_the_unit_decides():
    """Who is too young for the one is not looked for in the other."""
    other = parse_text(
        "# 乙市补贴\n\n| 年龄 | 补贴 |\n| --- | --- |\n| 60—69岁 | 10 |\n| 70岁以上 | 20 |\n", "other.md"
    )
    assert in_scale("71岁的老人", hits(other, AGES)).question == "70岁以上的老人"
    assert in_scale("71岁的老人", hits(AGES, other)).question == "71岁的老人"


def test_the_row_of_the_range_answers():
    asked = Assistant(StaticRetriever([AGES, LEAVE], encoder=None), reader=WordReader())
    answer = asked.ask("91岁的津贴标准是多少？")
    assert [one.text for one in answer.claims] == ["90—99周岁：津贴标准（元）200。"]


def test_a_row_that_sums_up_leaves_a_column_of_ranges_one():
    summed = parse_text(
        "# 丙市登记求职情况\n\n| 年龄段 | 人数 |\n| --- | --- |\n| 16—24岁 | 10 |\n| 25—29岁 | 20 |\n| 合计 | 30 |\n",
        "sum.md",
    )
    assert in_scale("27岁的有多少人", hits(summed)).question == "25—29岁的有多少人"


FEES = parse_text(
    "# 丁市收费标准\n\n表1 阶梯水价\n\n| 级别 | 年用水量（立方米） | 水价（元） |\n| --- | --- | --- |\n"
    "| 一级 | 0—260 | 3 |\n| 二级 | 261—400 | 4 |\n\n表2 阶梯电价（单位：千瓦时）\n\n| 月用电量 | 电价 |\n"
    "| --- | --- |\n| 180以下 | 低 |\n| 181以上 | 高 |\n\n表3 年卡\n\n| 年龄 | 价格（元） |\n| --- | --- |\n"
    "| 6—17 | 60 |\n| 60—69 | 90 |\n",
    "fees.md",
)


@pytest.mark.parametrize(
    ("question", "read", "others"),
    [
        ("一年用280吨水多少钱", "一年用261—400立方米水多少钱", ["| 一级 | 0—260 | 3 |"]),
        ("一个月用28吨水多少钱", "一个月用28吨水多少钱", []),
        ("一个月用200度电是什么价", "一个月用181千瓦时以上电是什么价", ["| 180以下 | 低 |"]),
        ("67岁办年卡多少钱", "60—69岁办年卡多少钱", ["| 6—17 | 60 |"]),
        ("30岁办年卡多少钱", "30岁办年卡多少钱", ["| 6—17 | 60 |", "| 60—69 | 90 |"]),
        ("交60元的是谁", "交60元的是谁", []),
    ],
)
def test_the_unit_stands_in_the_header_or_caption(question, read, others):
    """And the rows that do not hold the number are none of the answer, all of them where no range does."""
    found = in_scale(question, hits(FEES))
    assert found.question == read
    assert [FEES.text[slice(*row)] for _, row in sorted(found.others)] == others


def test_a_row_of_another_range_is_no_answer():
    asked = Assistant(StaticRetriever([FEES], encoder=None), reader=WordReader())
    given = [[one.text for one in asked.ask(f"年卡{words}").claims] for words in ("价格（元）", "年龄67岁", "年龄30岁")]
    both = ["6—17：价格（元）60。", "60—69：价格（元）90。"]
    assert given == [both, both[1:], []]


def test_the_ranges_of_one_kind_of_rows_are_a_scale():
    text = "# 戊市农机补贴\n\n| 机型 | 类别 | 补贴（元） |\n| --- | --- | --- |\n| 拖拉机 | 20马力以下 | 10 |\n"
    rows = "| 拖拉机 | 20（含）～50马力 | 35 |\n| 收割机 | 2～3行 | 72 |\n| 铡草机 | 全部 | 5 |\n"
    assert in_scale("35马力的拖拉机", hits(parse_text(text + rows, "tractors.md"))).question == "20(含)~50马力的拖拉机"


RENTED = parse_text(
    "# 场地收费\n\n| 类别 | 适用对象或范围 | 价格 |\n| --- | --- | --- |\n"
    "| 一、优惠 | 60周岁（含）—64周岁 | 七折 |\n| 一、优惠 | 65周岁及以上 | 五折 |\n| 一、优惠 | 现役军人 | 免费 |\n"
    "| 二、场地 | 使用面积500平方米以下 | 2600 |\n| 二、场地 | 使用面积500（含）—1500平方米 | 6800 |\n"
    "| 三、商铺 | 50平方米以下 | 85 |\n| 三、商铺 | 50（含）—100平方米 | 72 |\n",
    "rented.md",
)


@pytest.mark.parametrize(
    ("question", "read", "others"),
    [
        ("67岁打几折", "65周岁及以上打几折", {"60周岁（含）—64周岁"}),
        (
            "场地800平方米多少钱",
            "场地500(含)—1500平方米多少钱",
            {"使用面积500平方米以下", "50平方米以下", "50（含）—100平方米"},
        ),
        (
            "商铺85平方米，每月一平米多少钱",
            "商铺50(含)—100平方米,每月一平米多少钱",
            {"使用面积500（含）—1500平方米", "50平方米以下"},
        ),
    ],
)
def test_ranges_of_several_kinds_in_one_column(question, read, others):
    """Those of the kind that is named; a row of another kind that does not hold the number is no answer either."""
    found = in_scale(question, hits(RENTED))
    assert found.question == read
    assert {RENTED.text[slice(*row)].split("|")[2].strip() for _, row in found.others} == others


TREES = parse_text(
    "# 己市树木补偿标准\n\n| 序号 | 树种 | 胸径（厘米） | 补偿（元） |\n| --- | --- | --- | --- |\n"
    "| 1 | 落叶乔木 | 5以下 | 80 |\n| 2 | 落叶乔木 | 5（含）至10 | 260 |\n| 3 | 落叶乔木 | 10（含）以上 | 780 |\n"
    "| 4 | 常绿乔木 | 5以下 | 120 |\n| 5 | 常绿乔木 | 5（含）至15 | 350 |\n| 6 | 常绿乔木 | 15（含）以上 | 900 |\n",
    "trees.md",
)
GAS = parse_text(
    "# 庚市气价\n\n| 项目 | 类别 | 范围 | 价格 |\n| --- | --- | --- | --- |\n"
    "| 居民 | 第一档 | 年用气量0—360立方米 | 2.98 |\n"
    "| 居民 | 第二档 | 年用气量360立方米以上 | 3.56 |\n| 居民 | 多人口家庭 | 每人增加90立方米 | 同上 |\n"
    "| 居民 | 低保家庭 | 每户减免60立方米 | 免收 |\n| 居民 | 采暖 | 不分档 | 2.98 |\n"
    "| 服务 | 改管 | 按实际长度 | 12 |\n",
    "gas.md",
)


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("砍一棵胸径12厘米的常绿乔木赔多少", "砍一棵胸径5至15厘米的常绿乔木赔多少"),
        ("砍一棵胸径12厘米的落叶乔木赔多少", "砍一棵胸径10厘米以上的落叶乔木赔多少"),
        ("家里一年用500立方米气是什么价", "家里一年用360立方米以上气是什么价"),
        ("家里一年用500方气是什么价", "家里一年用360立方米以上气是什么价"),
    ],
)
def test_a_scale_is_a_run_of_ranges_that_do_not_overlap(question, read):
    """It begins anew where the ranges do, whatever column names its kind; where they adjoin it may be a few rows."""
    assert in_scale(question, hits(TREES, GAS)).question == read
