"""The verifier holds its bars on the half of the committed perturbation set that nothing was tuned on."""

import re
from collections import Counter

import pytest

from assistant.verify import RuleVerifier
from evals.metrics import share
from evals.perturb.measure import CASES, HOSTILE, UNTOUCHED, failed, pooled, read_cases, read_rows

KINDS = ("number", "unit", "year", "name", "negation", "direction", "plan", "swap", "unrelated", "misread")


@pytest.fixture(scope="module")
def cases():
    return list(read_cases(CASES))


@pytest.fixture(scope="module")
def outcomes(cases):
    return failed((case for case in cases if case.half == "test"), RuleVerifier())


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_fact_is_caught(outcomes, kind):
    assert share(outcomes[kind]).value >= 0.99, f"{kind} {share(outcomes[kind])}"


def test_wording_turned_against_itself_is_caught(outcomes):
    """Of all kinds at most one in two hundred passes."""
    caught = share(pooled(outcomes, HOSTILE))
    assert caught.value >= 0.995, str(caught)


def test_an_edit_of_the_closed_list_passes(outcomes):
    wrong = share(pooled(outcomes, UNTOUCHED))
    assert wrong.value <= 0.03, str(wrong)


HELD_OUT = frozenset({"roles", "spliced"})  # kinds that nothing is tuned on


def skeleton(claim: str) -> str:
    """A claim without its numbers: two of one kind that are alike but for these count once."""
    return re.sub(r"[\W\d〇零一二三四五六七八九十百千万亿]", "", claim)


def test_the_set_is_large_enough(cases):
    """A hundred of each kind, none like another; a document in one half only, the kinds held out in one too."""
    counts = Counter(case.kind for case in cases)
    for kind in (*HOSTILE, *UNTOUCHED, *KINDS):
        assert counts[kind] >= {"misread": 60}.get(kind, 100), (kind, counts[kind])
    assert len(
        {(case.kind, skeleton(case.claim)) for case in cases if case.kind not in {"paraphrase", "misread"}}
    ) == sum(counts[kind] for kind in set(counts) - {"paraphrase", "misread"})
    assert {case.half for case in cases if case.kind in HELD_OUT} == {"test"}
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
    found = share([True] * 90 + [False] * 10)
    assert str(found) == "0.900 [0.826, 0.945]"


def test_an_empty_share_is_an_error_not_a_zero():
    with pytest.raises(ValueError, match="n"):
        share([])
