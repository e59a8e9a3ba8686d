"""Questions that structure alone answers, asked of regulations by script.

Every article is asked for by its number, every enumeration (一)…(N) by its lead in three phrasings, rows of a table by
key and column; articles that are not there and laws that are not on file must not be answered. What is right is read
from the lines of the files, not by the project's own parser.
"""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.reading.structure import StructureReading, read_structure
from assistant.units import Unit
from index.hit import Hit

HITS = 30
_NUMBER = "[一二三四五六七八九十百千零]+"
_ARTICLE = re.compile(rf"^(第{_NUMBER}条(?:之{_NUMBER})?)(?=\s|$)")
_TITLED = re.compile(rf"^(?P<law>.+?)(?P<number>第{_NUMBER}条(?:之{_NUMBER})?)$")
_ITEM = re.compile(rf"^（({_NUMBER})）")
_NESTED = re.compile(r"^(?:\d{1,2}[.．、]|（\d{1,2}）)")
_LEAD = re.compile(
    r"(?P<before>.*)(?:下列|(?<![元年岁天日月时吨人分])以下)(?P<what>[\u4e00-\u9fff]{2,8}?)(?P<one>之一)?(?P<rest>的?(?:[，、（：].*|进行.*|予以.*|给予.*|[\u4e00-\u9fff].*)?)$"
)
_UNFINISHED = re.compile(
    "(?:[的因对将与向以把就为，、]|按照|依照|按|有)$"
)  # 按照下列规定: what follows cannot be left out
_IN_FORCE = re.compile(r"^(?:第\S+条\s+)?本[\u4e00-\u9fff]{1,8}自\d{4}年\d{1,2}月\d{1,2}日起(?:施行|实施)")
_SEED = 20250021
_REPORTED = 12


@dataclass(frozen=True, slots=True)
class Probe:
    """A question, what must come (nothing: no answer; ``absent``: that there is no such article), in which group."""

    group: str
    question: str
    expected: str = ""
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Law:
    """A regulation as the lines of its articles, by number as written."""

    title: str
    articles: dict[str, tuple[str, ...]]


def read_law(text: str) -> Law:
    """A regulation of a Markdown or text file: its first line is its title, chapters are headings."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines[1:]:
        begins = _ARTICLE.match(line)
        if begins:
            current = found.setdefault(begins.group(1), [])
        elif line.startswith("#"):
            current = None
        if current is not None:
            current.append(line)
    title = re.sub(r"^#\s*", "", lines[0])
    return Law(re.sub(r"\s", "", title), {number: tuple(lines) for number, lines in found.items()})


def article_cases(laws: Sequence[Law], limit: int) -> Iterator[Probe]:
    """Every article by its number, in turn in one of five phrasings; one that is not there; a law not on file."""
    forms = itertools.cycle(
        (
            "《{t}》{n}规定了什么？",
            "{t}{n}的内容是什么",
            "请问{t}{a}是怎么规定的？",
            "{t}{n}",
            "{n}讲了什么？我问的是《{t}》",
        )
    )
    cases = [
        Probe("article", form.format(t=law.title, n=number, a=_arabic(number)), "".join(lines))
        for law in laws
        for (number, lines), form in zip(law.articles.items(), forms, strict=False)
    ]
    yield from random.Random(_SEED).sample(cases, min(limit, len(cases)))
    for law in laws:
        yield Probe("absent article", f"《{law.title}》第三百九十九条之五规定了什么？", absent=True)
        yield Probe("law not on file", f"《齐云市{law.title[-6:]}》第三条规定了什么？")
        yield Probe("law not on file", f"齐云市{law.title[-6:]}第三条规定了什么？")


def _arabic(number: str) -> str:
    digits = {c: n for n, c in enumerate("零一二三四五六七八九")}
    total = current = 0
    for one in number[1 : number.index("条")]:
        if one in "十百千":
            total, current = total + (current or 1) * {"十": 10, "百": 100, "千": 1000}[one], 0
        else:
            current = digits[one]
    return f"第{total + current}条{number[number.index('条') + 1 :]}"


def list_cases(laws: Sequence[Law], limit: int) -> Iterator[Probe]:
    """Every enumeration by its lead in three phrasings, but for leads that introduce several in one law."""
    found = [(law, lead, items) for law in laws for lines in law.articles.values() for lead, items in _lists(lines)]
    often = Counter((law.title, _stem(lead)) for law, lead, _ in found)
    cases = [
        Probe(f"list: {form}", question, "".join(items))
        for law, lead, items in found
        if often[law.title, _stem(lead)] == 1
        for form, question in _asked(law.title, lead)
    ]
    yield from random.Random(_SEED).sample(cases, min(limit, len(cases)))


def _lists(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each line that ends in a colon with the items （一）…（N） just below it."""
    for at, line in enumerate(lines):
        first = _ITEM.match(lines[at + 1]) if at + 1 < len(lines) else None
        if line.endswith("：") and first and first.group(1) == "一":
            below = itertools.takewhile(lambda one: bool(_ITEM.match(one) or _NESTED.match(one)), lines[at + 1 :])
            items = list(below)
            again = next((n for n, one in enumerate(items[1:], start=1) if one.startswith("（一）")), len(items))
            yield line, items[:again]


