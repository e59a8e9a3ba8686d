"""Which rows of a table a question names."""

from __future__ import annotations

import pytest

from assistant.reading.rows import read_rows
from corpus.parse import parse_text

SCHOOLS = parse_text(
    "# 南浦区学校基本情况表\n\n| 类别 | 学校名称 | 班级数 | 在校学生数 | 电话 |\n| --- | --- | --- | --- | --- |\n"
    "| 小学 | 滨江小学 | 30 | 1296 | 3310021 |\n| 小学 | 红星小学 | 24 | 1043 | 3310022 |\n"
    "| 初中 | 南浦中学 | 42 | 2016 | 3310023 |\n| 合计 |  | 96 | 4355 |  |\n",
    "schools.md",
)
RIVERS = parse_text(
    "# 平湖镇河长名单\n\n| 河流名称 | 长度（公里） | 河长 |\n| --- | --- | --- |\n| 清水河 | 12.4 | 吴建华 |\n"
    "| 白沙溪 | 6.8 | 钱玉梅 |\n",
    "rivers.md",
)


def named(rows: object) -> list[str]:
    return [next(cell for cell in row.cells[1::-1] if cell) for row in rows]


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("南浦区哪所学校学生最多？", ["南浦中学"]),
        ("在校学生数最少的学校是哪所？", ["红星小学"]),
        ("小学里哪所学校班级数最多？", ["滨江小学"]),
        ("最长的河是哪条？", ["12.4"]),
        ("哪条河最短？", ["6.8"]),
        ("电话号码最大的学校学生最多吗？", []),
        ("南浦区在校学生总数是多少？", ["合计"]),
        ("南浦区在校学生一共有多少人？", ["合计"]),
        ("全区班级数总共多少？", ["合计"]),
        ("全区班级数加起来多少？", ["合计"]),
        ("滨江小学一共有多少学生？", ["滨江小学"]),
        ("南浦区民办学校一共有多少学生？", []),
        ("南浦区2019年在校学生一共有多少人？", []),
        ("全区河流长度一共多少公里？", []),
        ("滨江小学和南浦中学各有多少个班？", ["滨江小学", "南浦中学"]),
        ("滨江小学有多少个食堂？", []),
        ("哪所学校最漂亮？", []),
        ("去年学生最多的外地学校是哪所？", []),
        ("2019年哪所学校学生最多？", []),
        ("南浦区有哪些小学？", []),
    ],
)
def test_what_rows_have_in_common_and_the_largest_figure(question, rows):
    assert named(read_rows(question, [SCHOOLS, RIVERS])) == rows


def test_of_two_columns_the_one_that_begins_so_is_measured():
    """They used to be as near as each other, and the reader gave another row as the largest."""
    text = "# 养老机构一览表\n\n| 机构名称 | 性质 | 床位数（张） | 其中护理型床位（张） |\n| --- | --- | --- | --- |\n"
    rows = "| 福利院 | 公办 | 420 | 100 |\n| 康宁院 | 民办 | 150 | 40 |\n| 银杏公寓 | 民办 | 96 | 60 |\n"
    table = parse_text(text + rows, "homes.md")
    for question, home in (
        ("床位最多的民办养老机构是哪家？", "康宁院"),
        ("护理型床位最多的民办养老机构是哪家？", "银杏公寓"),
        ("床位最少的养老机构是哪家？", "银杏公寓"),
    ):
        assert [row.cells[0] for row in read_rows(question, [table])] == [home]


def test_an_ordinal_of_its_own_asks_for_another_table():
    """第三季度 was one character that nothing explained, few enough to be answered from the second quarter's table."""
    text = (
        "# 2025年第二季度蔬菜抽检结果\n\n| 品种 | 抽检批次 | 合格率（%） |\n| --- | --- | --- |\n| 豆类 | 64 | 95.3 |\n"
    )
    table = parse_text(text, "table.md")
    assert named(read_rows("2025年第二季度豆类合格率是多少？", [table])) == ["64"]
    assert read_rows("2025年第三季度豆类合格率是多少？", [table]) == ()


def test_the_column_is_the_one_that_stands_before_the_most():
    """幼儿 of 幼儿园 used to name the number of children, not the fee."""
    text = "# 幼儿园一览表\n\n| 幼儿园名称 | 在园幼儿数 | 收费标准（元/月） |\n| --- | --- | --- |\n"
    table = parse_text(f"{text}| 实验幼儿园 | 412 | 680 |\n| 太阳幼儿园 | 268 | 1580 |\n", "table.md")
    assert [row.cells[0] for row in read_rows("收费最高的幼儿园是哪家？", [table])] == ["太阳幼儿园"]
    assert [row.cells[0] for row in read_rows("哪家幼儿园在园幼儿最多？", [table])] == ["实验幼儿园"]
    assert read_rows("最好的幼儿园是哪家？", [table]) == ()
