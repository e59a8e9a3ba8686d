"""An Exchange as HTML: the question as a headline, sentences with their numbers, notes, a refusal, the foot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup, escape

from assistant.answer import Abstention, Answer, Citation, Claim, Note
from assistant.export import entry, plain, shown_quote
from assistant.locale import languages, message
from assistant.question import read_question
from assistant.records import REASONS, FrozenTurn, document_version
from assistant.review import marks_without, sentence_spans
from assistant.web.chat.evidence import chip, context
from assistant.web.chat.exporting import makes_pdf
from assistant.web.chat.scope import scope_line
from assistant.web.chat.source import dates, kind, paragraph_at
from assistant.web.chat.thread import Exchange, Part, StaffAnswer, by_column
from assistant.web.html import el, icon, labelled, language, placeholder, say
from assistant.web.known import recognised, spoken
from assistant.web.share import BUSY
from corpus import limits
from corpus.document import Metadata
from corpus.markers import leading_marker
from corpus.structure import blocks

_STEPS = (
    ("search", "st.search", "st.searching"),
    ("read", "st.read", "st.reading"),
    ("compose", "st.write", "st.writing"),
    ("check", "st.check", "st.checking"),
)
_TITLE_AND_DATE = re.compile(
    r"(?P<title>.+?)(?:[，,]?\s*[（(]?(?P<date>\d{4}(?:-\d\d){1,2})[）)]?|\s*[（(](?P<year>\d{4})[）)])?\s*[：:]"
)
_COUNTED = re.compile(r"(共?)\s*(\d+)\s*(项|条|个|家|款|点|处|份|类|种)")


def turn(exchange: Exchange, holdings: int = 0) -> Markup:
    """One question with its answer as far as it is known; ``holdings`` is the number of documents searched."""
    number = exchange.number
    return el(
        "article",
        _question(exchange),
        el("div", _rewritten(exchange), class_="rw", lang=language(exchange.standalone or exchange.question)),
        el("div", el("span", say("a"), class_="gl", aria_hidden="true"), _body(exchange, holdings), class_="a"),
        class_="turn",
        id=f"t{number}",
        data_t=number,
        data_id=exchange.turn,
        data_state=exchange.state,
        aria_labelledby=f"q{number}",
    )


def copied(answer: Answer) -> str:
    """The answer as plain text with its numbered quotes and its label, in the language of the question."""
    spoken = read_question(answer.question).language
    return plain(entry(answer, spoken), spoken)


def _question(exchange: Exchange) -> Markup:
    headline = el("h2", exchange.question, id=f"q{exchange.number}", lang=language(exchange.question))
    words = el("div", headline, scope_line(exchange.within)) if exchange.within else headline
    return el("div", el("span", say("q"), class_="gl", aria_hidden="true"), words, class_="q")


def _rewritten(exchange: Exchange) -> Markup | None:
    """The question as it was searched, when that differs from the one asked, and a form to correct it."""
    searched = exchange.standalone
    if not searched or _same(searched, exchange.question):
        return None
    told = el(
        "p",
        say("rw.as", class_="lab"),
        el("span", searched, class_="rwt"),
        el("button", say("rw.edit"), type="button", class_="lnk rwe"),
        class_="rwv",
    )
    field = el("input", value=searched, name="question", maxlength=str(limits.QUESTION), **labelled("rw.label"))
    send = el("button", say("rw.go"), type="submit", class_="btn sm")
    leave = el("button", say("cancel"), type="button", class_="btn quiet sm rwx")
    return told + el("form", field, send, leave, class_="rwf", hidden=True)


def _body(exchange: Exchange, holdings: int) -> Markup:
    return el(
        "div",
        el("div", *_parts(exchange), class_="parts", lang=language(exchange.answer.text if exchange.answer else "")),
        el("div", _strip(exchange, holdings), class_="stripbox", aria_hidden="true"),
        el("div", *by_staff(exchange), class_="staffbox"),
        el("div", _foot(exchange), class_="footbox"),
        class_="body",
    )


def _parts(exchange: Exchange) -> Iterator[Markup]:
    if exchange.error:
        yield _failed(exchange.error)
    if exchange.withheld:
        yield say("ans.withheld", tag="p", class_="notice")
    if exchange.unkept:
        more = el("button", say("ans.keep"), type="button", class_="lnk", data_do="keep")
        yield el("p", say("ans.unkept"), " ", more, class_="notice unkept", role="alert")
    answer = exchange.answer
    if answer is None:
        if exchange.state == "read" and exchange.found:
            near = el("ol", *(_nearest(exchange, one) for one in exchange.found), class_="near")
            yield el(
                "div", el("h4", say("no.near"), say("st.near.d", tag="small"), class_="minor"), near, class_="sofar"
            )
        return
    if answer.abstention is not None:
        yield _refusal(exchange, answer.abstention)
    numbered = {citation.n: citation for citation in answer.citations}
    before, columns, after = by_column(answer.parts)
    yield from _sentences(exchange, before, numbered)
    if columns:
        yield _side_by_side(exchange, columns, numbered)
    yield from _sentences(exchange, after, numbered)


def _sentences(exchange: Exchange, parts: Sequence[Part], numbered: Mapping[int, Citation]) -> Iterator[Markup]:
    """Notes and sentences in order, items of an enumeration as a list."""
    for listed, group in groupby(parts, key=lambda part: _is_item(part, numbered)):
        if listed:
            yield _items(exchange, tuple(group), numbered)
        else:
            yield from (_part(exchange, part, numbered) for part in group)


def _side_by_side(exchange: Exchange, columns: Sequence[Sequence[Claim]], numbered: Mapping[int, Citation]) -> Markup:
    """What documents of different dates say, each under its date; the latest of them is marked once all are there."""
    sources = [numbered[next(n for claim in claims for n in claim.citations)].source for claims in columns]
    stated = [_stated(source.metadata) for source in sources]
    latest = max(stated) if not exchange.running and len({*stated} - {""}) > 1 else None
    made = (
        el(
            "li",
            _column_head(source.metadata, latest=bool(date) and date == latest),
            *_sentences(exchange, claims, numbered),
            class_="latest" if date and date == latest else None,
        )
        for claims, source, date in zip(columns, sources, stated, strict=True)
    )
    return el("ol", *made, class_="cf")


def _column_head(meta: Metadata, *, latest: bool) -> Markup:
    when = dates(meta) or (say("ans.asof", meta.as_of) if meta.as_of else say("d.nodate"))
    newest = say("cf.latest", class_="tag ok") if latest else None
    digest = say("d.tag", class_="tag digest") if meta.is_digest else kind(meta)
    return el(
        "div",
        el("p", when, newest, class_="when"),
        el("h3", meta.title, lang="zh-Hans"),
        el("p", digest, class_="meta"),
        class_="cfh",
    )


def _failed(error: str) -> Markup:
    """What went wrong in the page's language; the line of the program is for whoever mends it."""
    if error == BUSY:
        return el("div", say("err.yours", tag="p"), class_="failed", role="alert")
    told = el("summary", say("err.detail"))
    detail = el("details", told, el("code", error, lang="en"), class_="detail")
    return el("div", say("err.fault", tag="p"), detail, class_="failed", role="alert")


