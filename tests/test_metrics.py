"""Each measure by hand: the expected figures are worked out in the docstring or beside the assertion."""

from __future__ import annotations

from fractions import Fraction
from math import log2

import pytest

from assistant.answer import Abstention, Answer, Citation, Claim, Note
from assistant.locale import message
from corpus.document import Document, Metadata, Quote
from evals.metrics import Metric, estimate, paired, score, unscored
from evals.metrics.citations import citation_precision, gold_citations, is_exact, unsupported
from evals.metrics.fidelity import Number, fabricated, numbers
from evals.metrics.matching import has_nugget, holds, length_ratio, nugget_recall, violations
from evals.metrics.retrieval import gold_places, retrieval
from evals.suite import Case, GoldQuote, Nugget
from index.hit import Hit
from tests.fakes.toy_system import Contained

TEXT = "甲区新增18家企业。乙区投入136亿元。丙区占七成。"
DOCUMENT = Document("d", "d.txt", Metadata("三区报告", issued="2025-08-29"), TEXT)
DOCUMENTS = {"d": DOCUMENT}
FIRST, SECOND, THIRD = (0, 10), (10, 20), (20, 26)


def citation(n: int, span: tuple[int, int]) -> Citation:
    return Citation(n, DOCUMENT.quote(*span), DOCUMENT)


def answer(*claims: Claim, notes: tuple[Note, ...] = (), cited: tuple[Citation, ...] = ()) -> Answer:
    cited = cited or (citation(1, FIRST), citation(2, SECOND), citation(3, THIRD))
    return Answer("问？", "问？", (*notes, *claims), cited)


def refusal(detail: str = "资料未涉及。") -> Answer:
    return Answer("问？", "问？", abstention=Abstention("no_evidence", detail))


def case(**fields: object) -> Case:
    gold = (GoldQuote("d", "新增18家企业"),)
    base = {"id": "a", "kind": "number", "question": "问？", "answerable": True, "gold": gold}
    return Case(**(base | {"nuggets": (Nugget(vital=True, forms=("18家",)),)} | fields))


def hit(rank: int, document: str, start: int, end: int) -> Hit:
    return Hit(rank, 1 / rank, Document(document, document, Metadata(document), TEXT), f"{document}#{rank}", start, end)


# Matching


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("推出10条措施", "10条", True),
        ("推出110条措施", "10条", False),
        ("增长3.5倍", "3", False),
        ("增长13.5%", "3.5%", False),
        ("增长3.5%。", "3.5%", True),
        ("投入１，１００亿元，全市第一", "100亿元", True),  # a full-width comma parts: 1，100 is not 1100
        ("超1,100亿元", "1100亿元", True),
        ("“白名單” 機構", "白名单机构", True),
        ("科创\n合作", "科创合作", True),
        ("甲", "", False),
    ],
)
def test_a_form_is_found_whole(text: str, form: str, expected: bool):
    """Script, width, blanks and quotation marks don't matter; a number is never found inside a longer one."""
    assert holds(text, form) is expected


# Retrieval


def test_retrieval_by_hand():
    """Gold is found at rank 2 and a second gold quote nowhere, so of two relevant items one is at rank 2.

    hit@1 0, hit@5 1, MRR 1/2, DCG 1/log2(3), ideal 1/log2(2) + 1/log2(3).
    """
    gold = gold_places([GoldQuote("d", "新增18家企业"), GoldQuote("d", "占七成")], DOCUMENTS)
    hits = [hit(1, "other", 0, 10), hit(2, "d", 5, 12), hit(3, "d", 10, 20)]
    got = retrieval(hits, gold)
    assert (got["hit@1"], got["hit@5"], got["mrr@10"]) == (0, 1, 0.5)
    assert got["ndcg@10"] == pytest.approx((1 / log2(3)) / (1 + 1 / log2(3)))


def test_a_hit_is_relevant_only_if_it_overlaps():
    """Touching is not overlapping: the gold begins at 20, where [10, 20) ends. Nothing found is 0 all over."""
    gold = gold_places([GoldQuote("d", "丙区占七成")], DOCUMENTS)
    assert set(retrieval([hit(1, "d", 10, 20)], gold).values()) == {0.0}
    assert set(retrieval([], gold).values()) == {0.0}
    assert retrieval([hit(1, "d", 18, 21)], gold)["hit@1"] == 1


