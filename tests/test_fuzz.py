"""Whatever is sent: a reason in one line or an answer that holds, never a fault. ``DAFU_FUZZ`` asks for more examples.

What a longer run found stays here as an example.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.cli.options import read_batch
from assistant.conversation import turns
from assistant.draft.requests import read_suggestion
from assistant.llm.partial import elements, whole
from assistant.question import behind, parts, read_question
from assistant.reading.model import ModelReader
from assistant.reading.words import WordReader
from assistant.records import Records
from assistant.settings import load_settings
from assistant.verify import Context, RuleVerifier
from assistant.web import Surroundings, build_app
from corpus import read_document
from corpus.errors import DafuError, GenerationError, InputError
from corpus.formats.parser import Limits
from corpus.formats.process import ParserProcess
from corpus.metadata import front_matter, metadata_of
from corpus.parse import parse_text
from corpus.structure import blocks
from index import StaticRetriever
from index.chunk import chunk
from tests.fakes.encoder import HashEncoder
from tests.formats.malformed import Good, repacked

MORE = int(os.environ.get("DAFU_FUZZ", "0"))


def few(examples: int) -> settings:
    """The same examples each time, or as many further ones as are asked for."""
    return settings(
        max_examples=MORE or examples,
        derandomize=not MORE,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


# Words as they stand in papers, and what no paper holds
WORDS = (
    "福田区 2025年 第三条 一、 （二） 1. ① 3.5% 12亿元 共10条 附件1 ： ； 。 ？ 以及 不 未涉及 哪些 "
    "〔2023〕 号 至 - ０ Ａ [1] 《 》 建议 办法"
)
ODD = "\n|\n\n|\t|\u3000|\u200b|\u202e|\ufeff|\x00|\ud800|😀|---|#|<b>|&amp;|```"
PIECES = st.sampled_from([*WORDS.split(" "), *ODD.split("|"), "|"])
TEXT = st.lists(PIECES | st.text(max_size=8) | st.integers().map(str), max_size=40).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@contextmanager
def told() -> Iterator[None]:
    """What happens inside may end with a reason for people, in one line."""
    try:
        yield
    except DafuError as reason:
        if "\n" in str(reason) or not str(reason):
            pytest.fail(repr(reason))


# Files


@st.composite
def spoilt(draw: st.DrawFn, content: bytes) -> bytes:
    """A file with bytes changed, left out, doubled or put in."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.sampled_from([1, 2, 7, 64, 999]))
        new = draw(st.binary(max_size=8))
        data[at : at + draw(st.sampled_from([0, len(new), length]))] = new * draw(st.sampled_from([1, 1, 40]))
    return bytes(data)


@pytest.fixture(scope="module")
def process() -> Iterator[ParserProcess]:
    with ParserProcess(Limits(seconds=20, cells=50_000)) as one:
        yield one


def taken_in(path: Path, content: bytes, process: ParserProcess) -> None:
    """It is refused in one line, or its places are in its text."""
    path.write_bytes(content)
    with told():
        document = read_document(path, path.parent, process)
        document.text.encode()
        for block in blocks(document):
            assert 0 <= block.start < block.end <= len(document.text)
        assert all(document.text[one.start : one.end].strip() for one in chunk(document))


@pytest.mark.parametrize("kind", ["txt", "md", "html", "csv", "pdf", "docx", "xlsx"])
def test_a_file_is_read_or_refused(kind, tmp_path, process):
    """Changed bytes of a sound one; of an archive also bytes of its members."""
    good = Good()
    content = {"txt": good.text.encode(), "md": good.markdown}.get(kind) or getattr(good, kind)

    @few(12)
    @given(st.data())
    def spoil(data: st.DataObject) -> None:
        made = data.draw(spoilt(content))
        if kind in {"docx", "xlsx"} and data.draw(st.booleans()):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = sorted(name for name in archive.namelist() if name.endswith(".xml"))
                name = data.draw(st.sampled_from(names))
                made = repacked(content, {name: data.draw(spoilt(archive.read(name)))})
        taken_in(tmp_path / f"a.{kind}", made, process)

    spoil()


@few(40)
@given(TEXT)
@example("#")
@example("\ud800")
@example("一、甲\n\n##\n\n乙。")
@example("---\n? :\n---\n")
@example("---\ntitle: [[[\n---\n一、")
def test_a_text_is_cut_into_places(text):
    """Blocks and chunks are slices in order; a suggestion is split or refused."""
    with told():
        document = parse_text(text, "a.md")
        found = list(blocks(document))
        assert all(0 <= one.start < one.end <= len(document.text) for one in found)
        assert [one.start for one in found] == sorted(one.start for one in found)
        for one in chunk(document):
            assert document.text[one.start : one.end].strip()
    with told():
        read_suggestion(text)


@few(40)
@given(st.dictionaries(st.text(max_size=10) | st.sampled_from(["title", "issued", "supersedes", "access"]), JSON), TEXT)
def test_what_a_file_says_of_itself_is_metadata_or_refused(declared, text):
    """Front matter of any shape."""
    with told():
        metadata_of(text, [declared], {}, "a")
    with told():
        front_matter(f"---\n{text}\n---\n", "a.md")


