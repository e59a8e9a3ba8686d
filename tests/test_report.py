"""The report shows what the run holds, escaped, and nothing from anywhere else."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from evals.charts import bars, histogram, trend
from evals.compare import compare
from evals.metrics import Estimate, Flaw
from evals.report import html, markdown
from evals.results import Run, point
from tests.fakes.mutations import mutations
from tests.fakes.toy_system import ToyAssistant, toy_cases, toy_run, toy_system


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return toy_run(tmp_path_factory.mktemp("run") / "a.jsonl")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Run:
    mutation = next(one for one in mutations(toy_cases()) if one.name == "ignore the year")
    return toy_run(tmp_path_factory.mktemp("run") / "b.jsonl", mutation.apply(ToyAssistant, toy_system()))


class Tags(HTMLParser):
    """Every tag in order, and which are still open at the end."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_self_contained(sound: Run, broken: Run):
    """Every tag is closed in order; no script, no picture, no style sheet, no address is fetched."""
    page = html(broken, reasons=("x",), compared=compare(sound, broken))
    tags = Tags(page)
    assert tags.open == []
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags.seen}
    assert not any({"src", "href"} & set(attributes) for _, attributes in tags.seen)
    assert not re.search(r"https?://|@import|url\(", page)


def test_wrong_cases_stand_with_question_answer_gold_and_evidence(broken: Run):
    """A case whose year was ignored: question, what was said, what should have been, the quote and its place."""
    page = html(broken)
    row = next(row for row in broken.rows if row.id == "year-0")
    citation = row.trace["answer"]["citations"][0]
    for text in (
        row.question,
        "资料没有写，却答了",
        "应答“资料未涉及”",
        citation["quote"],
        f"{citation['start']}–",
    ):
        assert text in page


def test_right_cases_are_not_listed(sound: Run):
    """A run without a fault lists no case, and says so."""
    assert "<article>" not in html(sound)
    assert markdown(sound).rstrip().endswith("无。")


def test_the_tables_hold_the_summary(broken: Run):
    """Refused is 8 of 16: the years are ignored, the names are not. The figure stands in page and Markdown."""
    refused = broken.summary()["refused"]
    assert refused is not None
    assert (refused.value, refused.n) == (0.5, 16)
    assert "不能答的没有答 <code>refused</code></td><td>0.500</td>" in html(broken)
    assert "| 不能答的没有答 | refused | 0.500 |" in markdown(broken)


def test_what_comes_from_outside_is_escaped(broken: Run):
    """A question, an answer, a finding and a version that hold HTML are shown, not obeyed, in page and Markdown."""
    evil = '<img src=x onerror="alert(1)">$subtitle'
    row = broken.rows[0]
    answer = {"text": evil, "claims": [{"text": evil}], "citations": [], "question": "a", "standalone_question": evil}
    case = {"nuggets": [{"vital": True, "forms": [evil]}], "gold": [{"document": evil, "quote": evil}], "note": evil}
    trace = {"case": case | {"history": [evil]}, "answer": answer, "hits": []}
    bad = replace(row, id=evil, question=evil, scores={"correct": 0.0}, findings=(Flaw("lacks", evil),), trace=trace)
    run = Run({"generator": evil, "documents": {evil: evil}}, (bad,))
    page = html(run, reasons=(evil,))
    assert not any(tag == "img" for tag, _ in Tags(page).seen)
    assert page.count("&lt;img") >= 10
    assert "<img" not in markdown(run, reasons=(evil,))


def test_a_case_that_did_not_run_is_listed_with_its_error(sound: Run):
    """Neither right nor wrong, but shown first."""
    failed = replace(
        sound.rows[0],
        scores={},
        unscored={"correct": "x"},
        error="TimeoutError: 60 s",
        findings=(Flaw("error", "60 s"),),
    )
    page = html(Run({}, (*sound.rows[1:], failed)))
    assert page.count("<article>") == 1
    assert "TimeoutError: 60 s" in page


def test_the_verdict_is_shown_when_there_is_one(sound: Run):
    """Reasons, none of them, or no gate at all."""
    assert "关卡未通过" in html(sound, reasons=("refused fell",))
    assert "关卡通过" in html(sound, reasons=())
    assert "关卡" not in html(sound)


def test_flips_are_listed(sound: Run, broken: Run):
    """All eight questions about another year went from right to wrong."""
    page, text = (show(broken, compared=compare(sound, broken)) for show in (html, markdown))
    assert "由对转错：8题" in page
    assert "Right in A, wrong in B: 8" in text


def test_bars_by_hand():
    """The bar area runs from 128.3 to 418.2: half of it ends at 273.2; the figure stands beside, its label escaped."""
    drawn = bars("t", {"甲<": Estimate(0.5, 0.25, 0.75, 4)})
    assert "273.2" in drawn
    assert ">0.500</text>" in drawn
    assert "甲&lt;" in drawn


def test_a_plot_takes_colours_and_fonts_from_its_page():
    """It has a name, and neither script, address, style sheet nor font of its own; twice the same is the same."""
    drawn = histogram("用时", [1, 2, 4, 10], "毫秒", bins=2)
    assert drawn.startswith("<svg ")
    assert 'role="img" aria-label="用时"' in drawn
    assert "var(--plot-mark)" in drawn
    assert not re.search(r"font-family|<style|url\(|http|#0[1-4]0[1-4]0[1-4]", drawn)
    assert drawn == histogram("用时", [1, 2, 4, 10], "毫秒", bins=2)
    assert histogram("t", [], "毫秒").startswith("<svg ")


def test_a_trend_writes_each_series_where_it_ends():
    """Two series that end together are written apart."""
    drawn = trend("t", ["a", "b"], {"x": [0.5, 1], "y": [0, 1]})
    places = re.findall(r'y="([\d.]+)"[^>]*>1\.000 [xy]<', drawn)
    assert len(places) == 2
    assert abs(float(places[0]) - float(places[1])) > 8


def test_earlier_runs_are_curves(sound: Run, broken: Run):
    """With an earlier run the page shows what became of refused (1.000, then 0.500); a single run has no curve."""
    page = html(broken, earlier=(point(sound, ()),))
    assert Tags(page).open == []
    assert "0.500 不能答的没有答" in page
    assert "历次" not in html(broken)