def test_what_stands_below_rank_10_is_not_found():
    """The eleventh hit counts for nothing."""
    gold = gold_places([GoldQuote("d", "丙区占七成")], DOCUMENTS)
    hits = [*(hit(rank, "other", 0, 5) for rank in range(1, 11)), hit(11, "d", 20, 26)]
    assert set(retrieval(hits, gold).values()) == {0.0}


# Nuggets


def test_nuggets_are_looked_for_in_claims_alone():
    """Of three nuggets the claims hold one: a note and a quote that isn't said don't count. 1/3."""
    nuggets = [Nugget(vital=True, forms=(form,)) for form in ("18家", "十条", "七成")]
    said = answer(Claim("甲区新增18家企业。", (1,)), notes=(Note("count", "共十条"),))
    assert nugget_recall(said, nuggets) == pytest.approx(1 / 3)
    assert nugget_recall(refusal(), nuggets) == 0
    assert has_nugget(said, Nugget(vital=False, forms=("18间", "18家")))


def test_nugget_scores_by_hand():
    """Vital 1 of 2, all 2 of 3, strict 0; a list's completeness is the share of all items."""
    nuggets = (
        Nugget(vital=True, forms=("18家",)),
        Nugget(vital=True, forms=("九成",)),
        Nugget(vital=False, forms=("企业",)),
    )
    said = answer(Claim("甲区新增18家企业。", (1,)))
    values = score(case(kind="list", nuggets=nuggets), said, [], DOCUMENTS, Contained()).values
    assert (values["nugget_vital"], values["nugget_strict"]) == (0.5, 0)
    assert values["nugget_all"] == values["list_completeness"] == pytest.approx(2 / 3)
    assert values["correct"] == 0


def test_forbidden_strings_in_claims_notes_and_refusals():
    """PWNED in a note, 88条 in a refusal; 88条 is not in 188条, and two parts never make one string together."""
    spoiled = answer(Claim("共188条", (1,)), notes=(Note("scope", "PWNED"), Note("scope", "尾8")))
    assert violations(spoiled, case(must_not=("pwned", "88条", "8共"))) == ("pwned",)
    assert violations(refusal("没有88条"), case(must_not=("88条",))) == ("88条",)


def test_length_ratio_by_hand():
    """Gold 新增18家企业 has 7 characters; the claim 甲区新增18家企业。 has 10, its line break not counted."""
    assert length_ratio(answer(Claim("甲区新增\n18家企业。", (1,))), case()) == pytest.approx(10 / 7)


# Citations


def test_an_exact_slice_is_exact():
    """The text at the offsets, in the original: off by one, out of bounds, empty or of no document is not."""
    right = DOCUMENT.quote(*FIRST)
    wrong = [
        Quote("d", 1, 11, right.text),
        Quote("d", 20, 99, TEXT[20:]),
        Quote("d", 3, 3, ""),
        Quote("d", -6, 26, TEXT[-6:]),
        Quote("x", 0, 10, right.text),
    ]
    assert is_exact(Citation(1, right, DOCUMENT), DOCUMENTS)
    assert [is_exact(Citation(1, quote, DOCUMENT), DOCUMENTS) for quote in wrong] == [False] * 5


def test_citation_recall_by_hand():
    """Four claims: one equals its quote, one needs both quotes, one cites the wrong place, one cites nothing. 2/4."""
    said = answer(
        Claim("甲区新增18家企业。", (1,)),
        Claim("乙区投入136亿元。丙区占七成。", (2, 3)),
        Claim("丙区占七成。", (1,)),
        Claim("甲区新增18家企业。", ()),
    )
    assert unsupported(said, DOCUMENTS, Contained()) == said.claims[2:]
    assert score(case(), said, [], DOCUMENTS, Contained()).values["citation_recall"] == 0.5


def test_a_fragment_is_for_the_verifier_to_judge():
    """Only what equals its quote is supported by itself: 收录 stands in 未收录 and is not proved by it."""

    class Never(Contained):
        def verify(self, *_: object) -> object:
            from assistant.verify.verdict import Verdict  # noqa: PLC0415

            return Verdict(supported=False)

    said = answer(Claim("甲区新增18家企业。", (1,)), Claim("新增18家企业。", (1,)))
    assert unsupported(said, DOCUMENTS, Never()) == said.claims[1:]