def _stem(lead: str) -> str:
    sentence = re.split("(?<=。)", _ARTICLE.sub("", lead))[-1]
    return sentence.strip().rstrip("：").strip()


def _asked(title: str, lead: str) -> Iterator[tuple[str, str]]:
    stem = _stem(lead)
    if found := _LEAD.fullmatch(stem):
        before, what, rest = found["before"], found["what"], found["rest"].strip("，：的")
        yield "as it stands", f"《{title}》规定，{before}哪些{what}{rest}？"
        if rest and before.endswith("有"):  # 有下列情形之一的，处……
            yield "what alone", f"{title}里，什么{what}{rest}？"
            yield "listed", f"{title}列了哪些{what}，{rest}？"
        elif before and not _UNFINISHED.search(before):
            yield "what alone", f"{title}中，{before}的{what}包括什么？"
            yield "listed", f"请列出{title}里{before}的各项{what}"
        elif not before:
            yield "what alone", f"{title}中，{what}{rest}，这些{what}有几类？"
            yield "listed", f"请列出{title}里{rest}的各项{what}"
    else:
        words = re.sub("(?:是|为|包括|如下)$", "", stem)
        yield "as it stands", f"《{title}》规定，{words}包括哪些？"
        yield "what alone", f"{title}中，{words}是什么？"
        yield "listed", f"请列出{title}里{words}"


def date_cases(laws: Sequence[Law]) -> Iterator[Probe]:
    """From when each law is in force, where a line says so: that line's sentence, and the date."""
    forms = itertools.cycle(("《{t}》什么时候施行？", "{t}的施行日期是哪天", "请问{t}从哪天起施行"))
    for law in laws:
        lines = [line for some in law.articles.values() for line in some if _IN_FORCE.search(line)]
        if len(lines) == 1:
            sentence = next(one for one in re.split("(?<=。)", lines[0]) if _IN_FORCE.search(one))
            yield Probe("date of effect", next(forms).format(t=law.title), sentence.strip())


def row_cases(laws: Sequence[Law]) -> Iterator[Probe]:
    """A table of the laws themselves, one row each, asked by key and column."""
    for law in laws:
        row = table_row(law)
        for question in (
            f"{law.title}的条文数量是多少？",
            f"{law.title}附则所在条是第几个？",
            f"登记表里，{law.title}的首次登记编号",
        ):
            yield Probe("row", question, row)


def table_row(law: Law) -> str:
    """The row of a law in the table that ``row_cases`` asks for."""
    return f"| {law.title} | {len(law.articles)} | {list(law.articles)[-1]} | D{len(law.title)}{len(law.articles)} |"


def table(laws: Sequence[Law]) -> str:
    """The table as a Markdown document."""
    head = "# 地方性法规登记表\n\n| 名称 | 条文数量 | 附则所在条 | 首次登记编号 |\n| --- | --- | --- | --- |\n"
    return head + "\n".join(table_row(law) for law in laws) + "\n"


def is_right(case: Probe, reading: StructureReading | None) -> bool:
    """Whether exactly what must come has come, to the character but for white space."""
    if case.absent:
        return reading is not None and not reading.units and bool(reading.missing)
    if not case.expected:
        return reading is None
    if reading is None or (case.group == "article" and not reading.whole):
        return False
    units = reading.units[1:] if case.group.startswith("list") else reading.units
    return _plain("".join(_own(unit) for unit in units)) == _plain(case.expected)


def _own(unit: Unit) -> str:
    start, end = unit.spans[-1]
    return unit.source.text[start:end]


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def judge(cases: Sequence[Probe], search: Callable[[str], Sequence[Hit]]) -> dict[str, list[tuple[Probe, bool]]]:
    """Every case asked, by group."""
    found: dict[str, list[tuple[Probe, bool]]] = defaultdict(list)
    for case in cases:
        found[case.group].append((case, is_right(case, read_structure(case.question, search(case.question)))))
    return found


def prepare(home: Path, data: Path) -> tuple[list[Law], Path]:
    """The laws of a folder, written as the files of a source with a table of them."""
    source = home / "source"
    source.mkdir()
    laws = []
    for path in sorted(data.glob("*.md")):
        text = path.read_text("utf-8")
        laws.append(read_law(text))
        (source / path.name).write_text(text, "utf-8")
    (source / "table.md").write_text(table(laws), "utf-8")
    return laws, source
