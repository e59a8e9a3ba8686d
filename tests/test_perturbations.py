"""The verifier holds its bars on the half of the committed perturbation set that nothing was tuned on."""

import random
from collections import Counter
from pathlib import Path

import pytest

import evals.perturb
from assistant.verify import RuleVerifier
from evals.perturb import forms, wrong
from evals.perturb.build import UNTOUCHED, Source, Told, build, document_sources, list_sources, read_cases, read_rows
from evals.perturb.measure import Share, failed, pooled

CASES = Path(evals.perturb.__file__).parent / "cases.jsonl"
KINDS = ("number", "unit", "year", "name", "negation", "direction", "plan", "swap", "unrelated", "misread")


@pytest.fixture(scope="module")
def cases():
    return list(read_cases(CASES))


@pytest.fixture(scope="module")
def shares(cases):
    return failed((case for case in cases if case.half == "test"), RuleVerifier())


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_fact_is_caught(shares, kind):
    assert shares[kind].rate >= 0.99, f"{kind} {shares[kind]}"


def test_wording_turned_against_itself_is_caught(shares):
    """Of all kinds at most one in two hundred passes."""
    share = pooled(shares, (*wrong.CHANGES, *wrong.APART))
    assert share.rate >= 0.995, str(share)


def test_an_edit_of_the_closed_list_passes(shares):
    share = pooled(shares, UNTOUCHED)
    assert share.rate <= 0.03, str(share)


def test_the_set_is_large_enough(cases):
    """A hundred of each kind, none like another; a document in one half only, the kinds held out in one too."""
    counts = Counter(case.kind for case in cases)
    for kind in (*wrong.CHANGES, *wrong.APART, *UNTOUCHED, *KINDS):
        assert counts[kind] >= {"misread": 60}.get(kind, 100), (kind, counts[kind])
    assert len({(case.kind, case.skeleton) for case in cases if case.kind not in {"paraphrase", "misread"}}) == sum(
        counts[kind] for kind in set(counts) - {"paraphrase", "misread"}
    )
    assert {case.half for case in cases if case.kind in wrong.HELD_OUT} == {"test"}
    halves = {(case.document, case.half) for case in cases if case.kind in UNTOUCHED}
    assert len(halves) == len({document for document, _ in halves})


def test_a_model_told_many_of_the_paraphrases(cases):
    """At least 150 by the embedded model that a person read and found true; what was misread is kept as wrong."""
    rows = list(read_rows(CASES.with_name("paraphrases.jsonl")))
    by_model = [row for row in rows if row["by"] == "model"]
    assert sum("why" not in row for row in by_model) >= 150
    assert sum(case.kind == "misread" and not case.supported for case in cases) >= 60


def test_no_perturbed_claim_is_its_quote(cases):
    assert not [case for case in cases if not case.supported and case.claim in case.quotes]


def test_the_interval_is_wilsons():
    """90 of 100: (0.9 + 0.0192) / 1.0384 ± 1.96·√(0.0009 + 0.000096) / 1.0384 = 0.885 ± 0.060."""
    low, high = Share(90, 100).interval
    assert (round(low, 3), round(high, 3)) == (0.826, 0.945)


def test_an_empty_share_is_an_error_not_a_zero():
    with pytest.raises(ValueError, match="nothing was measured"):
        _ = Share(0, 0).rate


def test_building_twice_gives_the_same_set():
    sources = [Source("d", f"2024年新增{n}家企业，增长{n}%。") for n in range(20, 40)]
    told = [Told(sources[0], "2024年企业新增20家，增长20%。", "tune")]
    assert build(sources, told, 5) == build(sources, told, 5)


def test_errors_change_one_thing():
    rng = random.Random(1)
    assert list(wrong.units("投入136亿元。", rng)) == ["投入136万元。"]
    assert list(wrong.negations("数据没有来源。", rng)) == ["数据有来源。"]
    assert list(wrong.directions("产值增长5%。", rng)) == ["产值下降5%。"]
    assert list(wrong.swaps("甲10家、乙3家。", rng)) == ["甲3家、乙10家。"]
    assert list(wrong.swaps("三年以上七年以下，三日、五日。", rng)) == ["七年以上三年以下，三日、五日。"]
    assert list(wrong.plans("福田已形成产业格局。", rng)) == ["福田将形成产业格局。"]
    (year,) = wrong.years("2024年新增企业。", rng)
    assert year != "2024年新增企业。"


def told(form, text, *others):
    return list(form(text, random.Random(1), others))


def told_list(form, passage):
    return list(form(passage, random.Random(1)))


def test_forms_keep_the_meaning():
    assert told(forms.marked, "建立机制。")[0][0] == "建立机制。"
    assert "2024年产值1.1千亿元。" in [claim for claim, _ in told(forms.renumbered, "2024年产值1100亿元。")]
    ((part, whole),) = told(forms.parts, "市财政部门负责各项资金保障。", "市水务部门负责管网改造工作。")
    assert part.rstrip("。") in whole.rstrip("。").split("；")
    ((kept, three),) = told(forms.left_out, "甲已经完工。", "乙已经开工。", "丙已经停工。")
    assert set(kept.split("。")) <= set(three.split("。"))
    lists = [one.quote for one in list_sources(Path("corpus/documents"))]
    assert all("\n" in one for one in lists)


def test_hostile_changes_keep_the_words():
    """And say something else."""
    assert told(wrong.CHANGES["decided"], "代表建议增设站点。") == ["代表决定增设站点。"]
    assert told(wrong.exception, "除涉密项目外，均应公开。") == ["均应公开。"]
    assert told(wrong.roles, "市民政部门向申请人送达。".replace("民政部门", "人民政府")) == ["申请人向市人民政府送达。"]
    assert told(wrong.cut, "逾期的，处以罚款。")[0] in {"逾期的。处以罚款。", "逾期的；处以罚款。"}
    ((claim, quote),) = told(
        wrong.gap, "甲项目已经在去年年底完工。", "乙项目已经在去年年底开工。", "丙项目已经在去年年底停工。"
    )
    assert "乙项目" in quote
    assert "乙项目" not in claim
    ((claim, quote),) = told_list(wrong.items, "应当：\n\n（一）甲；\n\n（二）乙。")
    assert ("甲" in claim) is not ("乙" in claim)
    assert quote.endswith("（一）甲；\n\n（二）乙。")
    assert told(wrong.spliced, "甲，完工。", "乙，停工。") == ["甲，停工。"]
    assert all(one != "新增36家。" for one in told(wrong.hidden, "新增36家。"))


def test_sentences_come_with_title_and_headings():
    found = [s for s in document_sources(Path("corpus/documents")) if "7.9%只是" in s.quote]
    assert found
    assert "五、口径说明" in found[0].context