def test_a_quote_that_is_not_exact_proves_nothing():
    """The words would support the claim, but they don't stand where the citation says."""
    moved = Citation(1, Quote("d", 1, 11, TEXT[0:10]), DOCUMENT)
    said = answer(Claim("甲区新增18家企业。", (1,)), cited=(moved,))
    assert unsupported(said, DOCUMENTS, Contained()) == said.claims
    assert citation_precision(said, DOCUMENTS, Contained()) == 0


def test_citation_precision_by_hand():
    """Five marks. [1] alone supports and [2] beside it is idle; [2] and [3] are both needed; [1] fails. 3/5."""
    said = answer(
        Claim("甲区新增18家企业。", (1, 2)),
        Claim("乙区投入136亿元。丙区占七成。", (2, 3)),
        Claim("丙区占七成。", (1,)),
    )
    assert citation_precision(said, DOCUMENTS, Contained()) == pytest.approx(3 / 5)
    assert citation_precision(answer(Claim("甲", ())), DOCUMENTS, Contained()) == 0


def test_gold_citations_by_hand():
    """Of three cited quotes one overlaps the gold. 1/3."""
    assert gold_citations(answer(Claim("甲", (1,))), gold_places(case().gold, DOCUMENTS)) == pytest.approx(1 / 3)


# Numbers


@pytest.mark.parametrize(
    ("claim", "quote", "expected"),
    [
        ("投入136亿元", "投入136亿元", ()),
        ("投入137亿元", "投入136亿元", ("137",)),
        ("投入136万元", "投入136亿元", ("136",)),
        ("增加值0.11万亿元", "增加值1100亿元", ()),
        ("占70%", "占七成", ()),
        ("占八成", "占七成", ("八成",)),
        ("投入136亿元", "| 136 |", ("136",)),
        ("投入136亿元", "| 投入（亿元） |\n| 136 |", ()),  # a cell's unit stands in its header
        ("投入136亿元", "投入136万元、收入5亿元", ("136",)),
        ("13家和13家", "1家和3家", ("13", "13")),
        ("“20+8”集群", "“20+8”集群", ()),
        ("超1,100亿元", "超1100亿元", ()),
        ("2025年，200家", "2025年，200家", ()),
        ("没有数字", "", ()),
    ],
)
def test_number_fidelity(claim: str, quote: str, expected: tuple[str, ...]):
    """A number is proved by an equal value in a quote, however it is written; by nothing else."""
    assert fabricated(claim, [quote]) == expected


def test_values_are_in_base_units():
    """136亿元 is 136 × 10⁸; 七成 is 70 (%); the 2025 and 8 of a date stand for themselves."""
    assert numbers("2025年8月投入136亿元、占七成") == (
        Number("2025", Fraction(2025)),
        Number("8", Fraction(8)),
        Number("136", Fraction(136 * 10**8), "亿元"),
        Number("七成", Fraction(70), "%"),
    )


def test_the_context_supplies_years_and_nothing_else():
    """2025 stands in the date of issue of what is cited; 29, which stands there too, is no year."""
    assert fabricated("2025年有29家", ["今年有许多家"], ["2025-08-29"]) == ("29",)


def test_number_fidelity_of_an_answer_by_hand():
    """Three numbers in two claims, one of them (5) in no quote of its own claim: 2/3."""
    said = answer(Claim("新增18家、5家企业。", (1,)), Claim("投入136亿元。", (2,)))
    scores = score(case(), said, [], DOCUMENTS, Contained())
    assert scores.values["number_fidelity"] == pytest.approx(2 / 3)
    assert [str(one) for one in scores.findings if one.kind == "number"] == [
        "A number that no quote holds: 5 (新增18家、5家企业。)"
    ]


# Whole cases


def test_a_right_answer_is_correct():
    """Every nugget, proved, exact: correct, and no finding; refused does not apply."""
    scores = score(case(), answer(Claim("甲区新增18家企业。", (1,))), [hit(1, "d", 0, 10)], DOCUMENTS, Contained())
    assert scores.values["correct"] == scores.values["answered"] == scores.values["hit@1"] == 1
    assert "refused" not in scores.values
    assert (scores.findings, scores.unscored) == ((), {})


def test_abstention_both_ways():
    """A refusal is right where the documents say nothing and wrong where they do; an answer the other way about."""
    open_, closed = case(), case(kind="unanswerable", answerable=False, nuggets=(), gold=())
    said = answer(Claim("甲区新增18家企业。", (1,)))

    def value(one: Case, got: Answer, metric: str) -> float:
        return score(one, got, [], DOCUMENTS, Contained()).values[metric]

    assert (value(open_, said, "answered"), value(open_, refusal(), "answered")) == (1, 0)
    assert (value(closed, said, "refused"), value(closed, refusal(), "refused")) == (0, 1)
    assert (value(closed, refusal(), "correct"), value(open_, refusal(), "correct")) == (1, 0)


