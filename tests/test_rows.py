"""Which rows of a table a question names, alone and behind a question for another row."""

from __future__ import annotations

import pytest

from assistant.reading.listed_rows import rows_of_all, rows_with
from assistant.reading.rows import read_rows, read_rows_on
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


def test_the_column_is_the_one_that_stands_before_the_most():
    """幼儿 of 幼儿园 used to name the number of children, not the fee."""
    text = "# 幼儿园一览表\n\n| 幼儿园名称 | 在园幼儿数 | 收费标准（元/月） |\n| --- | --- | --- |\n"
    table = parse_text(f"{text}| 实验幼儿园 | 412 | 680 |\n| 太阳幼儿园 | 268 | 1580 |\n", "table.md")
    assert [row.cells[0] for row in read_rows("收费最高的幼儿园是哪家？", [table])] == ["太阳幼儿园"]
    assert [row.cells[0] for row in read_rows("哪家幼儿园在园幼儿最多？", [table])] == ["实验幼儿园"]
    assert read_rows("最好的幼儿园是哪家？", [table]) == ()


@pytest.mark.parametrize(
    ("last", "question", "rows"),
    [
        ("滨江小学有多少学生？", "那红星小学呢？", ["红星小学"]),
        ("滨江小学有多少学生？", "电话呢？", ["滨江小学"]),
        ("滨江小学有多少学生？", "公交怎么走？", []),
        ("学校几点放学？", "电话呢？", []),
    ],
)
def test_a_question_goes_on_from_one_for_a_row(last, question, rows):
    assert named(read_rows_on(question, last, [SCHOOLS, RIVERS])) == rows


TASKS = parse_text(
    "# 南浦区重点任务分解表\n\n| 序号 | 任务名称 | 牵头单位 | 配合单位 | 完成时限 | 是否公开 |\n"
    "| --- | --- | --- | --- | --- | --- |\n"
    "| 1 | 旧区改造 | 区住建局 | 区财政局、各街道 | 2025年10月底 | 是 |\n"
    "| 2 | 新建公园 | 区城管局 | 区住建局 | 2025年12月底 | 否 |\n"
    "| 3 | 污水管网 | 区住建局 | 区水务局 | 2025年10月底 | 是 |\n"
    "| 4 | 东片停车楼 | 区城管局 | 区财政局 | 2025年6月底 | 否 |\n",
    "tasks.md",
)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("南浦区有哪些小学？", ["滨江小学", "红星小学"]),
        ("南浦区有哪些民办小学？", []),
        ("南浦区哪些小学没有食堂？", []),
        ("滨江小学有哪些学校情况？", []),
        ("由区住建局牵头的任务有哪些？", ["旧区改造", "污水管网"]),
        ("哪些任务由区住建局配合？", ["新建公园"]),
        ("区财政局配合的任务有哪些？", ["旧区改造", "东片停车楼"]),
        ("区财政局牵头的任务有哪些？", []),
        ("区住建局的任务有哪些？", []),
        ("哪些任务不是区住建局牵头的？", []),
        ("哪些任务在2025年10月底前完成？", ["旧区改造", "污水管网"]),
        ("哪些任务在2025年11月底前完成？", []),
        ("有哪些任务公开？", ["旧区改造", "污水管网"]),
        ("南浦区重点任务有哪些？", []),
        ("区住建局牵头、区水务局配合的任务有哪些？", []),
        ("旧区改造的配合单位有哪些？", ["旧区改造"]),
        ("旧区改造有哪些任务？", []),
    ],
)
def test_all_rows_with_the_cells_that_a_question_names(question, rows):
    assert named(rows_with(question, [SCHOOLS, RIVERS, TASKS])) == rows


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("南浦区重点任务有哪些？", ["旧区改造", "新建公园", "污水管网", "东片停车楼"]),
        ("平湖镇各河流的河长分别是谁？", ["12.4", "6.8"]),
        ("平湖镇各个河流的长度是多长？", ["12.4", "6.8"]),
        ("南浦区有哪些学校？", []),  # the rows are of kinds of schools
        ("南浦区有哪些企业？", []),
        ("任务的牵头单位有哪些？", []),
        ("南浦区2024年重点任务有哪些？", []),
    ],
)
def test_a_whole_table_where_it_is_what_is_asked_for(question, rows):
    assert named(rows_of_all(question, [SCHOOLS, RIVERS, TASKS])) == rows
