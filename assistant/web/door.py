"""The pages outside: signing in, and being refused. Plain HTML that needs no script."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from fastapi import Request
from markupsafe import Markup

from assistant.answer import Citation
from assistant.export import Line, entry, shown_quote
from assistant.locale import DEFAULT, languages, message
from assistant.records import SavedTurn, document_version
from assistant.web.html import el

STYLES = ("/ui/static/fonts/fonts.css", "/ui/static/page.css", "/ui/static/door.css")
_PAGE = Markup(
    '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">{}</head>'
    '<body class="door">{}</body></html>'
)


def spoken(request: Request, wanted: str = "") -> str:
    """The language of these pages: the one chosen, else the first that the browser prefers and we have."""
    if wanted in languages():
        return wanted
    for preferred in request.headers.get("accept-language", "").lower().split(","):
        tag = preferred.split(";")[0].strip()
        if tag.startswith("zh"):
            return "zh-Hant" if any(part in tag for part in ("hant", "tw", "hk", "mo")) else "zh-Hans"
        for one in languages():
            if tag.split("-")[0] == one.lower().split("-")[0]:
                return one
    return DEFAULT


def sign_in_page(language: str, goal: str, *, name: str = "", fault: str = "", minutes: int = 0) -> str:
    """The form; ``fault`` is the key of what went wrong, ``minutes`` how long to wait."""
    told = el("p", _say(language, fault, minutes), class_="err", role="alert", id="fault") if fault else None
    form = el(
        "form",
        el("input", type="hidden", name="next", value=goal),
        el("input", type="hidden", name="lang", value=language),
        _field(language, "in.name", name="name", type="text", autocomplete="username", value=name, autofocus=not name),
        _field(
            language,
            "in.password",
            name="password",
            type="password",
            autocomplete="current-password",
            autofocus=bool(name),
        ),
        el("button", _say(language, "in.go"), type="submit", class_="btn pri"),
        method="post",
        action="/login",
    )
    heading = el("h2", _say(language, "in.h"))
    return plain_page(
        language, _say(language, "in.h"), heading, told, form, _hint(language, "in.help"), _languages(language, goal)
    )


def password_page(language: str, *, fault: str = "", minutes: int = 0, done: bool = False) -> str:
    """The form in which a person gives themselves another password; ``fault`` as in ``sign_in_page``."""
    heading = _say(language, "pw.h")
    home = el("a", _say(language, "in.home"), href="/", class_="btn")
    if done:
        return plain_page(language, heading, el("h2", heading), el("p", _say(language, "pw.done"), role="status"), home)
    fields = (
        _password(language, "pw.old", "old", "current-password", autofocus=True),
        _password(language, "pw.new", "new", "new-password", minlength=10),
        _password(language, "pw.again", "again", "new-password", minlength=10),
    )
    form = el(
        "form",
        el("input", type="hidden", name="lang", value=language),
        *fields,
        _hint(language, "pw.rule"),
        el("button", _say(language, "pw.go"), type="submit", class_="btn pri"),
        method="post",
        action="/password",
    )
    told = el("p", _say(language, fault, minutes), class_="err", role="alert", id="fault") if fault else None
    return plain_page(language, heading, el("h2", heading), told, form, home)


def refused_page(language: str) -> str:
    """What someone sees whose role does not open a page."""
    home = el("a", _say(language, "in.home"), href="/", class_="btn")
    heading = _say(language, "in.refused.h")
    return plain_page(language, heading, el("h2", heading), el("p", _say(language, "in.refused")), home)


def shared_page(language: str, turn: SavedTurn | None) -> str:
    """An answer that somebody showed to a colleague, each sentence with its numbers, each number with its quote."""
    if turn is None or turn.answer is None:
        told = "share.gone" if turn is None or not turn.withheld else "ans.withheld"
        return plain_page(language, _say(language, "share.h"), el("p", _say(language, told), class_="hint"))
    answer = turn.answer
    told_in = entry(answer, language)
    cited = answer.abstention.nearest if answer.abstention else answer.citations
    return plain_page(
        language,
        turn.question,
        el("h2", turn.question),
        *(_shared_line(line, language) for line in told_in.lines),
        el("h3", told_in.sources_title) if cited else None,
        el("ol", *(_shared_source(one) for one in cited), class_="shared") if cited else None,
        el("p", told_in.label, class_="hint"),
    )


def _shared_line(line: Line, language: str) -> Markup:
    doubt = el("b", message("export.unverified", language=language)) if line.unverified else None
    return el("p", doubt, line.text, class_="note" if line.note else None)


def _shared_source(one: Citation) -> Markup:
    quote = one.quote
    place = {"document": quote.document, "v": document_version(one.source), "q": f"{quote.start}-{quote.end}"}
    link = el("a", one.source.metadata.title, href=f"/ui/source?{urlencode(place)}")
    return el("li", el("p", link), el("blockquote", shown_quote(one)), value=one.n, lang="zh-Hans")


def plain_page(language: str, title: str, *parts: Markup | None) -> str:
    """A page of the same look that needs no script."""
    styles = Markup("").join(Markup('<link rel="stylesheet" href="{}">').format(style) for style in STYLES)
    brand = el("h1", message("brand"), el("small", _say(language, "brand.sub")), class_="brand", lang="zh-Hans")
    main = el("main", brand, *parts)
    return str(_PAGE.format(language, f"{title} · {message('brand')}", styles, main))


def _password(language: str, key: str, name: str, kind: str, **attributes: object) -> Markup:
    return _field(language, key, name=name, type="password", autocomplete=kind, **attributes)


def _field(language: str, key: str, *, name: str, **attributes: object) -> Markup:
    box = el(
        "input",
        id=name,
        name=name,
        required=True,
        autocapitalize="none",
        spellcheck="false",
        maxlength=256,
        **attributes,
    )
    return el("label", _say(language, key), for_=name) + box


def _languages(language: str, goal: str) -> Markup:
    links = (
        el("a", _say(one, "language"), href=f"/login?lang={one}&next={quote(goal)}", lang=one, hreflang=one)
        if one != language
        else el("span", _say(one, "language"), lang=one, aria_current="true")
        for one in languages()
    )
    return el("nav", *links, class_="tongues", aria_label=_say(language, "lang"))


def _hint(language: str, key: str) -> Markup:
    return el("p", _say(language, key), class_="hint")


def _say(language: str, key: str, *values: object) -> str:
    return message(key, *(str(value) for value in values), language=language)