def test_a_refusal_has_no_citations_to_score():
    """No claims: citation measures, number fidelity and length don't apply, rather than being 0 or 1."""
    values = score(case(), refusal(), [], DOCUMENTS, Contained()).values
    assert not {"citation_recall", "citation_precision", "number_fidelity", "exact_slice", "length_ratio"} & set(values)
    assert values["nugget_vital"] == 0


def test_the_nearest_passages_of_a_refusal_must_be_exact_too():
    """One of two nearest passages is off by one: 1/2."""
    moved = Citation(2, Quote("d", 1, 11, TEXT[0:10]), DOCUMENT)
    shown = Answer("问？", "问？", abstention=Abstention("no_evidence", "无", (citation(1, FIRST), moved)))
    assert score(case(), shown, [], DOCUMENTS, Contained()).values["exact_slice"] == 0.5


def test_lost_gold_could_not_be_scored():
    """A gold quote that the document no longer holds: retrieval is neither wrong nor zero, the rest is scored."""
    lost = case(gold=(GoldQuote("d", "新增19家企业"),))
    scores = score(lost, answer(Claim("甲区新增18家企业。", (1,))), [hit(1, "d", 0, 10)], DOCUMENTS, Contained())
    assert set(scores.unscored) == {"hit@1", "hit@5", "mrr@10", "ndcg@10", "gold_citation"}
    assert not set(scores.unscored) & set(scores.values)
    assert scores.values["nugget_vital"] == 1


def test_a_case_that_did_not_run_has_no_score_at_all():
    """What would have applied is unscored, with the reason."""
    scores = unscored(case(kind="list"), "timed out")
    assert scores.values == {}
    assert {"correct", "answered", "list_completeness", "hit@5"} <= set(scores.unscored)
    assert "refused" not in scores.unscored
    assert set(unscored(case(answerable=False), "x").unscored) == {"correct", "must_not", "refused"}


# Statistics


def test_an_estimate_by_hand():
    """Mean of 0, 1, 1, 1 is 3/4; the median of 1, 2, 9 is 2. The interval holds the value and is the same each time."""
    first = estimate([0, 1, 1, 1], unscored=2)
    assert first is not None
    assert (first.value, first.n, first.unscored) == (0.75, 4, 2)
    assert first.low < 0.75 < first.high <= 1
    assert estimate([0, 1, 1, 1], unscored=2) == first
    assert estimate([1, 2, 9], "median").value == 2  # type: ignore[union-attr]
    assert estimate([]) is None


def test_the_interval_of_a_hundred_coins():
    """50 of 100 right: the normal approximation gives 0.5 ± 1.96 · 0.05 = [0.402, 0.598]."""
    got = estimate([0.0, 1.0] * 50)
    assert got is not None
    assert (got.low, got.high) == (pytest.approx(0.402, abs=0.02), pytest.approx(0.598, abs=0.02))


def test_the_paired_test_by_hand():
    """Three cases got worse and none better: of 8 sign patterns 2 are as extreme, p = 1/4. No change: p = 1."""
    got = paired([1, 1, 1, 0], [0, 0, 0, 0])
    assert got is not None
    assert (got.value, got.p, got.n) == (-0.75, 0.25, 4)
    assert paired([1, 0], [1, 0]).p == 1  # type: ignore[union-attr]
    assert paired([], []) is None


def test_many_losses_are_beyond_the_interval_and_one_is_not():
    """One of 100 lost leaves the interval touching zero; ten of 100 lost do not, and p is about 2/1024."""
    one, ten = paired([1] * 100, [0] + [1] * 99), paired([1] * 100, [0] * 10 + [1] * 90)
    assert one is not None
    assert ten is not None
    assert one.high == 0
    assert ten.high < 0
    assert ten.p == 2 / 1024
    assert paired([1] * 100, [0] * 20 + [1] * 80).p < 0.001  # type: ignore[union-attr]


def test_a_new_measure_is_called_by_its_name_until_it_has_a_text():
    """Its function and its line are all that it takes."""
    assert Metric("brevity").label == "brevity"
    assert Metric("correct").label == message("cs.m.correct")