# Questions


@pytest.fixture(scope="module")
def retriever() -> StaticRetriever:
    lines = (
        "渔业补贴办法",
        "一、标准",
        "每亩补贴300元，共3项：",
        "（一）东镇；",
        "（二）西镇2025年补贴12万元；",
        "（三）南镇。",
    )
    paper = "\n\n".join(lines) + "\n"
    return StaticRetriever([paper, "| 镇 | 亩 |\n| --- | --- |\n| 东镇 | 300 |\n"], HashEncoder())


@few(40)
@given(TEXT, st.lists(TEXT, max_size=3))
@example("\u3000", ["\x00"])
@example("第9999999999999999999999年的第三条是什么？", [])
def test_a_question_is_answered_or_refused(retriever, question, history):
    """Every citation is a slice of its document; the parts of a question are parts of it."""
    read_question(question)
    behind(question, history)
    assert all(parts(question)) or not question.strip()
    with told():
        answer = Assistant(retriever, reader=WordReader()).ask(question, history)
        for cited in answer.citations:
            assert cited.source.text[cited.quote.start : cited.quote.end] == cited.quote.text
        json.dumps(answer.to_dict())


@few(40)
@given(JSON)
def test_what_a_model_reads_is_checked(retriever, replied):
    """A reader's numbers are those it was given, or the other reader reads."""

    class Model:
        def complete_json(self, *_: object) -> object:
            if not isinstance(replied, dict):
                raise GenerationError("no object")
            return replied

    hits = retriever.search("东镇补贴多少？", 5)
    reading = ModelReader(Model(), WordReader()).read("东镇补贴多少？", [], hits)
    assert 0 <= reading.answers <= 1
    assert all(0 <= one.sure <= 1 for one in reading.units)


@few(60)
@given(
    st.lists(st.text(max_size=30) | st.sampled_from(['{"sentences": [', '{"text": "', '"}', "]", "}", ","]), max_size=9)
)
def test_what_a_model_writes_is_objects_or_refused(pieces):
    """In any pieces."""
    for read in (lambda: list(elements(iter(pieces), "sentences")), lambda: [whole("".join(pieces))]):
        with told():
            assert all(isinstance(one, dict) for one in read())


# Proof

SAID = st.lists(PIECES | st.sampled_from(["每亩", "补贴", "300元", "三百元", "301元", "东镇"]), max_size=12).map(
    "".join
)


@few(60)
@given(SAID, st.lists(SAID, max_size=3), TEXT)
@example("\u200b", ["\u200b"], "")
@example("\ud800", [], "")
@example("补贴\ud800", ["补贴\ud800。"], "")
@example("每亩补贴301元", ["每亩补贴300元。"], "")
def test_what_no_quote_states_is_not_proved(said, quotes, title):
    """No number is proved that no quote has; a finding is a place in what was said."""
    verdict = RuleVerifier().verify(said, quotes, Context(texts=(title,), year=2025))
    if verdict.supported:
        assert not ("301" in said and "301" not in "".join(quotes))
    for finding in verdict.findings:
        assert 0 <= finding.start <= finding.end
    assert verdict.supported != bool(verdict.findings)


# Bodies, batches, settings


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, retriever: StaticRetriever) -> Iterator[TestClient]:
    answers = Assistant(retriever, reader=WordReader())
    around = Surroundings(answers=lambda _: answers, records=Records.open(tmp_path_factory.mktemp("home")))
    with TestClient(build_app(around, ()), base_url="http://127.0.0.1", raise_server_exceptions=False) as one:
        yield one


BODY = st.fixed_dictionaries(
    {}, optional={"question": TEXT | JSON, "history": st.lists(JSON, max_size=3) | JSON, "k": JSON, "data": JSON}
)


@few(40)
@given(
    st.sampled_from(["/api/ask", "/api/search", "/gradio_api/queue/join", "/gradio_api/cancel", "/ui/export/x.md"]),
    BODY,
)
def test_a_body_is_no_fault_of_the_server(browser, path, body):
    """Whatever it holds: an answer, or 4xx with a reason."""
    try:
        content = json.dumps(body).encode()
    except ValueError:
        return
    answered = browser.post(path, content=content, headers={"Content-Type": "application/json"})
    assert answered.status_code < 500, (body, answered.text)
    answered.json()


@few(30)
@given(st.lists(JSON.map(json.dumps) | TEXT, max_size=4))
def test_a_batch_is_read_or_refused_by_its_line(tmp_path_factory, lines):
    """And so is a history."""
    path = tmp_path_factory.mktemp("batch") / "b.jsonl"
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    with told():
        read_batch(path)


@few(30)
@given(st.lists(JSON, max_size=3), TEXT)
def test_a_history_and_settings_are_read_or_refused(tmp_path_factory, history, text):
    """One line, that names the cure."""
    home = tmp_path_factory.mktemp("home")
    (home / "settings.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    with told():
        turns(history)
    try:
        load_settings({"home": home}, {})
    except InputError as reason:  # pydantic's words may take several lines; the command line joins them
        if not str(reason):
            pytest.fail("no reason")
