"""Who speaks in a cited document: what another body says of itself is not told as the office's own."""

from dataclasses import replace

import pytest

from assistant.answer import Answer, Claim, Note
from assistant.draft.arrange import Arrangement
from assistant.draft.check import Checker
from assistant.draft.drafter import Drafter
from assistant.draft.finding import Finder, Gathered
from assistant.draft.letter import Cite, Sentence
from assistant.draft.requests import read_suggestion
from assistant.draft.template import Template
from assistant.draft.voice import is_own
from corpus.ceremony import is_ceremony
from corpus.document import Document, Metadata, Quote
from tests.fakes.assistant import FakeAssistant, cite, library

AS_OF = "2026-11-24"
PARKS = Metadata("安澜县城市管理局关于县十七届人大四次会议第46号建议的答复", kind="reply", issuer="安澜县城市管理局")
BUSES = Metadata("关于缓解接送难的建议的答复", kind="reply", issuer="江城区教育局")
CANTEENS = Metadata("清水市人民政府办公室关于校园食品安全的通知", issuer="清水市人民政府办公室")
RULES = Metadata("数据条例", kind="law", issuer="深圳市人民代表大会常务委员会")
UNSIGNED = Metadata("关于县十七届人大四次会议第46号建议的答复", kind="reply")
DIGEST = Metadata("企业培育数据摘编（全国、深圳、福田）", kind="brief")
FUTIAN = "深圳市福田区科技创新局"


def told(words: str, meta: Metadata, office: str) -> Sentence | None:
    """A quote as a letter says it, judged."""
    checker = Checker(AS_OF, office)
    said = Finder(None, checker)._sentence(words, (Cite(Quote("a", 0, len(words), words), "a.txt", meta, "1"),))
    return said and checker.judge(said)


@pytest.mark.parametrize(
    ("words", "meta", "office"),
    [
        ("改造老旧游园9处，新增健身器材260件。", PARKS, FUTIAN),
        ("全县公园总数达到41座，免费开放率100%。", PARKS, FUTIAN),
        ("县财政每年安排养护经费420万元。", PARKS, FUTIAN),
        ("目前城区西片仍有3个社区没有公园。", PARKS, ""),
        ("在校门口设置即停即走车位186个。", BUSES, "江城区城市管理局"),
        ("为方便接送，区教育局设置车位186个。", BUSES, "江城区城市管理局"),
        ("学生餐费专款专用，结余不得挪作他用。", CANTEENS, "清水市教育局"),
        ("供热期为十一月至次年三月。", Metadata("青岛市供热条例", kind="law", issuer="青岛市人民代表大会"), FUTIAN),
        ("2024年，我县新建公园12座。", UNSIGNED, FUTIAN),
        ("改造老旧游园9处。", UNSIGNED, FUTIAN),
        ("2024年，我县新建公园12座。", Metadata("答复", kind="reply", issuer="甲县住房和城乡建设局"), FUTIAN),
        ("由县城投公司建成停车库4座。", Metadata("答复", kind="reply", issuer="甲县住房和城乡建设局"), FUTIAN),
        ("截至2025年底的总数为1333家，在全国城市中居首位。", DIGEST, FUTIAN),
        ("2025年新增企业90家。", Metadata("产业情况", issuer="深圳市"), FUTIAN),
        ("延长补贴政策期限。", Metadata("情况"), FUTIAN),  # a county's name too
        ("严格落实主体责任，强化内部管控。", Metadata("情况"), FUTIAN),
        ("发挥各级领导小组办公室作用。", Metadata("情况"), FUTIAN),
    ],
)
def test_what_another_body_says_of_itself_is_to_be_checked(words, meta, office):
    """A result, a measure or a figure that names nobody would be read as the office's own."""
    one = told(words, meta, office)
    assert one.verdict == "check"
    assert "whose" in [remark.kind for remark in one.remarks]


