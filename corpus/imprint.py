"""What a document says of itself in its text: number, who issued it and when, from when and until when it holds.

Each reader takes the text and what is known already, and answers with nothing rather than with a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from corpus.markers import ordinal
from corpus.titles import DOC_NO, NUMBERED, ORGAN, issued_by, opening

_TOP = 600  # characters in which a document says what it is
_END = 800  # characters in which it is signed
_SENTENCE = 300  # characters of a sentence that are looked at
_YEAR_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "Ｏ": 0, "O": 0}
_CHINESE_DATE = r"([〇○零ＯO一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
_DATE = rf"(?:\d{{4}}\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日|{re.sub('[()]', '', _CHINESE_DATE)})"
_DATE_PARTS = re.compile(r"(\d{4})\s*[年.\-/]\s*(\d{1,2})(?:\s*[月.\-/]\s*(\d{1,2})\s*日?|\s*月)?")
_PERSON = r"(?!各位|全体|.{0,2}政协|.{0,2}人大)[\u4e00-\u9fff·]{2,4}"
_SALUTATION = re.compile(
    rf"^[ \t\u3000]*(?:尊敬的(?P<greeted>[^\n：:]{{1,80}}?)|(?P<named>{_PERSON}(?:[、，,和 ]{_PERSON})*))"
    r"(?:代表|委员)们?[：:]",
    re.MULTILINE,
)
_DOC_NO = re.compile(rf"^[ \t\u3000]*{NUMBERED}$", re.MULTILINE)
_SUGGESTION = re.compile(
    r"第\s*(?P<no>[A-Z]?\d{2,10})\s*号\s*(?:代表|委员)?(?:建议|提案|议案)|"
    r"(?:建议|提案|议案)第\s*(?P<after>[A-Z]?\d{2,10})\s*号"
)
_RECIPIENTS = re.compile(r"^[ \t\u3000]*(?P<names>[\u4e00-\u9fff、，（）()]{4,160})[：:][ \t]*$", re.MULTILINE)
_COMMA = re.compile(r"、(?![^（(]*[）)])")
_PLACED = re.compile(r".{0,12}?(?:[各省县区州盟旗]|(?<!城)市(?!场|政)|有关|相关)")
_BARE = re.compile(r"(?!国家|中央)[\u4e00-\u9fff]{1,12}(?<!公司)(?<!企业)")  # brackets aside
_BODY_WORD = re.compile(
    r"(?:政府|部门|单位|委员会|机构|局|办|委|处|中心|公司|企业|学校|街道|人大|政协|厅|部|署|院校?|办公室|组织|团体)[）)]?$"
)
_SIGNATURE = re.compile(  # of one body or several, side by side or one a line
    rf"^[ \t\u3000]*(?P<organ>{ORGAN}(?:\s+{ORGAN})*)?[ \t\u3000]*\n?\s*(?P<date>{_DATE})[ \t\u3000]*$",
    re.MULTILINE,
)
_NAMED_FIRST = re.compile(rf"(?!转发|批转)(?P<organ>{ORGAN}(?: {ORGAN})*)关于")  # who is in a title before its subject
_LETTERHEAD = re.compile(rf"^[ \t\u3000]*(?P<organ>{ORGAN})(?:文\s*件|公报)[ \t\u3000]*$", re.MULTILINE)
_WHEN = (
    rf"(?:[自从于]\s*(?P<date>{_DATE})\s*(?:零时|0时)?\s*起?|[自从](?:发布|印发|公布|颁布|即)之?日起)\s*(?:正式|开始)?"
)
# A clause about the text itself: 本办法自…, 本办法由市水务局解释，自…, 以上标准自….
_OF_ITSELF = re.compile(
    r"(?:(?:本|(?:以上|上述|新|调整后)的?)[\u4e00-\u9fff]{1,12}|本(?![省市县区])[\u4e00-\u9fff]{1,9}[由经][^。；，《》\n]{2,40}，)"
    rf"{_WHEN}(?:施行|实施|执行|生效)"
)
# Of an order also one that names nothing: 经市政府同意，自2025年4月1日起执行.
_ORDER = re.compile(r"(?:令|决定|决议|公告|通告|通知|意见|批复|措施|标准)(?:[（(〔].{1,12}[）)〕])?$")
_UNSAID = re.compile(rf"(?:^|[。；，,;）)])\s*{_WHEN}(?:施行|实施|执行)(?=[。；，,;）)\s]|$)", re.MULTILINE)
_ISSUES = re.compile(r"现予|现将|印发给|予以(?:公布|发布)")
# And the day from which it does what its title says: 关于调整水价的通知, 自2025年4月1日起调整.
_ACT = re.compile(r"关于(?P<act>[\u4e00-\u9fff]{2})")
_FROM_DAY = rf"[自从]\s*(?P<date>{_DATE})\s*(?:零时|0时)?起(?![^。\n]{{0,3}}[至到])[^。\n]{{0,40}}?"
# Above a table, or in the brackets below a title: 自2025年5月1日起执行.
_FROM_TOP = re.compile(
    rf"(?:^|[（(\s])自\s*(?P<date>{_DATE})\s*起\s*(?:正式|开始)?(?:施行|实施|执行)(?=[\s）)]|$)", re.MULTILINE
)
_SPOKEN = re.compile(rf"(?P<date>{_DATE})在[^\n。]{{2,60}}(?:会议|大会)上")  # below the title of a report
# A sentence that says how long the text itself is in force, and not a permit that it speaks of: of 65 articles and
# notices with a term of years 64 mean a permit.
_TERM = re.compile(
    r"(?:^|[。；;])[ \t\u3000]*(?:第[一二三四五六七八九十百零〇\d]+条[ \t\u3000]*)?"
    r"(?P<said>(?:[^。；;\n]*?本(?![\u4e00-\u9fff]{0,10}[证照])[\u4e00-\u9fff（）()]{1,14}?(?:自|从|于|的?有效期|施行|实施|执行)|"
    r"[（(]?自[^。；;\n]{2,40}起(?:正式)?(?:施行|实施|执行)|(?<=行[。；;])有效期)[^。；;\n]*)",
    re.MULTILINE,
)
_YEARS = re.compile(r"有效期(?:为|是)?\s*(?P<years>\d{1,2}|[一二两三四五六七八九十])\s*年")
_UNTIL = re.compile(rf"有效期(?:限)?(?:[为是]?自\s*{_DATE}起?，?)?\s*(?:截?至|到)\s*(?P<date>{_DATE})")
# What a new rule says of those it replaces: 《甲办法》（深府〔2019〕3号）、《乙规定》同时废止.
_NAMED = r"《(?P<title>[^《》\n]{2,80})》(?:[（(](?P<no>[^（()）\n]{4,40}号)[）)])?"
_ONE_NAMED = re.sub(r"\?P<[a-z]+>", "?:", _NAMED)
_REPEALED = re.compile(rf"(?P<names>(?:{_ONE_NAMED}[、和及与，]?)+)(?:同时|即行|相应|自行)?(?:废止|失效|停止执行)")
_ANNEX = re.compile(
    r"^[ \t\u3000]*附件[：:][ \t\u3000]*(?P<first>.*)(?P<rest>(?:\n+[ \t\u3000]*\d{1,2}[.．、][^\n]+)*)", re.MULTILINE
)
_LABEL_DATE = r"\d{4}[年.\-/]\s*\d{1,2}[月.\-/]\s*\d{1,2}"
_LABELS: Mapping[str, re.Pattern[str]] = {
    field: re.compile(rf"(?:^|[|\s])(?:{names})\s*[：:|]\s*\|?\s*(?P<value>{value})", re.MULTILINE)
    for field, names, value in (
        ("doc_no", r"发文字号|文\s*号|文件编号", DOC_NO),
        ("issuer", "发文机关|发布机构|发文单位|制定机关|发布单位", rf"{ORGAN}(?=\s|\||$)"),
        ("issued", "成文日期|发文日期|印发日期", _LABEL_DATE),
        # Of a page: of what it shows, if that does not say it itself.
        ("page_issuer", "来源|信息来源", rf"{ORGAN}(?=\s|\||$)"),
        ("page_issued", "发布时间|发布日期", _LABEL_DATE),
    )
}


def iso_date(text: str) -> str:
    """``2024年5月8日``, ``2024-5-8`` or ``二〇二四年五月八日`` as ``2024-05-08``; without a day or month, without it.

    Empty where it is no date.
    """
    written = _chinese_date(text.strip())
    found = _DATE_PARTS.match(written)
    if not found:
        return written if re.fullmatch(r"\d{4}", written.removesuffix("年")) and len(written) == 4 else ""
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        date(year or 1, month or 1, day or 1)
    except ValueError:
        return ""
    return "-".join([f"{year:04d}", f"{month:02d}", *([f"{day:02d}"] if day else [])])


def _chinese_date(text: str) -> str:
    found = re.match(_CHINESE_DATE, text)
    if not found:
        return text
    year = "".join(str(_YEAR_DIGITS[c]) for c in found.group(1))
    return f"{year}年{ordinal(found.group(2))}月{ordinal(found.group(3))}日"


def _doc_no(text: str, _: Mapping[str, Any]) -> str:
    found = _DOC_NO.search(text[:_TOP].replace("|", " "))  # it may stand in a row of a table
    number = found.group("no") if found else _labelled("doc_no", text)
    return re.sub(r"\s+", "", number)


def _labelled(field: str, text: str) -> str:
    found = _LABELS[field].search(text[: 2 * _TOP])
    return found.group("value").strip() if found else ""


def _issuer(text: str, values: Mapping[str, Any]) -> str:
    """From its label, else the signature above the last date, the letterhead, the line below the title, the title."""
    signed, found = _signed(text), opening(text)
    below = signed is not None and bool(found.title) and signed.start() > found.title[-1][1]
    organ = signed.group("organ") or "" if signed else ""
    letterhead, named = _LETTERHEAD.search(text[:_TOP]), _NAMED_FIRST.match(str(values["title"]))
    labelled, at_length = _labelled("issuer", text), _listed(organ) if below else ""
    return (
        (at_length if _is_short_for(labelled, at_length) else labelled)
        or (_listed(organ) if below or _listed(organ) not in str(values["title"]).replace(" ", "、") else "")
        or (letterhead.group("organ").strip() if letterhead else "")
        or issued_by(text, found)[0]
        or (_listed(named.group("organ")) if named else "")
        or _labelled("page_issuer", text)
    )


def _is_short_for(short: str, name: str) -> bool:
    """Whether a body's name says another one in fewer of its characters: 市医保局 and 云岭市医疗保障局."""
    rest = iter(name)
    return bool(short) and short[-1] == name[-1:] and all(one in rest for one in short)


