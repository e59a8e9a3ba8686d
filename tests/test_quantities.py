"""Numbers, dates, document numbers and terms are read with their values, and nothing else is read as a number."""

from fractions import Fraction

import pytest

from corpus.normalise import fold
from corpus.quantities import chinese_number, dates, facts, quantities, quoted_terms


def read(text):
    return [(q.value, q.unit, q.bound) for q in quantities(fold(text))]


@pytest.mark.parametrize(
    ("text", "value", "unit", "bound"),
    [
        ("战略性新兴产业增加值1.1千亿元", 1100 * 10**8, "元", ""),
        ("增加值1100亿元", 1100 * 10**8, "元", ""),
        ("3.68万亿元", 36800 * 10**8, "元", ""),
        ("36,800億元", 36800 * 10**8, "元", ""),
        ("2亿3000万元", 230_000_000, "元", ""),
        ("RMB 136 billion yuan", 136 * 10**9, "元", ""),
        ("３８.３３％", Fraction("38.33"), "%", ""),
        ("百分之三十八点三", Fraction("38.3"), "%", ""),
        ("占全市七成，", 70, "%", ""),
        ("三分之二", Fraction(200, 3), "%", ""),
        ("拉动1.6个百分点", Fraction("1.6"), "个百分点", ""),
        ("增长7.6倍", Fraction("7.6"), "倍", ""),
        ("150万平方米", 1_500_000, "平方米", ""),
        ("3.89平方公里", 3_890_000, "平方米", ""),
        ("一千二百家", 1200, "家", ""),
        ("两家", 2, "家", ""),
        ("一万五千名", 15_000, "人", ""),
        ("绘制三张图谱", 3, "张", ""),
        ("10条专项措施", 10, "条", ""),
        ("5个以上", 5, "个", "min"),
        ("30余家", 30, "家", "min"),
        ("1.5万余名", 15_000, "人", "min"),
        ("超千亿元", 10**11, "元", "min"),
        ("不少于5个", 5, "个", "min"),
        ("不超过三十日", 30, "日", "max"),
        ("近30家", 30, "家", "about"),
        ("约七成", 70, "%", "about"),
        ("数十家", 10, "家", "several"),
        ("more than 750 enterprises", 750, "", "min"),
        ("十五日内", 15, "日", "max"),
        ("已满十四周岁", 14, "岁", "min"),
        ("超10000P", 10_000, "p", "min"),
    ],
)
def test_a_number_has_value_unit_and_bound(text, value, unit, bound):
    assert read(text) == [(Fraction(value), unit, bound)]


@pytest.mark.parametrize(
    "text",
    [
        "一定",
        "统一标准",
        "十分重要",
        "万一",
        "一是建立机制",
        "二是推动金融",
        "唯一",
        "一批项目",
        "一体推进",
        "第一时间",
        "“十四五”时期",
        "千万不要",
        "千家万户",
        "三亚市",
        "一汽",
        "进一步",
        "三位一体",
        "COVID-19",
        "B2C",
        "R&D",
    ],
)
def test_words_that_look_like_numbers_are_left_alone(text):
    assert read(text) == []


def test_ranges_share_their_unit_and_scale():
    assert read("3至5万元") == [(Fraction(30_000), "元", "from"), (Fraction(50_000), "元", "to")]
    assert read("5%—10%") == [(Fraction(5), "%", "from"), (Fraction(10), "%", "to")]


def test_ranks_are_no_counts():
    """第三 and 首家 are ordinal; only an exact number of things is a count, so 5个以上 is none."""
    assert [(q.value, q.ordinal) for q in quantities("全球第三")] == [(3, True)]
    assert [(q.value, q.unit, q.ordinal) for q in quantities("首家")] == [(1, "家", True)]
    counts = {text: [q.is_count for q in quantities(text)] for text in ("10条", "第五十四条", "5个以上", "38%")}
    assert counts == {"10条": [True], "第五十四条": [False], "5个以上": [False], "38%": [False]}


def test_offsets_point_into_the_folded_text():
    text = fold("截至２０２５年底，總數爲1,333家。")
    found = facts(text)
    assert [text[d.start : d.end] for d in found.dates] == ["2025年底"]
    assert [text[q.start : q.end] for q in found.quantities] == ["1,333家"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025年8月", [(2025, 8, None, "")]),
        ("二〇二四年", [(2024, None, None, "")]),
        ("2024年9月30日", [(2024, 9, 30, "")]),
        ("2023-08-29", [(2023, 8, 29, "")]),
        ("8月29日", [(None, 8, 29, "")]),
        ("2025年上半年", [(2025, None, None, "上半年")]),
        ("2025年底", [(2025, None, None, "末")]),
        ("2024—2025年", [(2024, None, None, ""), (2025, None, None, "")]),
        ("in August 2025", [(2025, 8, None, "")]),
        ("on 29 August 2023", [(2023, 8, 29, "")]),
    ],
)
def test_dates_are_read_as_far_as_they_are_given(text, expected):
    assert [(d.year, d.month, d.day, d.part) for d in dates(fold(text))] == expected


def test_this_year_stays_symbolic():
    assert [(d.year, d.relative, d.part) for d in dates("今年上半年")] == [(None, 0, "上半年")]
    assert [d.relative for d in dates("去年")] == [-1]
    assert dates("比去年增长") == ()


def test_a_duration_is_a_quantity_and_a_decade_no_date():
    assert read("3年累计增长") == [(3, "年", "")]
    assert dates("1990年代") == ()


@pytest.mark.parametrize(
    ("text", "agency", "year", "number"),
    [
        ("依据国发〔2023〕12号", "国发", 2023, 12),
        ("财税[2024]5号", "财税", 2024, 5),
        ("署贸函〔2024〕236号文", "署贸函", 2024, 236),
    ],
)  # fmt: skip
def test_document_numbers(text, agency, year, number):
    """The year and number of a 文号 are taken with it and appear nowhere else."""
    found = facts(fold(text))
    assert [(n.agency, n.year, n.number) for n in found.document_numbers] == [(agency, year, number)]
    assert (found.quantities, found.dates) == ((), ())


def test_announcement_numbers_are_ordinals():
    found = quantities(fold("公告第二一一号，海关总署公告2026年第20号"))
    assert [(q.value, q.unit, q.ordinal) for q in found] == [(211, "号", True), (20, "号", True)]


def test_codes_are_kept_whole():
    found = facts(fold("“20+8”集群、“1+10+4”网络、7×24小时"))
    assert [code.form for code in found.codes] == ["20+8", "1+10+4", "7×24"]
    assert found.quantities == ()


def test_quoted_terms_lose_marks_and_blanks():
    assert [term.form for term in quoted_terms("“三张 图谱”、「小巨人」、《条例》")] == ["三张图谱", "小巨人", "条例"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百二", 120),
        ("一百零二", 102),
        ("三千五", 3500),
        ("一万五", 15_000),
        ("三万亿", 3 * 10**12),
        ("一千一百二十七", 1127),
        ("二〇二四", 2024),
        ("三点五", Fraction("3.5")),
        ("十四五", None),
        ("三五", None),
        ("百分", None),
    ],
)
def test_chinese_numerals(text, value):
    assert chinese_number(text) == value


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("投资3至5万元", 30_000),
        ("投资3至50000元", 3),
        ("长3至5公里", 3_000),
        ("占3至5成", 30),
        ("占3-5‰", Fraction(3, 10)),
    ],
)
def test_the_first_number_of_a_range_has_the_scale_and_unit_written_behind_the_second(text, low):
    """And no scale that is only the second number's size."""
    assert read(text)[0][0] == low