def _is_item(part: Part, numbered: Mapping[int, Citation]) -> bool:
    """Whether a claim is an item of an enumeration: the quote it rests on is one, enumerator and all."""
    if not isinstance(part, Claim) or part.verdict == "unverified" or not part.citations:
        return False
    citation = numbered.get(part.citations[0])
    return citation is not None and any(
        block.marker and block.start == citation.quote.start for block in blocks(citation.source)
    )


def _items(exchange: Exchange, parts: Sequence[Part], numbered: Mapping[int, Citation]) -> Markup:
    """Items of an enumeration, with numbers of ours where a list was asked for and they have no enumerators left."""
    own = any(leading_marker(part.text) for part in parts)
    items = (el("li", _part(exchange, part, numbered)) for part in parts)
    return el("ol", *items, class_="items marked" if own else "items")


def _part(exchange: Exchange, part: Part, numbered: Mapping[int, Citation]) -> Markup:
    if isinstance(part, Note):
        return _note(part)
    if part.verdict == "unverified":
        tag = say("un", class_="tag un")
        return el("p", tag, _claim(exchange, part, numbered), class_="unv")
    return el("p", _claim(exchange, part, numbered))


def _claim(exchange: Exchange, claim: Claim, numbered: Mapping[int, Citation]) -> Markup:
    """A sentence with its numbers; its last three characters never part from them at the end of a line."""
    words = claim.text.strip()
    chips = [chip(exchange.number, numbered[n]) for n in claim.citations if n in numbered]
    kept = el("span", words[-3:], *chips, class_="nb")
    ns = " ".join(str(n) for n in claim.citations)
    dated = _dated(exchange, [numbered[n] for n in claim.citations if n in numbered])
    return el("span", words[:-3], kept, dated, class_="claim", data_ns=ns)