def _listed(organs: str) -> str:
    return "、".join(dict.fromkeys(organs.split()))


def _issued(text: str, _: Mapping[str, Any]) -> str:
    signed = _signed(text)
    last = iso_date(signed.group("date")) if signed else ""
    spoken = _SPOKEN.search(text[:_TOP])
    return (
        iso_date(_labelled("issued", text))
        or last
        or iso_date(issued_by(text, opening(text))[1])
        or (iso_date(spoken.group("date")) if spoken else "")
        or iso_date(_labelled("page_issued", text))
    )


def _signed(text: str) -> re.Match[str] | None:
    """The last line near the end that is only a date, with the body that signs above it."""
    end = text.rstrip()
    found = list(_SIGNATURE.finditer(end, max(0, len(end) - _END)))
    return found[-1] if found else None


def _effective(text: str, values: Mapping[str, Any]) -> str:
    """The day from which the text says that it holds, else the one from which an order does what its title says."""
    title = str(values["title"])
    said, top = _in_force(text, title), _FROM_TOP.search(text[:_TOP])
    dated = said[0] if said and said[0].group("date") else top
    if dated:
        return iso_date(dated.group("date"))
    if said:
        return str(values.get("issued", ""))
    act = _ACT.search(title) if _ORDER.search(title) else None
    begun = re.finditer(_FROM_DAY + act.group("act"), text) if act else ()
    days = {iso_date(one.group("date")) for one in begun}
    return days.pop() if len(days) == 1 else ""


