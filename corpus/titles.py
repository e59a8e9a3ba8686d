"""How a document opens: the lines that are its title, and the lines below it that say who issued it and when.

A line too few in the title is still read as text; a line too many is text that nobody finds. So the title is its first
line, and goes on only where it is not complete: until it names what it is (通知, 答复, 名单).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.ceremony import REGISTER
from corpus.markers import leading_marker
from corpus.normalise import standing

Span = tuple[int, int]

DATE = (
    r"(?:\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|\d{4}[-./]\d{1,2}[-./]\d{1,2}|"
    r"[〇○零ＯO一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月(?:[一二三四五六七八九十]{1,3}日)?)"
)
ORGAN = (
    r"[\u4e00-\u9fff（）()、]{2,40}?"
    r"(?:政府|办公厅|办公室|委员会|常委会|局|部|厅|署|院|会|委|处|中心|集团|公司|大学|学院|街道办事处|管理处|法院|检察院)"
)
DOC_NO = r"[\u4e00-\u9fff]{1,12}[〔［\[【﹝（(]\s*\d{4}\s*[〕］\]】﹞）)]\s*(?:第)?\s*\d{1,5}\s*号"
# What stands beside a number on its line: 签发人：…, 办理结果：B类, （A类）.
_LABEL = r"[\u4e00-\u9fff](?:[ \u3000]?[\u4e00-\u9fff]){1,7}[ \u3000]?[：:][^\n：:〔［\[【﹝]{0,12}"
_REMARK = rf"(?:签发人[^\n]{{0,20}}|[（(【\[]?(?:{_LABEL}|[A-D]类?)[）)】\]]?)"
NUMBERED = rf"(?:{_REMARK}[ \t\u3000]+){{0,3}}(?P<no>{DOC_NO})(?:[ \t\u3000]+{_REMARK}){{0,3}}[ \t\u3000]*"

_LINES = 12  # at the top that are looked at
_CHARACTERS = 4_000
_LONGEST = 80
_MOST = 4  # lines of a title
_HEAD_LINE = re.compile(
    r"^(?:\d{6}|(?:绝密|机密|秘密)(?:★.*)?|内部(?:(?:资料|文件).{0,8})?|特\s*急|加\s*急|平\s*急|.*文\s*件|签发人.*|(?:[\u4e00-\u9fff]{2,6}[：:]\s*)?[（(]?[A-D]类?[）)]?|"
    rf"附\s*件\s*\d*\s*[：:]?|{DOC_NO}.*|(?:.{{0,12}}位置\s*[：:]?\s*)?首\s*页\s*[>＞»›/→|｜].*|[\W_]{{2,}})$"
)
# What a register, a form or minutes say above a title.
_REGISTER = re.compile(
    rf"^[【\[]?(?:{REGISTER}|姓\s*名|时\s*间|日\s*期|地\s*点|单\s*位|电\s*话|联\s*系\s*人|主\s*持\s*人?|出\s*席|记\s*录|收件人|发件人|抄\s*送|"
    r"提案人|领衔代表|承办单位|[问答])[】\]]?\s*[：:]"
)
_TITLED = re.compile(r"^(?:标\s*题|题\s*目|主\s*题|案\s*由|事\s*由|(?:信息|文件)?名\s*称)\s*[：:]\s*(?=\S)")
_GENRE = re.compile(
    r"(?:通知|通报|通告|公告|公示|公报|意见|决定|决议|令|议案|报告|请示|批复|函|答复|回复|纪要|办法|规定|细则|条例|方案|计划|规划|纲要|"
    r"要点|措施|制度|规则|规程|规范|章程|指南|指引|标准|目录|清单|名单|名册|名录|表|图|情况|说明|总结|汇报|讲话|致辞|发言|倡议|解读|简报|"
    r"简介|概况|须知|守则|准则|预案|协议|合同|建议|提案|摘编|年报|白皮书|蓝皮书|摘要|明细|汇总|统计|申请|通则|法|案|书|稿|问答|简章|分工|"
    r"安排|大事记|日程|议程|公约|声明|信|手册|台账)(?:[（(〔\[][^（）()〔〕\[\]]{1,30}[）)〕\]])?$"
)
_ABOUT = re.compile(r".{0,30}关于.+的")
_UNFINISHED = re.compile(r"(?:[的及和与、—《（(]|关于)$|《[^》]*$|（[^）]*$")
_GOES_ON = re.compile(
    rf"^(?:[的及和与、》）)]|—|(?![（(](?:{ORGAN}[）)]$|.{{0,9}}{DATE}))[（(〔][^（）()〔〕]{{1,20}}[）)〕]$)"
)
_NO_TITLE = re.compile(r"[。；：，,:;！!]$|^[|>]|^- |^[\W\d_]+$")
_ISSUER = re.compile(rf"^[（(]?(?P<organ>{ORGAN})[）)]?$")
_ISSUED = re.compile(
    rf"^(?:(?P<organ>{ORGAN})?\s*[（(]?\s*(?P<date>{DATE})\s*[）)]?|[（(].{{0,60}}?(?P<passed>{DATE}).*[）)]|{NUMBERED})$"
)
_SPOKEN_TO = re.compile(r"^[\u4e00-\u9fff].{0,60}[：:]$")
_NAME = re.compile(r"^[\u4e00-\u9fff（）()、]{2,12}[ \t\u3000]+[\u4e00-\u9fff·]{2,4}$")  # 副局长 李某某
_JUNK = re.compile(
    r"^(?:microsoft\s+(?:word|excel)|(?:word|excel|wps)\s+document$|wps|untitled|\(anonymous\)|document\s*\d*|无标题|未命名|新建|文档\s*\d*|演示文稿|工作簿|sheet|book|index|"
    r"首页|正文|title|slide|powerpoint|scan|img[_-]?\d|扫描)|\.(?:docx?|wps|pdf|xlsx?|html?|txt|et)$|^[\W\d_]*$",
    re.IGNORECASE,
)
_MISREAD = (
    ("latin-1", "utf-8"),
    ("cp1252", "utf-8"),
    ("latin-1", "gb18030"),
    ("cp1252", "gb18030"),
    ("gb18030", "utf-8"),
)
_BYTES = 4  # of a character that are read as characters of their own, at the most
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FOREIGN = re.compile("[\u0080-\u00ff\u2013-\u203a]")
_TELLING = 5  # Chinese characters of a file's name that says what the file is
_RUN_ON = re.compile(
    r"关于[^\n。；：！？]{4,70}?的(?:补充|紧急)?"
    r"(?:通知|通报|通告|公告|意见|决定|报告|请示|批复|函|复函|答复|办法|规定|方案)(?=各|你|贵|尊敬|[ \t\u3000])"
)
_CLAUSE = re.compile(r"[^。；：！？，]{2,40}")
_MARK = re.compile(r"#{1,6}\s+")
_JOINT = re.compile(rf"(?!办公|.*(?:转发|批转|印发)){ORGAN}")  # 办公厅 below a body's name is a part of it


@dataclass(frozen=True, slots=True)
class Opening:
    """The spans of the title's lines, without marks of headings, and of the lines below it that tell who and when."""

    title: tuple[Span, ...] = ()
    byline: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line at the top, trimmed; ``level`` is that of a marked heading, 0 where it is none."""

    start: int
    words: str
    level: int


def opening(text: str, body: int = 0) -> Opening:
    """How the text opens behind its front matter; without a title where it begins with what can be none."""
    lines = _first_lines(text, body)
    start = _start(lines)
    if start is None:
        return Opening()
    after = start + _count(lines[start:])
    spans = [(one.start, one.start + len(one.words)) for one in lines]
    return Opening(tuple(spans[start:after]), tuple(spans[after : after + _told(lines[after:])]))


def issued_by(text: str, found: Opening) -> tuple[str, str]:
    """The body and the date that the lines below the title say, each empty where they say none."""
    organs: list[str] = []
    dates: list[str] = []
    for start, end in found.byline:
        said = _ISSUED.match(text[start:end]) or _ISSUER.match(text[start:end])
        values = said.groupdict() if said else {}
        organs += filter(None, [values.get("organ")])
        dates += filter(None, [values.get("date") or values.get("passed")])
    return "、".join(organs), next(iter(dates), "")


def title_of(text: str, declared: str, name: str) -> str:
    """The title of a document: what its text says, else what its file declares, else the file's name.

    What a file declares is often that of the file it was made from, so it is believed first only where it says the
    text's title at greater length. A text without a title is known by its opening words, where its name tells nothing.
    One that is called 通知 or 说明 and no more has the file's name with it.
    """
    said = tidy_title("\n".join(text[start:end] for start, end in opening(text).title)) or _in_sentence(text)
    told = tidy_title(_repaired(declared))
    if _JUNK.search(told) or "\ufffd" in told:
        told = ""
    if said and told and _squeezed(said) in _squeezed(told) in _squeezed(text[:_CHARACTERS]):
        return told
    if told and _squeezed(told) not in _squeezed(said) and _is_line(told, text):
        return told
    if said and len(said) < _TELLING and _GENRE.search(said) and _CHINESE.search(name):
        return name if said in name else f"{said}（{name}）"
    return said or told or (name if len(_CHINESE.findall(name)) >= _TELLING else _opening_words(text)) or name


def _in_sentence(text: str) -> str:
    """The title where it runs on into its sentence: 关于……的通知各区人民政府."""
    found = _RUN_ON.match(text.lstrip())
    return tidy_title(found.group()) if found else ""


def _opening_words(text: str) -> str:
    """The first words of a text that is one paragraph."""
    line, _, rest = text.strip().partition("\n")
    found = _CLAUSE.match(line)
    return tidy_title(found.group()) if found and not rest.strip() else ""


def _repaired(title: str) -> str:
    """A title that was written in one encoding and read in another: ¹ØÓÚµ÷ÕûË®¼Û is 关于调整水价.

    Empty where it is, and cannot be read any more.
    """
    for misread, meant in _MISREAD:
        try:
            repaired = title.encode(misread).decode(meant, "ignore")  # the end is often cut in a character
        except UnicodeError:
            continue
        if len(_CHINESE.findall(repaired)) > len(title) / _BYTES and _is_ordinary(repaired):
            return repaired
    return "" if 2 * len(_FOREIGN.findall(title)) > len(title) else title


def _is_ordinary(text: str) -> bool:
    """Whether most Chinese characters are among the 3,755 that are used most, which what is misread seldom are.

    GB2312 has them first; in GB18030 rare ones begin with the same bytes.
    """
    chinese = _CHINESE.findall(text)
    usual = [one for one in chinese if b"\xb0" <= one.encode("gb2312", "ignore")[:1] <= b"\xd7"]
    return 2 * len(usual) > len(chinese)


def _is_line(title: str, text: str) -> bool:
    """Whether a line at the top of a text is this title and nothing else: what stands above it is around it."""
    return bool(_GENRE.search(title)) and _squeezed(title) in map(_squeezed, text[:_CHARACTERS].split("\n"))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s#]+", "", text)


def tidy_title(title: str) -> str:
    """On one line, without what is struck out and without the spaces that an export put beside Chinese characters.

    Between several bodies that issue a document together a space stays, as papers have it: 民政部 财政部关于….
    """
    words = standing(title).strip()
    issuers, about, subject = words.partition("关于")
    bodies = issuers.split()
    if about and len(bodies) > 1 and all(_JOINT.fullmatch(one) for one in bodies):
        return " ".join(dict.fromkeys(bodies)) + tidy_title(about + subject)
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+|\s+(?=[\u4e00-\u9fff])|\n", "", words)


def _first_lines(text: str, body: int) -> list[_Line]:
    found: list[_Line] = []
    for line in re.compile(r"[^\n]+").finditer(text, body, body + _CHARACTERS):
        words = line.group().strip()
        if words:
            mark = _MARK.match(words)
            skipped = mark or _TITLED.match(words)
            at = skipped.end() if skipped else 0
            start = line.start() + line.group().index(words) + at
            found.append(_Line(start, words[at:], len(mark.group().strip()) if mark else 0))
        if len(found) == _LINES:
            break
    return found


def _start(lines: Sequence[_Line]) -> int | None:
    """The line at which the title begins, behind a letterhead (份号, 密级, 发文机关标志, 发文字号, 签发人)."""
    at = next((number for number, line in enumerate(lines) if not _is_head(line)), len(lines))
    if at == len(lines) or not _can_be_title(lines[at]):
        return None
    if (heading := _first_heading(lines, at)) is not None:
        return heading
    if not _is_complete(lines[at]):  # a body's name above a document number is a letterhead too
        for number in range(at + 1, min(at + 4, len(lines) - 1)):
            below = lines[number + 1 :]
            if re.match(DOC_NO, lines[number].words) and _can_be_title(below[0]):
                return number + 1 if _is_complete(below[_count(below) - 1]) else at
    return at


def _first_heading(lines: Sequence[_Line], at: int) -> int | None:
    """The heading below a line that is marked as none and names no document: the name of a site, its menu."""
    if lines[at].level or _is_complete(lines[at]):
        return None
    below = [one for one in lines[at + 1 :] if not one.words.startswith("|")][: _MOST - 1]  # a register aside
    for one in below:
        if one.level:
            return lines.index(one) if _is_complete(one) and _can_be_title(replace(one, level=1)) else None
        if _NO_TITLE.search(one.words):
            return None
    return None


def _count(lines: Sequence[_Line]) -> int:
    """How many lines the title that begins with the first of these has."""
    most = min(_MOST, len(lines))
    sure = 1
    while sure < most and _must_go_on(lines[sure - 1], lines[sure]):
        sure += 1
    for number in range(sure, most + 1):
        following = lines[number] if number < most else None
        if _is_complete(lines[number - 1]) and not (following and _must_go_on(lines[number - 1], following)):
            return number
        if following is None or not _can_go_on(lines[number - 1], following):
            break
    return sure


def _told(lines: Sequence[_Line]) -> int:
    """How many of these lines say who issued the document, and when; a body's name alone may be a heading."""
    count = 0
    while count < len(lines) and not lines[count].level and _is_byline(lines[count].words):
        count += 1
    told = any(_ISSUED.match(one.words) for one in lines[:count])
    addressed = count == 1 and len(lines) > 1 and bool(_SPOKEN_TO.match(lines[1].words))
    return count if told or addressed else 0


