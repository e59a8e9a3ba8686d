"""A claim passes only with numbers, dates, names, polarity and wording that its quotes bear out."""

import pytest

from assistant.verify import Context, Limits, RuleVerifier
from corpus.document import Document, Metadata

GOAL = "2025年目标培育专精特新企业累计突破750家。"
GROWTH = "2024年，全市GDP为3.68万亿元，增长5.8%；2025年，全市GDP为38731.80亿元，增长5.5%。"
HOLDINGS = "集聚国家重大平台10个、香港高校研发机构13家、世界500强研发中心8个。"
MEASURES = "海关总署推出10条专项措施，对“白名单”机构生物制品、特殊物品优先办理卫生检疫审批。"
TABLE = ("| 指标 | 2024年年中 | 2025年8月 |", "| 项目 | 超160个 | 超200个 |")


def verdict(claim, *quotes, context=None):
    return RuleVerifier().verify(claim, quotes, context or Context())


def kinds(claim, *quotes, context=None):
    return {finding.kind for finding in verdict(claim, *quotes, context=context).findings}


@pytest.mark.parametrize(
    ("claim", "quotes"),
    [
        (GOAL, (GOAL,)),
        ("2025年目標培育專精特新企業累計突破750家", (GOAL,)),
        ("2025年的目标是专精特新企业累计突破七百五十家。", (GOAL,)),
        ("推动2025年战略性新兴产业增加值超1.1千亿元。", ("推动2025年战略性新兴产业增加值超1100亿元、企业超1400家",)),
        ("二〇二四年全市GDP为36800亿元，增长百分之五点八。", (GROWTH,)),
        ("河套集聚了10个国家重大平台、13家香港高校研发机构。", ("河套" + HOLDINGS,)),
        ("海关总署为“白名单”机构推出10条专项措施。", (MEASURES,)),
        ("2025年8月项目超200个。", TABLE),
        ("任何人不得转让。", ("禁止任何人转让。",)),
    ],
)
def test_what_the_quotes_say_passes_in_any_spelling(claim, quotes):
    assert verdict(claim, *quotes).findings == ()


def test_a_slice_of_a_quote_always_passes():
    """Whole clauses, items without their enumerator, and quotes broken over lines."""
    quote = "一是建立政府引导机制，设立区级产业引导基金；二是推动金融创新\n支持，依托香蜜湖建设4个百亿级集群。"
    for claim in ("建立政府引导机制，设立区级产业引导基金；", "推动金融创新支持，依托香蜜湖建设4个百亿级集群。"):
        assert verdict(claim, quote).supported


def test_a_slice_that_begins_after_a_negation_is_no_slice():
    assert not verdict("转让土地。", "不得转让土地。").supported


@pytest.mark.parametrize(
    ("claim", "quote", "kind"),
    [
        ("2025年目标培育专精特新企业累计突破850家。", GOAL, "number"),
        ("2025年目标培育专精特新企业累计突破750万元。", GOAL, "number"),
        ("2025年目标培育专精特新企业累计突破750人。", GOAL, "unit"),
        ("2025年目标培育专精特新企业累计750家。", GOAL, "bound"),
        ("2026年目标培育专精特新企业累计突破750家。", GOAL, "date"),
        ("2025年已培育专精特新企业累计突破750家。", GOAL, "plan"),
        ("2025年培育专精特新企业累计突破750家。", GOAL, "plan"),
        ("福田预计形成产业格局。", "福田已形成产业格局。", "plan"),
        ("2025年，全市GDP为3.68万亿元。", GROWTH, "date"),
        ("2024年，全市GDP为3.68万亿元，下降5.8%。", GROWTH, "direction"),
        ("集聚国家重大平台10个、香港高校研发机构8个。", HOLDINGS, "attachment"),
        ("公安部推出10条专项措施。", MEASURES, "name"),
        ("深圳海关推出10条专项措施。", MEASURES, "name"),
        ("WIPO推出10条专项措施。", MEASURES, "name"),
        ("海关总署推出10条专项措施，对“黑名单”机构优先办理审批。", MEASURES, "term"),
        ("海关总署根据署贸函〔2024〕236号推出10条专项措施。", MEASURES, "document_number"),
        ("海关总署推出10条专项措施，不优先办理卫生检疫审批。", MEASURES, "negation"),
        ("当事人可以转让。", "当事人不得转让。", "negation"),
        ("有“20+9”重点产业链。", "绘制“20+8”重点产业链。", "code"),
        ("海关总署推出10条专项措施，市民普遍表示欢迎并积极参与其中。", MEASURES, "coverage"),
    ],
)
def test_each_kind_of_error_is_found(claim, quote, kind):
    assert kind in kinds(claim, quote)