@pytest.mark.parametrize(
    ("words", "meta", "office", "said"),
    [
        ("2024年，我县新建公园12座。", PARKS, FUTIAN, "2024年，安澜县新建公园12座。"),
        ("我局投入资金3600万元，时间为2024年。", PARKS, FUTIAN, "安澜县城市管理局投入资金3600万元，时间为2024年。"),
        ("2024年，安澜县被评为园林县城。", PARKS, FUTIAN, ""),
        ("2024年，我县新建公园12座。", PARKS, "安澜县城市管理局", ""),
        ("改造老旧游园9处。", PARKS, "安澜县城市管理局", ""),
        ("2024年，甲县建成公园。", Metadata("答复", kind="reply", issuer="甲县住房和城乡建设局"), FUTIAN, ""),
        ("我市公园条例已施行。", PARKS, "安澜县城市管理局", ""),
        ("由海关总署核定税款。", Metadata("通知", issuer="住房城乡建设部"), FUTIAN, ""),
        ("2024年，我区开通通学公交专线14条。", BUSES, "江城区城市管理局", ""),
        ("全市中小学食堂都要接入监管平台。", CANTEENS, "清水市教育局", ""),
        ("两类数据不得交易。", RULES, FUTIAN, ""),
        ("改造老旧游园9处。", Metadata("关于建议的答复", kind="reply"), FUTIAN, ""),
        ("国家卫生健康委评定该区为示范区。", PARKS, FUTIAN, ""),
        ("广州市的校车专用道已建成。", BUSES, FUTIAN, ""),
        ("改造老旧游园9处。", Metadata("人工答复", kind="staff_answer", issuer="甲"), FUTIAN, ""),
    ],
)
def test_what_says_whose_it_is_and_what_is_the_offices_own_is_proved(words, meta, office, said):
    """我县 of another county becomes its name; what is ours, or true of the place that both share, stays as it is."""
    one = told(words, meta, office)
    assert (one.text, one.verdict, one.remarks) == (said or words, "ok", ())


def test_a_body_is_the_office_by_its_name_not_by_its_place():
    """深圳市 is not its district's bureau; a name without its city is."""
    assert is_own(Metadata("总结", issuer="福田区科技创新局"), FUTIAN)
    assert not is_own(Metadata("总结", issuer="深圳市"), FUTIAN)
    assert not is_own(Metadata("总结", issuer="福田区教育局"), FUTIAN)
    assert not is_own(Metadata("总结", issuer="福田区科技创新局"), "")


def test_a_reply_that_nobody_signed_speaks_for_the_place_that_it_names_most():
    """The bundled reply is of 福田区: its own letters may say what it says, another district's may not."""
    reply = library()["reply-20250021"]
    words = "开放低空经济、人工智能等5大领域应用场景"
    at = reply.text.index(words)
    one = Sentence(1, "claim", words, (Cite.of(reply, at, at + len(words)),))
    assert one.cites[0].seat == "福田"
    for office, verdict in ((FUTIAN, "ok"), ("", "ok"), ("深圳市龙岗区工业和信息化局", "check")):
        assert Checker(AS_OF, office).judge(one).verdict == verdict


@pytest.mark.parametrize("words", ["您的建议聚焦产业培育，很有前瞻性。", "针对你们提出的建议，我局积极采纳意见。"])
def test_words_to_another_representative_are_no_answer(words):
    assert told(words, PARKS, "安澜县城市管理局") is None


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("希望以后多提宝贵意见，以利我们改进工作。", True),
        ("首先，感谢您对我区养老服务工作的关注。", True),
        ("请在今后对我们的工作多提宝贵意见和建议。", True),
        ("请各单位于3月5日前提出修改意见，报送我局。", False),
        ("为进一步规范公共自行车使用，方便市民出行，现就有关事项通告如下：", True),
        ("根据有关规定，现将有关税收政策公告如下。", True),
        ("现行收费标准如下：", False),
        ("公租房申请条件如下：", False),
    ],
)
def test_a_courtesy_is_no_evidence(words, is_one):
    assert is_ceremony(words) is is_one


SUGGESTION = "关于公园绿化的建议\n建议新建公园。建议增设座椅。"
TEXT = (
    "2024年城区公园达到41座。到2027年，将新建口袋公园20座。推动2025年新建公园9座。新建公园移交社区管护。\n"
    "（一）收费标准。公园停车每小时收费2元。此外，公园管护移交社区。以上工作进展如下："
)