def _dated(exchange: Exchange, cited: Sequence[Citation]) -> Markup | None:
    """The date of what a sentence rests on, where an answer rests on documents of several dates and no line says so."""
    answer = exchange.answer
    if answer is None or any(isinstance(part, Note) and part.kind == "group" for part in answer.parts):
        return None
    if len({_stated(one.source.metadata) for one in answer.citations}) < 2:
        return None
    mine = {_stated(one.source.metadata) for one in cited} - {""}
    return el("small", *sorted(mine), class_="dt") if len(mine) == 1 else None


def _stated(meta: Metadata) -> str:
    """The date that a document gives itself; empty if none."""
    return meta.issued or meta.as_of


def _note(note: Note) -> Markup:
    if note.kind == "count" and _COUNTED.search(note.text):
        return _fact_box(note.text)
    if note.kind == "fallback":
        return say("err.model", tag="p", class_="note fallback")
    if note.kind == "conflict":
        return spoken(note.text, "p", class_="conflict")
    if note.kind == "group":
        return _group(note.text)
    if note.kind == "missing":
        return _open_part(note.text)
    return spoken(note.text, "p", class_=f"note {note.kind}" if note.kind.isalpha() else "note")


def _group(text: str) -> Markup:
    """Whose the next sentences are: the title, its date as a small mark."""
    found = _TITLE_AND_DATE.fullmatch(text)
    if found is None:
        return el("p", text, class_="note group", lang=language(text))
    stated = found["date"] or found["year"]
    date = el("small", stated, class_="dt") if stated else None
    return el("p", el("span", found["title"], lang="zh-Hans"), date, class_="note group")


def _open_part(text: str) -> Markup:
    """What the documents do not say of a question, and the way to ask that alone."""
    known = recognised(text)
    part = known[1][0] if known and known[1] else ""
    alone = el("button", say("open.alone"), type="button", class_="lnk", data_ask=part) if part else None
    return el("p", spoken(text), " ", alone, class_="note missing")


def _fact_box(text: str) -> Markup:
    """A count as a newspaper tells it: each number large, under it the words that say what it counts."""
    told = [clause for clause in re.split("[，。；,;]", text) if clause.strip()]
    counted = [clause for clause in told if _COUNTED.search(clause)]
    rest = "，".join(clause for clause in told if clause not in counted)
    facts = (_fact(clause, rest if clause is counted[-1] else "") for clause in counted)
    return el("div", *facts, class_="facts", role="group", aria_label=text)


