"""One reply in every format: what the suites ask about it is answered alike, from the same words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import evals
from assistant import Assistant
from corpus import Document, read_document
from corpus.normalise import fold, join_lines
from index import StaticRetriever
from tests.formats import builders

pytestmark = pytest.mark.model

REPLY = Path(__file__).parents[1] / "corpus" / "documents" / "reply-20250021.txt"
SUITES = Path(evals.__file__).parent / "suites"
FORMATS = (".md", ".html", ".docx", ".pdf")


def questions() -> list[str]:
    """What the suites ask about the reply alone, and what no document answers, without an earlier question."""
    rows = [json.loads(line) for path in sorted(SUITES.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    about = [
        row["question"]
        for row in rows
        if not row["history"] and row["gold"] and {one["document"] for one in row["gold"]} == {REPLY.stem}
    ]
    refused = [row["question"] for row in rows if not row["history"] and not row["answerable"]]
    return [*about, *refused[::10]]


ALL = questions()
SAMPLE = ALL[:: max(1, len(ALL) // 6)]


@pytest.fixture(scope="module")
def assistant_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Assistant]:
    """The assistant over the reply alone, written in a format."""
    folder = tmp_path_factory.mktemp("reply")
    original = read_document(REPLY, REPLY.parent)
    lines = builders.lines_of(original)

    @cache
    def over(suffix: str) -> Assistant:
        path = folder / f"reply-20250021{suffix}"
        if suffix == ".txt":
            shutil.copyfile(REPLY, path)
        else:
            builders.write(lines, path)
        return Assistant(StaticRetriever([read_document(path, folder)]))

    return over


def said(answering: Assistant, question: str) -> tuple[bool, list[str], list[str]]:
    """Whether it is answered, the claims, and the quoted words; without what formats set differently."""
    answer = answering.ask(question)
    claims = [_plain(one.text) for one in answer.claims]
    return answer.answered, claims, [_plain(one.quote.text) for one in answer.citations]


def _plain(text: str) -> str:
    return "".join(fold(join_lines(text)).split())


def check(assistant_of: Callable[[str], Assistant], suffix: str, asked: list[str]) -> None:
    for question in asked:
        assert said(assistant_of(suffix), question) == said(assistant_of(".txt"), question), question


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_sample_of_the_suites_is_answered_alike(assistant_of: Callable[[str], Assistant], suffix: str):
    assert len(SAMPLE) >= 6
    check(assistant_of, suffix, SAMPLE)


@pytest.mark.full
@pytest.mark.parametrize("suffix", FORMATS)
def test_all_that_the_suites_ask_about_the_reply_is_answered_alike(
    assistant_of: Callable[[str], Assistant], suffix: str
):
    assert len(ALL) >= 50
    check(assistant_of, suffix, ALL)


@pytest.mark.full
def test_quotes_of_the_pdf_name_the_page_that_they_stand_on(assistant_of: Callable[[str], Assistant], tmp_path: Path):
    """Every quote's first words are among those that the writer put on that page."""
    pages = builders.portable(builders.lines_of(read_document(REPLY, REPLY.parent)), tmp_path / "reply.pdf")
    for question in ALL:
        for one in assistant_of(".pdf").ask(question).citations:
            assert one.page is not None
            begins = "".join(one.quote.text.split())[:8]
            assert begins in "".join(pages[one.page - 1].split()), (question, one.page)


def test_the_document_is_the_same_one(assistant_of: Callable[[str], Assistant]):
    """So that the comparison is of the same thing: title, number of the suggestion, date, addressees."""
    documents: list[Document] = []
    for suffix in (".txt", *FORMATS):
        found = assistant_of(suffix).document("reply-20250021")
        assert found is not None
        documents.append(found)
    for field in ("title", "kind", "suggestion", "issued", "issuer", "addressees"):
        assert len({getattr(one.metadata, field) for one in documents}) == 1, field