def letter(*said: str, unsure: bool = False, issuer: str = "安澜县城市管理局") -> list[str]:
    """What a letter of 安澜县城市管理局 says where each of its questions is answered by these words."""
    document = Document("a", "a.txt", Metadata("工作总结", issuer=issuer), TEXT)
    citations = tuple(cite(document, n, words) for n, words in enumerate(said, 1))
    notes = (Note("unsure", "不一定"),) if unsure else ()
    parts = (*notes, *(Claim(words, (n,)) for n, words in enumerate(said, 1)))
    asked = ("新建公园", "公园绿化取得了哪些进展和成效？", "下一步如何推进公园绿化？")
    answers = {one: Answer(one, one, parts, citations) for one in asked}
    checker = Checker(AS_OF, "安澜县城市管理局")
    drafter = Drafter(FakeAssistant(library(), answers), checker, Template.open(None))
    made = drafter.draft(read_suggestion(SUGGESTION))
    return [f"{p.request}{s.shown}{s.verdict}" for p in made.paragraphs for s in p.sentences if s.kind == "claim"]


def test_a_letter_opens_and_ends_with_nothing_but_its_offices_own_words():
    """What no request asks for is told where it is the office's own result, or plan that is not over, and is sure."""
    result, plan, over = "2024年城区公园达到41座。", "到2027年，将新建口袋公园20座。", "推动2025年新建公园9座。"
    assert letter(result) == [f"1{result}ok"]
    other = [one[0] for one in letter(result, issuer="云溪区城市管理局")]
    assert other == ["1"]
    made = Arrangement()
    checker = Checker(AS_OF, "安澜县城市管理局")
    told = [told_by(one, checker) for one in (result, plan, over)]
    assert [one.text for one in made.overview(Gathered("", tuple(told)), checker)] == [result, over]
    planned = Arrangement().next_steps(Gathered("", tuple(told)), checker)
    assert [one.text for one in planned] == [plan]
    doubted = tuple(replace(one, unsure=True) for one in told)
    assert [one.sentence.kind for one in made.next_steps(Gathered("", doubted), checker)] == ["blank"]
    assert [one.sentence.kind for one in made.overview(Gathered("", doubted), checker)] == ["blank"]
    theirs = Checker(AS_OF, "云溪区城市管理局")
    assert [one.sentence.kind for one in made.overview(Gathered("", tuple(told)), theirs)] == ["blank"]


def told_by(words: str, checker: Checker) -> Sentence:
    meta = Metadata("工作总结", issuer="安澜县城市管理局")
    return checker.judge(Sentence(0, "claim", words, (Cite(Quote("a", 0, len(words), words), "a.txt", meta, "1"),)))


def test_what_the_search_is_not_sure_of_is_to_be_checked():
    """An answer that is hardly more likely than none stands under its request with the doubt, until somebody looks."""
    assert letter("新建公园移交社区管护。", unsure=True) == ["1新建公园移交社区管护。check"]
    assert letter("新建公园移交社区管护。") == ["1新建公园移交社区管护。ok"]


def test_a_sentence_announces_nothing_and_has_no_enumerator_of_another_text():
    assert letter("以上工作进展如下：") == []
    assert letter("此外，公园管护移交社区。") == ["1公园管护移交社区。ok"]
    assert letter("（一）收费标准。公园停车每小时收费2元。") == ["1公园停车每小时收费2元。check"]


def test_a_letter_quotes_the_requests_in_their_own_words():
    """A title that is a sentence stands in quotation marks, and a topic in a sentence's words is not thanked for."""
    title = "关于支持无人机发展、让低空飞行服务百姓的建议"
    text = f"{title}\n一、把“一老一小”管好。建议办食堂。\n二、过关再快一些。建议开通巴士。"
    drafter = Drafter(FakeAssistant(library(), {}), Checker(AS_OF), Template.open(None))
    said = [p.text for p in drafter.draft(read_suggestion(text)).paragraphs]
    assert "一、关于“把‘一老一小’管好”的建议" in said
    assert any("围绕“把‘一老一小’管好”“过关再快一些”等方面" in one for one in said)
    assert any("非常感谢您对相关工作的关心" in one for one in said)