def _in_force(text: str, title: str) -> list[re.Match[str]]:
    """The clauses that say when the text itself takes effect, those with a day first; none where the days differ."""
    said = list(_OF_ITSELF.finditer(text))
    if not said and _ORDER.search(title):
        said = [one for one in _UNSAID.finditer(text) if _is_own(text, one, title)]
        said = said if len({one.group("date") for one in said}) == 1 else []
    return sorted(said, key=lambda one: not one.group("date"))


def _is_own(text: str, found: re.Match[str], title: str) -> bool:
    """Whether what stands before in its sentence names no other text, unless to issue it: 《办法》现予公布，自…."""
    start = max(found.start() - _SENTENCE, 0)
    before = re.split("[。\n]", text[start : found.start() + 1])[-1]
    named = re.findall(r"《([^《》]+)》", before)
    return not named or named[-1] in title or bool(_ISSUES.search(before))


def _expires(text: str, values: Mapping[str, Any]) -> str:
    """The day said, or the last day of the years said from the day it takes effect."""
    terms = [found["said"] for found in _TERM.finditer(text)]
    held = (text[one.end() : one.end() + _SENTENCE] for one in _in_force(text, str(values["title"])))
    terms += [re.split("[。\n]", one, maxsplit=1)[0] for one in held]
    until = _UNTIL.search(" ".join(terms))
    if until:
        return iso_date(until.group("date"))
    years, effective = _YEARS.search(" ".join(terms)), str(values.get("effective", ""))
    if not years or len(effective) < len("2026-01-31"):
        return ""
    count, start = ordinal(years.group("years").replace("两", "二")), date.fromisoformat(effective)
    return (_years_later(start, count) - timedelta(days=1)).isoformat()


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)


