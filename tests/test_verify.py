"""A sentence passes only when it is what its quotes say after edits that keep the truth; all else is shown in place."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.units import units_of_block, whole_unit
from assistant.verify import Context, Finding, RuleVerifier
from corpus import blocks, read_document
from corpus.document import Document, Metadata
from corpus.normalise import traditional

GOAL = "2025年目标培育专精特新企业累计突破750家。"
LIST = "消费者享有下列权利：（一）安全保障权；（二）知情权；（三）公平交易权。"
PARTS = "市财政局负责资金保障，并监督使用；市水务局负责管网改造。"
TABLE = ("| 指标 | 2024年年中 | 2025年8月 |", "| 项目 | 超160个 | 超200个 |")
OFFICE = Context(
    year=2024,
    issuer="深圳市福田区科技创新局",
    title="深圳经济特区低空经济产业促进条例",
    doc_no="国发〔2023〕12号",
    addressees=("邹越", "蒋崇安"),
)


def verdict(claim, *quotes, context=None):
    return RuleVerifier().verify(claim, quotes, context or Context())


def differences(claim, *quotes):
    return [(one.kind, one.text, one.quoted) for one in verdict(claim, *quotes).findings]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (GOAL, GOAL),
        ("2025年目標培育專精特新企業累計突破750家", GOAL),
        (" 2025年 目标培育专精特新企业\n累计突破７５０家 ", GOAL),
        ("对“白名单”机构优先办理", "对白名单机构，优先办理。".replace("，", "")),
        ("甲完工；乙开工", "甲完工。乙开工。"),
        ("甲，乙完工", "甲、乙完工。"),
        ("设立基金。", "此外，设立基金。"),
        ("设立基金。", "二是设立基金。"),
        ("设立基金。", "（二）同时，设立基金。"),
        ("本市实行许可。", "第五条　本市实行许可。"),
        ("甲项目完工。丙项目停工。", "甲项目完工。乙项目开工。丙项目停工。"),
        ("消费者享有下列权利：知情权；公平交易权。", LIST),
        ("消费者享有下列权利：（三）公平交易权。", LIST),
        ("市水务局负责管网改造。", PARTS),
        ("市财政局负责资金保障，并监督使用。", PARTS),
        ("2024年，南山区新增企业12家。", "2023年，福田区新增企业8家；2024年，南山区新增企业12家。"),
        (
            "有下列情形之一的，处一万元罚款：无证经营。",
            "有下列情形之一的，处一万元罚款：（一）无证经营；（二）拒不改正。",
        ),
    ],
)
def test_an_edit_of_the_closed_list_keeps_the_support(claim, quote):
    assert verdict(claim, quote).supported


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("我局同意增设公交站点。", "代表建议增设公交站点，我局认为条件尚不具备。"),
        ("代表建议增设公交站点。", "代表建议增设公交站点，我局认为条件尚不具备。"),
        ("审批权由市政府下放到区政府。", "审批权由区政府上收到市政府。"),
        ("街道全部完成管网改造。", "多数街道已完成管网改造。"),
        ("所有项目均应公开。", "除涉密项目外，均应公开。"),
        ("所有小区改造方案都是成熟的。", "对有些小区，改造方案是成熟的。"),
        ("全市供水改造进入新阶段。", "供水改造进入新阶段。"),
        ("广东自贸试验区的地点在中国广东省", "广东自由贸易试验区位于广州、深圳、珠海。"),
        ("均应公开。", "均应公开。但涉密项目除外。"),
        ("均应公开。", "均应公开；涉密的除外。"),
        ("责令改正。", "未按期办理的，责令改正；情节严重的，处以罚款。"),
        ("材料齐全的，可以申请。", "具备下列条件的，可以申请：（一）材料齐全；（二）已满十八周岁。"),
        (
            "具备下列条件的，可以申请：（一）材料齐全。",
            "具备下列条件的，可以申请：（一）材料齐全；（二）已满十八周岁。",
        ),
        ("除下列情形外，应当公开：（一）国家秘密。", "除下列情形外，应当公开：（一）国家秘密；（二）商业秘密。"),
        ("知情权。", LIST),
        ("应当具备：二是成年的，可以申请。", "应当具备：一是材料齐全；二是成年的，可以申请。"),
        ("采取措施：二是节水，合计节约3亿元。", "采取措施：一是节电；二是节水，合计节约3亿元。"),
        ("南山区新增企业12家。", "2024年，福田区新增企业8家；南山区新增企业12家。"),
        ("不予公开：（一）内部信息。", "不予公开：（一）内部信息；（二）过程信息。但经批准的除外。"),
        ("（二）乙。", "除下列情形外，均应公开：一是甲。（一）丁。（二）乙。"),
        ("甲项目完工。该项目投资3亿元。", "甲项目完工。乙项目开工。该项目投资3亿元。"),
        ("乙项目开工。甲项目完工。", "甲项目完工。乙项目开工。"),
        ("高效的机制基本建立。", "（一）2025年。高效的机制基本建立。"),
        ("区政府同意增设。", "区政府同意增设？"),
        ("没有条件公开招标。", "没有条件，公开招标。"),
        ("转让土地。", "不得转让土地。"),
        ("三季度增长。", "第三季度增长。"),
        ("产生的费用由甲承担。", "因此产生的费用由甲承担。"),
        ("二季度增长。", "一、二季度增长。"),
        ("第六条　本市实行许可。", "第五条　本市实行许可。"),
        # Another mark: what is one sentence, or one list, is no longer.
        ("甲完工；乙开工", "甲完工，乙开工。"),
        ("未取得许可证。擅自经营的，责令停业。", "未取得许可证，擅自经营的，责令停业。"),
        ("不收取押金、提供水电。", "不收取押金，提供水电。"),
        ("不收取押金，提供水电。", "不收取押金。提供水电。"),
        # A list whose items hold only together.
        ("按照下列顺序清偿：税款。", "按照下列顺序清偿：（一）工资；（二）税款。"),
        ("符合下列条件，可以申请：成年。", "符合下列条件，可以申请：（一）成年；（二）有本市户籍。"),
        ("凭下列材料办理：身份证。", "凭下列材料办理：（一）身份证；（二）户口簿。"),
        ("应当采取下列方式之一公告：登报。", "应当采取下列方式之一公告：（一）张贴；（二）登报。"),
        (
            "不属于下列情形之一的，应当公开：国家秘密。",
            "不属于下列情形之一的，应当公开：（一）国家秘密；（二）商业秘密。",
        ),
        ("总投资3亿元用于以下项目：乙。", "总投资3亿元用于以下项目：（一）甲；（二）乙。"),
        ("采取三项措施：节水。", "采取三项措施：（一）节电；（二）节水；（三）节气。"),
        ("奖励依次发放：重大平台。", "奖励依次发放：（一）重大平台；（二）企业。"),
        ("奖励下列单位：（一）重大平台。", "奖励下列单位：（一）重大平台；（二）企业。其余不予奖励。"),
        # Sentences left out between two that then belong together.
        ("2020年新增3家。当年投资3亿元。", "2020年新增3家。2021年新增5家。当年投资3亿元。"),
        ("甲项目完工。2025年，该项目投资3亿元。", "甲项目完工。乙项目开工。2025年，该项目投资3亿元。"),
        ("甲项目完工。投资3亿元。", "甲项目完工。乙项目开工。投资3亿元。"),
        ("甲项目停工。同时，乙项目获奖。", "甲项目停工。丙项目开工。同时，乙项目获奖。"),
        ("去年的情况如下。乙街道有20家。", "去年的情况如下。甲街道有12家。今年的情况如下。乙街道有20家。"),
        ("2024年，甲街道有3家。乙街道有5家。", "2024年，甲街道有3家。2025年的数另行公布。乙街道有5家。"),
        # What stands before or behind says how a sentence is meant.
        ("延长运营时间。", "代表建议：增设站点。延长运营时间。"),
        ("均应公开。", "均应公开。上述规定不适用于涉密项目。"),
        ("市水务局应当改造管网。", "试点期间市财政局应当保障资金；市水务局应当改造管网。"),
        ("发现超标的应当报告。", "生态环境部门应当监测水质；发现超标的应当报告。"),
        ("每年应当公布一次。", "市统计局应当核实数据；每年应当公布一次。"),
        ("第一、第二产业合计增长5%。", "第二产业合计增长5%。"),
    ],
)
def test_what_is_not_known_to_be_safe_is_not_safe(claim, quote):
    assert not verdict(claim, quote).supported
    assert verdict(claim, quote).findings


@pytest.mark.parametrize(
    ("claim", "quote", "same"),
    [
        ("增加值1.1千亿元", "增加值1100亿元", True),
        ("增加值1100万元", "增加值1100亿元", False),
        ("GDP为36800亿元", "GDP为3.68万亿元", True),
        ("共2.3亿元", "共2亿3000万元", True),
        ("调度36,000名", "调度3.6万名", True),
        ("累计七百五十家", "累计750家", True),
        ("累计750个", "累计750家", False),
        ("面积3.02平方千米", "面积3.02平方公里", True),
        ("面积302公顷", "面积3.02平方公里", True),
        ("面积3.02平方米", "面积3.02平方公里", False),
        ("面积100m²", "面积100平方米", True),
        ("面积100m³", "面积100平方米", False),
        ("约10⁶个", "约10⁶个单位".removesuffix("单位"), True),
        ("约106个", "约10⁶个", False),
        ("约15家", "约①5家", False),
        ("约21/2个", "约2½个", False),
        ("占百分之五点八", "占5.8%", True),
        ("占七成", "占70%", True),
        ("占5%", "占5‰", False),
        ("占0.5%", "占5‰", True),
        ("占千分之五", "占5‰", True),
        ("占三分之一", "占三分之二", False),
        ("占三分之二", "占三分之二。", True),
        ("增长3个百分点", "增长3%", False),
        ("增长3倍", "增长3%", False),
        ("比例为3比1", "比例为3:1", True),
        ("比例为3∶1", "比例为3：1", True),
        ("比例为1:3", "比例为3:1", False),
        ("投资3至5万元", "投资3万元—5万元", True),
        ("投资3~5万元", "投资3-5万元", True),
        ("投资3元至5万元", "投资3至5万元", False),
        ("投资5至3万元", "投资3至5万元", False),
        ("投资3万至5万元", "投资3至50000元", False),
        ("长3公里至5公里", "长3至5公里", True),
        ("长3米至5公里", "长3至5公里", False),
        ("占30%至50%", "占3至5成", True),
        ("增长-3%", "下降3%", True),
        ("负增长3%", "增长−3%", True),
        ("增长3%", "增长-3%", False),
        ("由160个升到200个", "由160个升到二百个", True),
        ("由200个升到160个", "由160个升到200个", False),
        ("2021至2025年建成", "2021—2025年建成", True),
        ("2021年至2025年建成", "2021-2025年建成", True),
        ("2025年建成", "2021—2025年建成", False),
        ("二〇二五年八月二十九日", "2025-08-29", True),
        ("2025年9月29日", "2025年8月29日", False),
        ("2025年末", "2025年底", True),
        ("2025年", "2025年底", False),
        ("不少于30家", "超过30家", False),
        ("30家以上", "30家", False),
        ("三十余家", "30余家", True),
        ("30家", "30余家", False),
        ("30多家", "30余家", True),
        ("3个月", "3个多月", False),
        ("自15日内", "自15个工作日内", False),
        ("国发[2023]12号", "国发〔2023〕12号", True),
        ("国发〔2023〕13号", "国发〔2023〕12号", False),
        ("版本1.1", "版本1.10", False),
        ("第007号", "第7号", False),
        ("“20+9”", "“20+8”", False),
    ],
)
def test_a_number_counts_by_its_value(claim, quote, same):
    assert verdict(f"全区{claim}。", f"全区{quote.rstrip('。')}。").supported is same


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("深圳市福田区科技创新局认为条件具备。", "我局认为条件具备。"),
        ("福田区科技创新局认为条件具备。", "我局认为条件具备。"),
        ("深圳市福田区科技创新局认为条件具备。", "我们认为条件具备。"),
        ("邹越、蒋崇安代表提出的建议收悉。", "您们提出的建议收悉。"),
        ("深圳市新增企业。", "本市新增企业。"),
        ("深圳新增企业。", "我市新增企业。"),
        ("福田区新增企业。", "我区新增企业。"),
        ("《深圳经济特区低空经济产业促进条例》自公布之日起施行。", "本条例自公布之日起施行。"),
        ("2024年新增18家。", "今年新增18家。"),
        ("2023年新增18家。", "去年新增18家。"),
        ("依据国发〔2023〕12号，新增18家。", "新增18家。"),
    ],
)
def test_what_the_metadata_names_may_stand_for_we_and_here(claim, quote):
    assert verdict(claim, quote, context=OFFICE).supported
    assert not verdict(claim, quote).supported


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("罗湖区科技创新局认为条件具备。", "我局认为条件具备。"),
        ("深圳市福田区科技创新局认为条件具备。", "我委认为条件具备。"),
        ("今年新增18家。", "2024年新增18家。"),
        ("我局认为条件具备。", "深圳市福田区科技创新局认为条件具备。"),
        ("依据国发〔2023〕13号，新增18家。", "新增18家。"),
        ("居民说“福田区不好”。", "居民说“我区不好”。"),
        ("罗湖区新增企业。", "我区新增企业。"),
        ("深圳市福田区科技创新局新增企业。", "我区新增企业。"),
        ("市财政局表示，深圳市福田区科技创新局已拨付资金。", "市财政局表示，我局已拨付资金。"),
        ("市财政局：深圳市福田区科技创新局已拨付资金。", "市财政局：我局已拨付资金。"),
        ("珠海市政府称，深圳市将新建口岸。", "珠海市政府称，我市将新建口岸。"),
        ("深圳市场主体增长。", "本市场主体增长。"),
    ],
)
def test_only_what_the_metadata_names_does(claim, quote):
    assert not verdict(claim, quote, context=OFFICE).supported


def test_a_row_is_told_by_its_columns():
    assert verdict("项目：2024年年中超160个，2025年8月超200个。", *TABLE).supported
    assert verdict("项目：2025年8月超200个。", *TABLE).supported
    assert not verdict("项目：2025年8月超160个。", *TABLE).supported
    assert not verdict("2025年8月超200个。", *TABLE).supported
    assert not verdict("管网：2025年投资3亿元。", "| 项目 | 状态 | 2025年投资 |", "| 管网 | 计划 | 3亿元 |").supported


def test_what_is_struck_out_in_a_row_proves_nothing():
    quotes = ("| 线路 | 票价 |", "| 快线 | ~~4元~~6元 |")
    assert verdict("快线：票价6元。", *quotes).supported
    assert not verdict("快线：票价4元。", *quotes).supported


def test_statements_of_several_quotes_are_parted_by_a_strong_mark():
    assert verdict("甲项目完工；乙项目开工。", "甲项目完工。", "乙项目开工。").supported
    assert not verdict("甲项目完工，乙项目开工。", "甲项目完工。", "乙项目开工。").supported
    assert not verdict("下列信息应当公开。内部信息。", "下列信息应当公开：", "（一）内部信息；").supported
    assert not verdict("建议收悉。因此，不予批准。", "建议收悉。", "因此，不予批准。").supported
    assert not verdict(
        "新建学校情况良好。乙区是20所。", "新建学校情况良好。", "拆除的学校是多的；乙区是20所。"
    ).supported


def test_the_difference_is_told_word_for_word():
    """In its place in the claim, and with what the quote has there."""
    (one, two) = verdict("街道全部完成管网改造。", "多数街道已完成管网改造。").findings
    assert (one, two) == (Finding("left_out", "", 0, 0, "多数"), Finding("replaced", "全部", 2, 4, "已"))
    assert differences("全市供水改造进入新阶段。", "供水改造进入新阶段。") == [("added", "全市", "")]
    assert differences("所有项目均应公开。", "均应公开。但涉密项目除外。")
    assert differences("均应公开。", "均应公开。但涉密项目除外。") == [("left_out", "", "但涉密项目除外")]


def test_a_fact_that_no_quote_has_is_named_as_such():
    assert ("number", "突破850家", "") in differences("2025年目标培育专精特新企业累计突破850家。", GOAL)
    assert ("unit", "突破750人", "突破750家") in differences("2025年目标培育专精特新企业累计突破750人。", GOAL)
    assert ("date", "2026年", "") in differences("2026年目标培育专精特新企业累计突破750家。", GOAL)
    assert ("term", "“黑名单”", "") in differences("对“黑名单”机构优先办理。", "对“白名单”机构优先办理。")


@pytest.mark.parametrize("mark", "\u202e\u202d\u2066\u200f\u200b\u2060\u00ad")
def test_words_with_characters_that_are_not_seen_prove_nothing(mark):
    """What is shown may be another number than what is written."""
    assert differences(f"增长6{mark}31亿元。", "增长631亿元。")[0][0] == "invisible"
    assert not verdict(f"增长{mark}631亿元。", f"增长631亿元，{mark}减少3亿元。").supported


def test_an_english_sentence_about_a_chinese_quote_is_not_proved():
    assert not verdict("Futian aims at more than 750 enterprises in 2025.", GOAL).supported


@pytest.mark.parametrize(("claim", "quotes"), [("", (GOAL,)), ("有事。", ()), ("有事。", ("",))])
def test_nothing_proves_nothing(claim, quotes):
    assert [one.kind for one in verdict(claim, *quotes).findings] == ["empty"]


def test_the_context_of_a_document():
    """今年 is the year of issue unless another is given; a digest does not speak under the number of its original."""
    meta = Metadata("关于建议的答复", issuer="科创局", issued="2024-05-08", doc_no="福科〔2024〕1号")
    context = Context.of(Document("a", "a.txt", meta, ""), ("一、目标",))
    assert context.texts == ("关于建议的答复", "科创局", "福科〔2024〕1号", "2024-05-08", "一、目标")
    assert (context.year, context.issuer, context.doc_no) == (2024, "科创局", "福科〔2024〕1号")
    digest = Document("b", "b.md", Metadata("规划摘编", doc_no="国发〔2023〕12号"), "")
    assert Context.of(digest, year=2025).year == 2025
    assert Context.of(digest).doc_no == ""


def test_contexts_that_disagree_name_nothing():
    merged = Context(("a",), 2024, "甲局", "甲", "1号") + Context(("b",), 2025, "乙局", "乙", "2号")
    assert merged == Context(("a", "b"))


# Properties

_WORDS = (
    "区政府负责项目公开招标不得应当由市企业新增建成改造管网多数除外已经拟我局本的在和一二三十百万亿年月日家个元但其该aZ"
    "0123456789.%‰-—~²①½，、；：。！？（）“”《》〔〕 \n|#*\u200b\u202e"
)
calmly = settings(deadline=None)  # the first call loads the tables of characters
OFFICIAL = st.text(st.sampled_from(_WORDS), min_size=1, max_size=60)
CLAUSE = st.text(st.sampled_from("区政府市企业项目新增建成改造管网公开招标资金"), min_size=2, max_size=8)
MANY = st.lists(CLAUSE, min_size=1, max_size=5).flatmap(
    lambda clauses: st.lists(st.sampled_from("，；。"), min_size=len(clauses), max_size=len(clauses)).map(
        lambda marks: (clauses, marks)
    )
)


@calmly
@given(st.text() | OFFICIAL, st.lists(st.text() | OFFICIAL, max_size=3))
@example("广东自贸试验区的地点在中国广东省", ["广东自由贸易试验区位于广州、深圳、珠海。"])
@example("0", ["@", "#", "§"])
@example("：", ["0"])
def test_no_input_crashes(claim, quotes):
    found = RuleVerifier().verify(claim, quotes, OFFICE)
    assert found.supported is not bool(found.findings)
    assert all(0 <= one.start <= one.end for one in found.findings)


@calmly
@given(st.text(min_size=1) | OFFICIAL, st.lists(OFFICIAL, max_size=2))
def test_a_quote_always_supports_itself(quote, others):
    if quote.strip():
        assert verdict(quote, *others, quote).supported


@calmly
@given(OFFICIAL)
@example("0|？、业")
def test_a_quote_supports_itself_in_traditional_characters(quote):
    if re.search(r"[一-鿿]", quote) and "\u202e" not in quote:
        assert verdict(traditional(quote) + " ", quote).supported


@calmly
@given(MANY, st.data())
def test_a_quote_with_a_clause_negated_never_supports_itself(parts, data):
    clauses, marks = parts
    at = data.draw(st.integers(0, len(clauses) - 1))
    word = data.draw(st.sampled_from(["不", "未", "没有", "并非", "不得", "尚未"]))
    place = data.draw(st.integers(0, len(clauses[at])))
    negated = [*clauses[:at], clauses[at][:place] + word + clauses[at][place:], *clauses[at + 1 :]]
    quote, claim = ("".join(a + b for a, b in zip(some, marks, strict=True)) for some in (clauses, negated))
    assert not verdict(claim, quote).supported
    assert not verdict(quote, claim).supported


@pytest.mark.parametrize("path", sorted(Path("corpus/documents").iterdir()), ids=lambda path: path.stem)
def test_whatever_can_be_quoted_is_proved_by_its_quotes(path):
    """Every sentence, item and table row as an answer shows it, and a whole item as a draft takes it."""
    document = read_document(path, path.parent)
    shown = [one for block in blocks(document) for one in units_of_block(document, block)]
    wholes = [whole_unit(document, block) for block in blocks(document) if block.kind == "item"]
    for unit in (*shown, *wholes):
        quotes = [quote.text for quote in unit.quotes]
        found = verdict(unit.text, *quotes, context=Context.of(document, unit.block.heading))
        assert found.supported, (unit.text, quotes, found.findings)