def _fact(clause: str, rest: str) -> Markup:
    """A number with its words; ``rest`` is what else is to be said of it."""
    total, number, unit = _COUNTED.findall(clause)[0]
    label = _COUNTED.sub("", clause, count=1).strip("其中的")
    words = "，".join(filter(None, (label, rest))) or clause
    return el("div", el("p", total, el("b", number), unit, class_="big"), el("p", words))


def _refusal(exchange: Exchange, abstention: Abstention) -> Markup:
    nearest = [_nearest(exchange, citation) for citation in abstention.nearest]
    near = el("h4", say("no.near"), say("no.near.d", tag="small"), class_="minor") if nearest else None
    return el(
        "div",
        el("h3", say("no.h")),
        spoken(reason(abstention.detail), "p") if reason(abstention.detail) else say("no.none", tag="p"),
        near,
        el("ol", *nearest, class_="near") if nearest else None,
        _hand(exchange, rephrase=True),
        el(
            "p",
            say("sc.everywhere", tag="button", type="button", class_="lnk", data_ask=exchange.question, data_all="1"),
        )
        if exchange.within
        else None,
        el("div", class_="ways", hidden=True, aria_live="polite"),
        class_="no",
    )


def _hand(exchange: Exchange, *, rephrase: bool = False) -> Markup:
    """Handing a question to staff: the button and its form; once handed, that it was and how to take it back."""
    again = None
    if rephrase:
        again = el("button", say("no.re"), type="button", class_="btn sm re", aria_expanded="false")
    if exchange.handed is not None and exchange.handed.state == "open":
        note = say("no.said", exchange.handed.note, tag="p", class_="said") if exchange.handed.note else None
        undo = el("button", say("no.undo"), type="button", class_="lnk unhand", data_t=exchange.number)
        told = el("p", icon("check"), say("no.done"), undo)
        return el("div", told, _sent_along(exchange.handed.asked), note, class_="handed", role="status")
    if exchange.staff:
        return el("p", again, class_="row") if again else Markup("")
    offer = el("button", say("no.hand"), type="button", class_="btn sm pri hand", aria_expanded="false")
    place = f"note{exchange.number}"
    label = el("label", say("no.note"), for_=place)
    field = el("textarea", id=place, name="note", rows="2", maxlength="2000")
    send = el("button", say("no.send"), type="submit", class_="btn sm pri")
    leave = el("button", say("cancel"), type="button", class_="btn quiet sm formx")
    buttons = el("p", send, leave, class_="row")
    after = say("no.after", tag="p", class_="after")
    form = el("form", label, field, _along(exchange, "hand"), after, buttons, **_form("handf", exchange))
    return el("div", el("p", offer, again, class_="row"), form, class_="handbox")


def ways_of_asking(found: Sequence[tuple[str, str]]) -> Markup:
    """Questions near one that was refused, to be asked by a click, and the way to word one's own anew."""
    offered = (suggestion(question, title) for question, title in found)
    told = say("no.ways" if found else "no.ways.none", tag="p")
    own = el("button", say("no.own"), type="button", class_="lnk own")
    return told + (el("ul", *offered) if found else Markup("")) + el("p", own)


def further_questions(found: Sequence[tuple[str, str]]) -> Markup:
    """Questions beside one that was answered, each of which has an answer too."""
    told = say("rel.h" if found else "rel.none", tag="p")
    return told + el("ul", *(suggestion(question, title) for question, title in found)) if found else told


def suggestion(question: str, title: str) -> Markup:
    """A question that is asked by a click, and the title of the document that it comes from."""
    words = el("span", question, lang=language(question))
    told = el("small", title, lang="zh-Hans")
    return el("li", el("button", words, told, type="button", class_="sg", data_ask=question))