def _is_byline(words: str) -> bool:
    return bool(_ISSUED.match(words) or _ISSUER.match(words))


def _is_head(line: _Line) -> bool:
    """Whether a line, or each cell of a table's row, is one of a letterhead or a register."""
    cells = [cell.strip() for cell in line.words.strip("|").split("|")] if line.words.startswith("|") else [line.words]
    return not line.level and all(_HEAD_LINE.match(one) or _REGISTER.match(one) for one in cells if one)


def _is_complete(line: _Line) -> bool:
    return bool(_GENRE.search(re.sub(r"\s+", "", line.words)))  # 通　知


def _can_be_title(line: _Line) -> bool:
    words = line.words
    return not (
        _NO_TITLE.search(words)
        or leading_marker(words)
        or len(words) > _LONGEST
        or (line.level > 1 and not (_ABOUT.match(words) and _is_complete(line)))
        or _is_head(line)
        or ("，" in words and not _is_complete(line))
        or re.fullmatch(rf"[（(]?\s*{DATE}\s*[）)]?", words)
    )


def _can_go_on(line: _Line, following: _Line) -> bool:
    return line.level == following.level and _can_be_title(following) and not _NAME.match(following.words)


def _must_go_on(line: _Line, following: _Line) -> bool:
    broken = _UNFINISHED.search(line.words) or _GOES_ON.match(following.words)
    return bool(broken) and _can_go_on(line, following)