def _addressees(text: str, _: Mapping[str, Any]) -> tuple[str, ...]:
    found = _SALUTATION.search(text)
    named = (found.group("greeted") or found.group("named")) if found else ""
    return tuple(name.strip() for name in re.split(r"[、，,和]", named) if name.strip())


def _recipients(text: str, _: Mapping[str, Any]) -> tuple[str, ...]:
    """The bodies that a line ending in a colon near the top names (主送机关)."""
    for found in _RECIPIENTS.finditer(text[: 2 * _TOP]):
        names = _bodies(found.group("names"))
        if names and all(_BODY_WORD.search(name) for name in names) and not found.group("names").startswith("尊敬的"):
            return tuple(names)
    return ()


def _bodies(line: str) -> list[str]:
    """The bodies that a line names; 各县（市）区民政局、财政局 is one, for whose the second is says the first."""
    names: list[str] = []
    for group in line.split("，"):
        for number, name in enumerate(_COMMA.split(group)):
            if number and (not _BODY_WORD.search(names[-1]) or (_PLACED.match(names[-1]) and _is_bare(name))):
                names[-1] += f"、{name}"
            else:
                names.append(name)
    return [name.strip() for name in names if name.strip()]


def _is_bare(name: str) -> bool:
    """Whether a body's name does not say whose it is: 财政局, and not 市财政局."""
    return not _PLACED.match(name) and bool(_BARE.fullmatch(re.sub(r"[（(][^（()）]*[）)]", "", name)))


def _suggestion(text: str, values: Mapping[str, Any]) -> str:
    found = _SUGGESTION.search(str(values["title"])) or _SUGGESTION.search(text[:_TOP])
    return (found.group("no") or found.group("after")) if found else ""


def _supersedes(text: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The rules that this one ends, by number where it is said, else by title; never itself."""
    found = (one for names in _REPEALED.finditer(text) for one in re.finditer(_NAMED, names.group("names")))
    named = (re.sub(r"\s+", "", one.group("no") or one.group("title")) for one in found)
    return tuple(name for name in dict.fromkeys(named) if name not in {values["title"], values.get("doc_no")})


def _attachments(text: str, _: Mapping[str, Any]) -> tuple[str, ...]:
    found = _ANNEX.search(text)
    if not found:
        return ()
    lines = [found.group("first"), *found.group("rest").split("\n")]
    names = (re.sub(r"^\s*\d{1,2}[.．、]\s*", "", line).strip() for line in lines)
    return tuple(name for name in names if name)


READERS: Mapping[str, Callable[[str, Mapping[str, Any]], str | tuple[str, ...]]] = {
    "doc_no": _doc_no,
    "issuer": _issuer,
    "issued": _issued,
    "effective": _effective,
    "expires": _expires,
    "addressees": _addressees,
    "recipients": _recipients,
    "suggestion": _suggestion,
    "attachments": _attachments,
    "supersedes": _supersedes,
}