def _along(exchange: Exchange, form: str) -> Markup:
    """What goes to staff: this question alone, unless the asker chooses to send what was asked before it too."""
    earlier = exchange.number - 1
    apart = say("gv.along", tag="p", class_="after") if exchange.rests_on_given else None
    if not earlier:
        return apart or say("along.only", tag="p", class_="after")
    choices = (("this", say("along.this")), ("earlier", say("along.earlier", earlier)))
    name = f"{form}{exchange.number}"
    options = (
        el("label", el("input", type="radio", name="along", value=value, checked=value == "this"), told)
        for value, told in choices
    )
    return el("fieldset", say("along", tag="legend"), *options, apart, class_="along", id=f"along-{name}")


def _sent_along(asked: FrozenTurn) -> Markup:
    """What staff got, in words."""
    whole = "along.sent" if asked.answer else "along.sent.q"
    told = say("along.sent.n", len(asked.history)) if asked.history else say(whole)
    return el("p", told, class_="said")


def _form(name: str, exchange: Exchange) -> dict[str, object]:
    return {"class_": f"form {name}", "data_t": exchange.number, "hidden": True}


def reason(detail: str) -> str:
    """Why nothing was answered, without the 资料未涉及 that stands beside it as a heading."""
    for tag in languages():
        words = message("no.h", language=tag)
        detail = detail.removeprefix(words).lstrip("。. ")
    return detail


def _nearest(exchange: Exchange, citation: Citation) -> Markup:
    before, after = context(citation)
    words = el(
        "p", el("span", before, class_="cx"), shown_quote(citation), el("span", after, class_="cx"), class_="quote"
    )
    paragraph = paragraph_at(citation.source, citation.quote.start)
    place = say("ev.para", paragraph.number if paragraph else 0)
    number = chip(exchange.number, citation, near=True)
    return el("li", words, el("p", number, citation.source.metadata.title, place, class_="meta"))


def by_staff(exchange: Exchange) -> Iterator[Markup]:
    """What staff answered, each line with its numbers."""
    for one in exchange.by_staff:
        numbered = {citation.n: citation for citation in one.citations}
        lines = [
            el("p", *_staff_line(exchange.number, one, line, numbered))
            for line in one.text.splitlines()
            if line.strip()
        ]
        date = say("human.named", one.by, one.date) if one.by else say("human.by", one.date)
        by = el("p", icon("staff"), say("human", tag="b"), date, class_="by")
        if one.withdrawn:
            lines = [say("human.withdrawn", tag="p")]
        yield el("section", by, *lines, class_="human", lang=language(one.text), **labelled("human"))


def _staff_line(turn: int, one: StaffAnswer, line: str, numbered: Mapping[int, Citation]) -> Iterator[Markup]:
    """The sentences of a line; one that no quote bears out says so, as in any answer."""
    for start, end in sentence_spans(line):
        words = line[start:end]
        if " ".join(marks_without(words).split()) in one.unproved:
            yield say("un", class_="tag un")
        yield from _marked(turn, words, numbered)


def _marked(turn: int, line: str, numbered: Mapping[int, Citation]) -> Iterator[Markup]:
    """A line as a sentence whose marks are chips."""
    pieces = re.split(r"\[(\d+)\]", line)
    inner = [
        chip(turn, numbered[int(piece)])
        if at % 2 and int(piece) in numbered
        else escape(f"[{piece}]" if at % 2 else piece)
        for at, piece in enumerate(pieces)
    ]
    yield el("span", *inner, class_="claim")


def _strip(exchange: Exchange, holdings: int) -> Markup | None:
    """The three steps and what is being done; once all is done, nothing; a stopped answer says so."""
    if exchange.state == "stopped":
        told = "st.stopped" if exchange.answer and exchange.answer.claims else "st.left"
        return el("p", say(told), class_="strip sd")
    if not exchange.running:
        return None
    now = [state for state, *_ in _STEPS].index(exchange.state)
    steps = (_step(key, done=n < now, current=n == now) for n, (_, key, _) in enumerate(_STEPS))
    doing = el("p", say(_STEPS[now][2], tag="b"), _detail(exchange, holdings), class_="sd")
    return el("div", el("ol", *steps, class_="steps"), doing, class_="strip")