def test_numbers_that_change_places_are_found():
    quote = "荣耀引进企业10家，华为引进企业3家。"
    assert verdict("荣耀引进企业10家，华为引进企业3家。", quote).supported
    assert "attachment" in kinds("荣耀引进了企业3家，华为引进了企业10家。", quote)


def test_words_that_change_places_are_found():
    """Who reports to whom, what comes first; items of a list stand in any order."""
    assert "attachment" in kinds("主办单位一个月内向会办单位提供意见。", "会办单位一个月内向主办单位提供意见。")
    assert "attachment" in kinds("包容审慎排在首位，安全排在末尾。", "安全排在首位，包容审慎排在末尾。")
    assert verdict("工业、科研、互联网这3项拉动增长。", "工业、互联网、科研这3项，拉动增长。").supported


def test_a_table_cell_belongs_to_its_column():
    assert not verdict("2025年8月项目超160个。", *TABLE).supported


def test_a_column_may_give_the_unit():
    table = ("| 指标 | 研发投入（亿元） |", "| 福田 | 136 |")
    assert verdict("福田研发投入136亿元。", *table).supported
    assert not verdict("福田研发投入136万元。", *table).supported


def test_half_a_year_is_not_the_year():
    assert "date" in kinds("2025年GDP增速为7.9%。", "据2025年的报道，上半年GDP增速7.9%。")


def test_this_year_may_be_written_out():
    """今年 stands for the year of the context, and for no other."""
    quote = "今年新增企业18家。"
    assert verdict("2024年新增企业18家。", quote, context=Context(year=2024)).supported
    assert "date" in kinds("2023年新增企业18家。", quote, context=Context(year=2024))
    assert "date" in kinds("2024年新增企业18家。", quote)


def test_a_heading_lends_year_and_name_but_no_number():
    context = Context(("福田区经济数据", "二、福田区2025年"))
    quote = "进出口突破9000亿元。"
    assert verdict("福田区2025年进出口突破9000亿元。", quote, context=context).supported
    assert "date" in kinds("福田区2024年进出口突破9000亿元。", quote, context=context)
    assert "number" in kinds("福田区2025年进出口突破2025亿元。", quote, context=context)


def test_the_context_of_a_document():
    """Title, issuer and headings are known around a quote; 今年 is the year of issue unless another is given."""
    source = Document("a", "a.txt", Metadata("关于建议的答复", issuer="科创局", issued="2024-05-08"), "")
    assert Context.of(source, ("一、目标",)) == Context(("关于建议的答复", "科创局", "2024-05-08", "一、目标"), 2024)
    assert Context.of(source, year=2025).year == 2025


def test_contexts_that_disagree_on_the_year_have_none():
    assert (Context(("a",), 2024) + Context(("b",), 2025)) == Context(("a", "b"), None)


def test_an_english_claim_is_judged_by_its_facts_and_says_so():
    good = verdict("Futian aims at more than 750 enterprises in 2025.", GOAL)
    assert good.supported
    assert good.note
    assert "number" in kinds("Futian aims at more than 850 enterprises in 2025.", GOAL)
    assert "date" in kinds("Futian aims at more than 750 enterprises in August 2026.", GOAL)
    assert "name" in kinds("WIPO aims at more than 750 enterprises in 2025.", GOAL)


def test_a_finding_names_the_words_and_the_reason_in_chinese():
    finding = verdict("海关总署推出12条专项措施。", MEASURES).findings[0]
    assert (finding.kind, finding.text, finding.reason) == ("number", "12条", "12条 不见于引文。")


@pytest.mark.parametrize(("claim", "quotes"), [("", (GOAL,)), ("有事。", ()), ("有事。", ("",))])
def test_nothing_proves_nothing(claim, quotes):
    assert kinds(claim, *quotes) == {"empty"}


def test_limits_decide_how_much_wording_must_be_known():
    claim = "本区企业数量持续攀升。"
    lax = RuleVerifier(Limits(claim=0.0, quotes=0.0, clause=0.0))
    assert "coverage" in kinds(claim, MEASURES)
    assert "coverage" not in {f.kind for f in lax.verify(claim, [MEASURES]).findings}


def test_jiang_before_a_noun_plans_nothing():
    """将 may stand for 把; before a verb it speaks of the future."""
    assert verdict("跨境巴士通过一号通道将两园连接起来。", "跨境巴士经由一号通道把两园连接起来。").supported
    assert "plan" in kinds("福田将形成产业格局。", "福田已形成产业格局。")


def test_a_movement_that_no_quote_tells_of_is_found():
    assert "direction" in kinds("企业数量并未增加。", "“约七成”是大楼入驻率，不是企业数量。")
