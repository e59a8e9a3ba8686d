"""The suites measure what they say: gold is verbatim, nuggets are provable, and no question echoes its document."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import opencc
import pytest

from corpus.errors import InputError
from evals.suite import Case, GoldQuote, Nugget, case_to_dict, load, load_suite, parse_case, suite_names

DOCUMENTS = Path(__file__).parent.parent / "corpus" / "documents"
LEAST = {
    "number": 30,
    "plan": 30,
    "list": 30,
    "entity": 15,
    "date": 15,
    "table": 15,
    "cross_document": 15,
    "conflict": 15,
    "colloquial": 15,
    "traditional": 15,
    "english": 15,
    "follow_up": 40,
    "false_premise": 15,
    "injection": 20,
    "unanswerable": 60,
}
MOST_SHARED = 6  # characters a question may share with any document in one run, names and terms aside
MEAN_SHARED = 4.0  # and on average over all cases; four characters are one more name in Chinese

# Names and terms longer than that, without which nobody could ask the question.
TERMS = (
    "战新产业增加值",
    "知识产权证券化",
    "外商服务站网络",
    "深圳数据交易所",
    "科学园深圳分园",
    "深圳国际量子研究院",
)


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    return tuple(case for name in suite_names() for case in load(name))


@pytest.fixture(scope="module")
def documents() -> dict[str, str]:
    return {path.stem: path.read_bytes().decode("utf-8") for path in DOCUMENTS.iterdir()}


def joined(text: str) -> str:
    """Text with its compatibility forms folded and its lines and spaces joined."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def body(text: str) -> str:
    """A document without its front matter."""
    return text.split("\n---\n", 1)[1] if text.startswith("---\n") else text


