"""The verifier holds its bars on the half of the committed perturbation set that nothing was tuned on."""

import random
from pathlib import Path

import pytest

import evals.perturb
from assistant.verify import RuleVerifier
from evals.perturb import errors, forms
from evals.perturb.build import Told, build
from evals.perturb.cases import UNTOUCHED, Source, document_sources, read_cases, read_rows
from evals.perturb.measure import Share, failed, pooled

CASES = Path(evals.perturb.__file__).parent / "cases.jsonl"
BARS = {"number": 0.99, "unit": 0.99, "year": 0.99, "name": 0.95, "negation": 0.95, "plan": 0.95, "swap": 0.95}


@pytest.fixture(scope="module")
def cases():
    return list(read_cases(CASES))


@pytest.fixture(scope="module")
def shares(cases):
    return failed((case for case in cases if case.half == "test"), RuleVerifier())


@pytest.mark.parametrize(("kind", "bar"), BARS.items())
def test_perturbed_claims_are_caught(shares, kind, bar):
    assert shares[kind].rate >= bar, f"{kind} {shares[kind]}"


def test_untouched_claims_pass(shares):
    share = pooled(shares, UNTOUCHED)
    assert share.rate <= 0.03, str(share)


def test_the_set_is_large_enough(cases):
    """600 perturbed and 300 untouched claims, 80 of each kind that a bar is set for, documents in one half only."""
    assert sum(not case.supported for case in cases) >= 600
    assert sum(case.supported for case in cases) >= 300
    for kind in set(BARS) - {"swap"}:
        assert sum(case.kind == kind for case in cases) >= 80, kind
    halves = {(case.document, case.half) for case in cases if case.kind != "paraphrase" and case.supported}
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
    assert list(errors.units("投入136亿元。", rng)) == ["投入136万元。"]
    assert list(errors.negations("数据没有来源。", rng)) == ["数据有来源。"]
    assert list(errors.directions("产值增长5%。", rng)) == ["产值下降5%。"]
    assert list(errors.swaps("甲10家、乙3家。", rng)) == ["甲3家、乙10家。"]
    assert list(errors.plans("福田已形成产业格局。", rng)) == ["福田将形成产业格局。"]
    (year,) = errors.years("2024年新增企业。", rng)
    assert year != "2024年新增企业。"


def test_forms_keep_the_meaning():
    assert next(forms.trimmed("一是建立机制；二是设立基金。")) == "建立机制；二是设立基金。"
    assert "产值一〇二四年" not in list(forms.renumbered("2024年产值1100亿元。"))
    assert "2024年产值1.1千亿元。" in list(forms.renumbered("2024年产值1100亿元。"))


def test_sentences_come_with_title_and_headings():
    found = [s for s in document_sources(Path("corpus/documents")) if "7.9%只是" in s.quote]
    assert found
    assert "五、口径说明" in found[0].context
