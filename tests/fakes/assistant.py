"""A scripted assistant: real documents, fixed answers, and a history of what it was asked."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.answer import Abstention, Answer, Citation, Claim, Note
from assistant.assistant import check_question
from assistant.conversation import Progress, Turn
from corpus import Document, read_document
from corpus.markers import strip_marker
from corpus.structure import blocks

DOCUMENTS = Path(__file__).parents[2] / "corpus" / "documents"


def library(folder: Path = DOCUMENTS) -> dict[str, Document]:
    """Every document of a folder by its id."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".md", ".txt"})
    return {document.id: document for document in (read_document(path, folder) for path in paths)}


def cite(document: Document, n: int, words: str) -> Citation:
    """A citation of the place where the words stand in the document."""
    start = document.text.index(words)
    inside = [block for block in blocks(document) if block.start <= start < block.end]
    heading = inside[-1].heading if inside else ()
    return Citation(n, document.quote(start, start + len(words)), document, heading)


@dataclass
class FakeAssistant:
    """Answers each scripted question in steps; any other is refused. ``asked`` is its history."""

    documents: Mapping[str, Document]
    script: Mapping[str, Answer]
    pause: float = 0.0
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        return replace(self._answer(question), question=question)

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Progress | Answer]:
        answer = self.ask(check_question(question), history)
        nearest = answer.abstention.nearest if answer.abstention else ()
        yield Progress("search")
        self._wait()
        if nearest:
            yield Progress("read", answer.standalone_question, nearest)
            self._wait()
        yield Progress("compose", answer.standalone_question, (answer.citations or nearest) + self._spare(answer))
        self._wait()
        yield Progress("check", answer.standalone_question, (answer.citations or nearest) + self._spare(answer))
        for shown in range(1, len(answer.parts)):
            yield replace(answer, parts=answer.parts[:shown])
            self._wait()
        yield answer

    def document(self, document: str) -> Document | None:
        return self.documents.get(document)

    def within(self, documents: Sequence[str]) -> FakeAssistant:
        """Knows what it cites of these documents alone."""
        some = {q: a for q, a in self.script.items() if {one.source.id for one in a.citations} <= set(documents)}
        return replace(self, script=some)

    def beside(self, documents: Sequence[Document]) -> FakeAssistant:
        """Knows the last sentence of each of these too, by its title."""
        script = {}
        for one in documents:
            last, question = blocks(one)[-1], f"{one.metadata.title}说了什么？"
            citation = Citation(1, one.quote(last.start, last.end), one, last.heading)
            script[question] = Answer(question, question, (Claim(citation.quote.text, (1,)),), (citation,))
        known = {**self.documents, **{one.id: one for one in documents}}
        return replace(self, documents=known, script={**self.script, **script})

    def _answer(self, question: str) -> Answer:
        for known, answer in self.script.items():
            if question in (known, answer.standalone_question):
                return answer
        return refusal(question, self.documents)

    def _spare(self, answer: Answer) -> tuple[Citation, ...]:
        if answer.abstention:
            return ()
        plan = self.documents.get("hetao-progress")
        if plan is None:
            return ()
        block = next(block for block in blocks(plan) if block.kind != "heading")
        return (Citation(99, plan.quote(block.start, block.end), plan, block.heading),)

    def _wait(self) -> None:
        if self.pause:
            time.sleep(self.pause)


def refusal(question: str, documents: Mapping[str, Document]) -> Answer:
    """Not covered, with two passages that come near."""
    nearest = (
        cite(documents["futian-economy"], 1, "6000亿元是2025年报道时的全年预计"),
        cite(documents["futian-economy"], 2, "2024年，全市GDP为3.68万亿元，增长5.8%。"),
    )
    abstention = Abstention("not_covered", "福田区2024年GDP的精确数，现有资料没有收录。", nearest)
    return Answer(question, question, abstention=abstention, as_of="2026-02")


def scripted(pause: float = 0.0) -> FakeAssistant:
    """The assistant that the tests and the screenshots use."""
    documents = library()
    return FakeAssistant(documents, {a.question: a for a in (_measures(documents), _dates(documents))}, pause)


def _measures(documents: Mapping[str, Document]) -> Answer:
    reply, customs = documents["reply-20250021"], documents["hetao-customs-2024"]
    quotes = (
        (reply, "海关总署推出10条专项措施，对“白名单”机构生物制品、特殊物品优先办理卫生检疫审批，试点“一检通认”。"),
        (
            customs,
            "（一）集中申报（第一条）。符合条件的科研货物和研发产品可以合并起来集中申报，每月进出多少批不作限定。",
        ),
        (
            customs,
            "优先办理：已经拿到香港生物物质许可，并用于深港联合科研或关联科研的微生物、人体组织、生物制品、血液及其制品等，进出境时由海关优先办理卫生检疫审批。",
        ),
        (
            customs,
            "（三）差别化合格评定（第三条）。法定检验的工业品，如果是经香港进入监管区域、而且只在区内使用，经风险评估以后，可以按类别、分等级实施有差别的合格评定。",
        ),
        (
            customs,
            "（四）专人携带（第四条）。仪器、设备、器具、试剂、耗材、样品等科研货物及其研发产品，可以派专人随身带着从一号通道进出境；保税货物不适用。",
        ),
        (customs, "第五条及以后的内容没有读到，本摘编不作介绍，也不据此推断措施总数。"),
    )
    citations = tuple(cite(document, n, words) for n, (document, words) in enumerate(quotes, 1))
    claims = tuple(Claim(strip_marker(c.quote.text), (c.n,)) for c in citations)
    parts = (
        Note("count", "资料载明共10条，所收文件列出其中4条。"),
        claims[0],
        Note("group", "《海关支持河套深圳园区改革开放措施》（署贸函〔2024〕236号）摘编，2024-09-30："),
        *claims[1:5],
        claims[5],
    )
    question = "河套合作区的通关便利措施有哪些？"
    return Answer(question, question, parts, citations, as_of="2026-03", timings_ms={"search": 12, "evidence": 40})


def _dates(documents: Mapping[str, Document]) -> Answer:
    port, plan = documents["huanggang-port"], documents["hetao-plan-2023"]
    found = [
        block for block in blocks(port) if block.kind != "heading" and "2026年" in port.text[block.start : block.end]
    ]
    first = next(
        block for block in blocks(plan) if "皇岗口岸" in plan.text[block.start : block.end] and block.kind != "heading"
    )
    citations = (
        Citation(1, plan.quote(first.start, first.end), plan, first.heading),
        *(Citation(n, port.quote(b.start, b.end), port, b.heading) for n, b in enumerate(found[:2], 2)),
    )
    parts = (
        Note("conflict", "以下内容出自不同时间的资料，按资料并列，请注意各自的日期。"),
        Note("group", f"《{plan.metadata.title}》："),
        Claim(citations[0].quote.text.strip(), (1,)),
        Note("group", f"《{port.metadata.title}》："),
        *(Claim(c.quote.text.strip(), (c.n,)) for c in citations[1:]),
        Claim("预计当年国庆前后全面启用。", (3,), "unverified"),
    )
    return Answer(
        "那皇岗口岸呢？", "皇岗口岸什么时候建成启用？", parts, citations, generator="local/qwen2.5", as_of="2026-02"
    )