def _step(key: str, *, done: bool, current: bool) -> Markup:
    mark = icon("check") if done else el("i")
    return el("li", mark, say(key), class_="done" if done else "now" if current else None)


def _detail(exchange: Exchange, holdings: int) -> Markup | None:
    if exchange.state == "search":
        return say("st.searching.d", holdings) if holdings else None
    if exchange.state == "read":
        return say("st.ahead", exchange.ahead) if exchange.ahead else say("st.reading.d", len(exchange.found))
    if exchange.state == "compose":
        return say("st.writing.d") if exchange.found else None
    claims = exchange.answer.claims if exchange.answer else ()
    return say("st.checking.d", len(claims) + 1)


def _foot(exchange: Exchange) -> Markup | None:
    answer = exchange.answer
    if exchange.running:
        return None
    if answer is None or exchange.state == "failed":
        return el("footer", el("div", _again(exchange), class_="acts"), class_="af")
    asof = say("ans.asof", _as_of(answer)) if _as_of(answer) else None
    verdict = el("p", _verdict(answer.claims), asof, class_="vline")
    label = el(
        "p",
        el("i", "AI" if _label(answer) == "ai" else say("verbatim.mark"), aria_hidden="true"),
        say(_label(answer)),
        class_="ailabel",
    )
    unsure = any(claim.verdict != "supported" for claim in answer.claims)
    unsure = unsure or any(isinstance(part, Note) and part.kind in {"missing", "unsure"} for part in answer.parts)
    return el(
        "footer",
        verdict,
        label if answer.claims else None,
        _hand(exchange) if unsure else None,
        _actions(exchange, answer),
        el("div", class_="ways", hidden=True, aria_live="polite") if answer.abstention is None else None,
        _judgement(exchange),
        class_="af",
    )


def _as_of(answer: Answer) -> str:
    """The latest date that a cited document gives for what it says; empty if none of them gives one."""
    return max((citation.source.metadata.as_of for citation in answer.citations), default="")


def _label(answer: Answer) -> str:
    return "verbatim" if answer.generator == "extractive" else "ai"


def _verdict(claims: Sequence[Claim]) -> Markup | None:
    if not claims:
        return None
    supported = sum(claim.verdict == "supported" for claim in claims)
    if supported < len(claims):
        return el("span", icon("half"), say("ok.some", supported, len(claims) - supported), class_="vk am")
    told = say("ok.one") if supported == 1 else say("ok.all", supported)
    return el("span", icon("check"), told, class_="vk")


def _actions(exchange: Exchange, answer: Answer) -> Markup:
    count = len(exchange.cited)
    told = say("ev.n" if answer.abstention is None else "ev.near.n", count)  # what comes near is no evidence
    show = el("button", icon("book"), told, type="button", class_="btn quiet sm showev", data_t=exchange.number)
    copy = el(
        "button", icon("copy"), say("act.copy"), type="button", class_="btn quiet sm copy", data_copy=copied(answer)
    )
    how = el("details", el("summary", icon("how"), say("act.how"), class_="btn quiet sm"), _how(answer), class_="how")
    judge = (_judge(exchange, "up"), _judge(exchange, "down"))
    more = el("button", icon("find"), say("act.rel"), type="button", class_="btn quiet sm re", aria_expanded="false")
    related = more if answer.claims else None
    return el(
        "div", show if count else None, copy, _again(exchange), _export(exchange), *judge, related, how, class_="acts"
    )


def _again(exchange: Exchange) -> Markup:
    """Answering anew, for the last question only: those after it lean on what was answered."""
    return el(
        "button", icon("again"), say("act.again"), type="button", class_="btn quiet sm again", data_t=exchange.number
    )