def bare(text: str) -> str:
    """Text cut at quoted names, digits and terms, each cut leaving a mark that matches nothing."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub("《[^》]*》|“[^”]*”|「[^」]*」", "\n", text)
    for term in TERMS:
        text = text.replace(term, "\n")
    return re.sub(r"[\d.,]+|[^\w]+", "\n", text)


def longest_shared(a: str, b: str) -> str:
    """The longest run of characters that stands in both texts and holds no cut."""
    best = ""
    for i in range(len(a)):
        while len(run := a[i : i + len(best) + 1]) > len(best) and "\n" not in run and run in b:
            best = run
    return best


def shared(question: str, texts: Iterable[str]) -> str:
    """The longest wording that a question has in common with one of the bare texts."""
    asked = bare(question)
    return max((longest_shared(asked, text) for text in texts), key=len, default="")


def test_the_measure_of_overlap_counts_wording_and_not_names() -> None:
    """By hand: the number splits 海关总署推出 (6) from 条专项措施 (5); a title and a term count for nothing."""
    assert longest_shared(bare("海关总署推出10条专项措施"), bare("海关总署推出10条专项措施，优先")) == "海关总署推出"
    assert longest_shared(bare("推出20条专项措施"), bare("海关总署推出10条专项措施")) == "条专项措施"
    assert longest_shared(bare("《甲乙丙丁》怎样"), bare("《甲乙丙丁》怎么")) == "怎"
    assert longest_shared(bare("深圳数据交易所在哪"), bare("依托深圳数据交易所")) == ""
    assert shared("「甲乙」与开幕礼", ["\n开幕", "的开幕礼"]) == "开幕礼"


def test_every_kind_has_its_share(cases: tuple[Case, ...]) -> None:
    """At least 260 cases, and each kind as often as the evals promise."""
    counts: Counter[str] = Counter(case.kind for case in cases)
    assert {kind: counts[kind] for kind, least in LEAST.items() if counts[kind] < least} == {}
    assert set(counts) == set(LEAST)
    assert len(cases) >= 260


def test_ids_and_questions_are_unique_over_all_suites(cases: tuple[Case, ...]) -> None:
    """No id and no question (folded, without punctuation) occurs twice, so that no fact is counted twice."""
    ids = Counter(case.id for case in cases)
    questions = Counter(re.sub(r"\W+", "", joined(case.question)).lower() for case in cases)
    assert [key for key, count in (ids + questions).items() if count > 1] == []


def test_every_gold_quote_is_a_slice_of_the_body(cases: tuple[Case, ...], documents: dict[str, str]) -> None:
    """An edited document breaks the suite here; front matter is never quoted."""
    wrong = [(c.id, g.quote) for c in cases for g in c.gold if g.quote not in body(documents.get(g.document, ""))]
    assert wrong == []


def test_every_document_is_asked_about(cases: tuple[Case, ...], documents: dict[str, str]) -> None:
    """No document of the repository is left without a case."""
    assert {gold.document for case in cases if case.answerable for gold in case.gold} == set(documents)


def test_gold_proves_every_vital_nugget(cases: tuple[Case, ...]) -> None:
    """What a right answer must hold stands in its gold; an English answer may word it in English as well."""
    for case in cases:
        gold = joined("".join(quote.quote for quote in case.gold))
        unproved = [n.forms for n in case.vital if not any(joined(form) in gold for form in n.forms)]
        assert case.kind == "english" or unproved == [], case.id


def test_answerable_means_gold_and_vital_nuggets(cases: tuple[Case, ...]) -> None:
    """An answerable case says what is right and why; any other demands nothing but an abstention."""
    assert [c.id for c in cases if c.answerable and not (c.gold and c.vital)] == []
    assert [c.id for c in cases if not c.answerable and c.vital] == []
    assert [c.id for c in cases if c.kind == "unanswerable" and c.answerable] == []


def test_no_right_answer_is_forbidden(cases: tuple[Case, ...]) -> None:
    """A quoting answer repeats its gold, so no must-not string may stand in it."""
    for case in cases:
        gold = "\n".join(joined(quote.quote) for quote in case.gold)
        assert [text for text in case.must_not if joined(text) in gold] == [], case.id


def test_every_case_says_why_it_is_there(cases: tuple[Case, ...]) -> None:
    """A failing case is read by a person: each has a note."""
    assert [case.id for case in cases if not case.note] == []


def test_kinds_are_what_they_are_called(cases: tuple[Case, ...]) -> None:
    """Only follow-ups (all) and injections have a history; English has no Chinese, Traditional is Traditional."""
    to_simplified = opencc.OpenCC("t2s")
    assert [c.id for c in cases if c.kind == "follow_up" and not c.history] == []
    assert [c.id for c in cases if c.history and c.kind not in {"follow_up", "injection"}] == []
    assert [c.id for c in cases if c.kind == "english" and re.search(r"[\u4e00-\u9fff]", c.question)] == []
    same = [c.id for c in cases if c.kind == "traditional" and to_simplified.convert(c.question) == c.question]
    assert same == []
    assert [c.id for c in cases if c.kind == "injection" and not c.must_not] == []


def test_a_planted_value_stands_in_the_question_of_an_answerable_injection(cases: tuple[Case, ...]) -> None:
    """The string that must not come back is the one that the attacker put in the question or the history."""
    for case in cases:
        if case.kind == "injection" and case.answerable:
            said = json.dumps([case.question, *case_to_dict(case)["history"]], ensure_ascii=False)
            said = re.sub(r"[\u200b-\u200f]", "", joined(said))
            assert all(joined(text) in said for text in case.must_not), case.id


def test_questions_are_in_a_representatives_own_words(cases: tuple[Case, ...], documents: dict[str, str]) -> None:
    """Beyond names, terms and digits no question repeats more than 6 characters of any document in a row."""
    texts = [bare(body(text)) for text in documents.values()]
    to_simplified = opencc.OpenCC("t2s")
    runs = {case.id: shared(to_simplified.convert(case.question), texts) for case in cases}
    assert {key: run for key, run in runs.items() if len(run) > MOST_SHARED} == {}
    assert sum(map(len, runs.values())) / len(runs) <= MEAN_SHARED


def test_a_row_survives_the_round_trip(cases: tuple[Case, ...]) -> None:
    """What is written for a case is read back as the same case, history and optional parts included."""
    assert [parse_case(json.loads(json.dumps(case_to_dict(case)))) for case in cases] == list(cases)


GOOD = {
    "id": "a-1",
    "kind": "follow_up",
    "history": ["甲？", {"question": "乙？", "answer": "丙。"}],
    "question": "丁？",
    "answerable": True,
    "nuggets": [{"vital": True, "forms": ["戊"]}],
    "gold": [{"document": "d", "quote": "戊\n己"}],
    "must_not": ["庚"],
    "note": "辛",
}


def test_a_row_becomes_a_case(tmp_path: Path) -> None:
    """Every field lands where it belongs; a blank line is no row."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(GOOD) + "\n\n", encoding="utf-8")
    expected = Case(
        id="a-1",
        kind="follow_up",
        question="丁？",
        answerable=True,
        history=("甲？", {"question": "乙？", "answer": "丙。"}),
        nuggets=(Nugget(vital=True, forms=("戊",)),),
        gold=(GoldQuote("d", "戊\n己"),),
        must_not=("庚",),
        note="辛",
    )
    assert load_suite(path) == (expected,)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"kind": "riddle"}, "kind: Input should be 'number'"),
        ({"question": " "}, "question: write a text"),
        ({"answerable": "yes"}, "answerable: Input should be a valid boolean"),
        ({"golden": []}, "unknown field 'golden'"),
        ({"nuggets": [{"vital": True, "forms": []}]}, "nuggets 0 forms: "),
        ({"nuggets": ["戊"]}, "nuggets 0: Input should be"),
        ({"gold": [{"document": "d"}]}, "gold 0 quote: Field required"),
        ({"history": [3]}, "history 0"),
        ({"must_not": "庚"}, "must_not: Input should be"),
    ],
)
def test_a_wrong_row_is_one_line_with_its_place(tmp_path: Path, change: dict[str, object], fault: str) -> None:
    """The error names file, line and field, in one line."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + json.dumps(GOOD | {"id": "a-2"} | change) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_suite(path)
    assert str(caught.value).startswith(f"{path}:2: {fault}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "fault"),
    [("{", "not JSON"), ("[]", "a row must be a JSON object"), (f"{json.dumps(GOOD)}\n" * 2, "the id 'a-1' is taken")],
)
def test_a_broken_file_is_one_line_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    """Damage at the level of lines and ids is located too."""
    path = tmp_path / "a.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(fault)):
        load_suite(path)


def test_a_suite_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A missing file, an empty file and an unknown name are errors with a cure, never an empty suite."""
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"none\.jsonl: cannot be read"):
        load_suite(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match=r"empty\.jsonl: no cases"):
        load_suite(tmp_path / "empty.jsonl")
    with pytest.raises(InputError, match=r"no suite 'none'; there are: .*facts"):
        load("none")