def _export(exchange: Exchange) -> Markup:
    """The answer or the conversation as a file, or on paper; the script knows which conversation is open."""
    alone = [("act.word.1", "docx", exchange.turn), ("act.md.1", "md", exchange.turn)]
    if makes_pdf():
        alone.insert(1, ("act.pdf.1", "pdf", exchange.turn))
    files = [
        el("a", say(key), class_="file", href="#", data_kind=kind, data_turn=turn, download=True)
        for key, kind, turn in (*alone, ("act.word", "docx", None), ("act.md", "md", None))
    ]
    link = el("button", say("act.share"), type="button", class_="file", data_do="link", data_turn=exchange.turn)
    files.append(say("gv.share", tag="p", class_="meta") if exchange.rests_on_given else link)
    paper = say("act.print" if makes_pdf() else "act.print.pdf")
    files.append(el("button", paper, type="button", class_="file", data_do="print"))
    name = el("summary", icon("export"), say("act.export"), class_="btn quiet sm")
    return el("details", name, el("div", *files, class_="files"), class_="export")


def _judge(exchange: Exchange, verdict: str) -> Markup:
    given = exchange.judged is not None and exchange.judged.verdict == verdict
    return el(
        "button",
        icon(verdict),
        say(f"fb.{verdict}"),
        type="button",
        class_=f"btn quiet sm judge {verdict}",
        data_t=exchange.number,
        data_verdict=verdict,
        aria_pressed="true" if given else "false",
    )


def _judgement(exchange: Exchange) -> Markup:
    """What was said of the answer, with a way back; or the form for saying what is wrong with it."""
    if exchange.judged is not None:
        back = el("button", say("fb.back"), type="button", class_="lnk unjudge", data_t=exchange.number)
        return el("p", icon("check"), say("fb.thanks"), back, class_="thanks", role="status")
    reasons = (
        el("button", say(f"fb.{reason}"), type="button", class_="reason", data_reason=reason, aria_pressed="false")
        for reason in REASONS
    )
    field = el("textarea", name="text", rows="2", maxlength="2000", **labelled("fb.ph"), **placeholder("fb.ph"))
    send = el("button", say("fb.send"), type="submit", class_="btn sm pri")
    leave = el("button", say("cancel"), type="button", class_="btn quiet sm formx")
    chosen = el("div", *reasons, class_="reasons", role="group", **labelled("fb.q"))
    question, along = say("fb.q", tag="p", class_="fbq"), _along(exchange, "judge")
    return el("form", question, chosen, field, along, el("p", send, leave, class_="row"), **_form("fbf", exchange))


def _how(answer: Answer) -> Markup:
    by = say("how.by.x") if answer.generator == "extractive" else escape(answer.generator)
    rows: list[tuple[str, Markup]] = [
        ("how.as", el("span", answer.standalone_question or answer.question, lang=language(answer.question))),
        ("how.by", by),
        ("how.check", say("how.check.d")),
    ]
    if answer.as_of:
        rows.append(("how.date", escape(answer.as_of)))
    if answer.citations:
        rows.append(("how.versions", Markup("").join(_versions(answer))))
    if answer.timings_ms:
        rows.append(("how.time", say("how.time.d", f"{sum(answer.timings_ms.values()) / 1000:.1f}")))
    return el("dl", *_terms(rows))


def _versions(answer: Answer) -> Iterator[Markup]:
    """Each cited document in the version that was cited."""
    for document in {citation.source.id: citation.source for citation in answer.citations}.values():
        yield el("span", document.metadata.title, el("code", document_version(document)), class_="ver", lang="zh-Hans")


def _terms(rows: Iterable[tuple[str, Markup]]) -> Iterator[Markup]:
    for key, value in rows:
        yield say(key, tag="dt")
        yield el("dd", value)


def _same(one: str, other: str) -> bool:
    """Whether two questions differ only in what nobody reads: spaces and the mark at the end."""
    return re.sub(r"[\s？?。.]", "", one) == re.sub(r"[\s？?。.]", "", other)
