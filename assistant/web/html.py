"""Building HTML so that every text is escaped unless this package made it: the one guard against injection.

What is more than a few elements is a macro of a template (``templates``), which ``Macros`` makes a function of Python;
the rest is written by ``el`` and ``say``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import jinja2
from jinja2.ext import Extension
from markupsafe import Markup, escape

from assistant.locale import is_message, message
from corpus.normalise import is_english, is_traditional

_VOID = frozenset({"br", "hr", "input", "path"})
_TAG_OR_BREAK = re.compile(r"({[{%#].*?[#%}]})|[ ]*\n\s*", re.DOTALL)


class Macros:
    """The macros of a template as functions: ``Macros("review").sheet(case)`` is what its macro ``sheet`` makes of it.

    It is read when its first macro is called. Line breaks and indentation of a template are not part of its HTML.
    """

    def __init__(self, name: str, package: str = "assistant.web", **used: object) -> None:
        """The template ``name`` among the ``templates`` of a package; ``used`` are the values that it calls by name."""
        self._path, self._used = files(package) / "templates" / f"{name}.html", used

    @cached_property
    def _macros(self) -> Any:
        return _environment().from_string(self._path.read_text("utf-8"), globals=self._used).module

    def __getattr__(self, macro: str) -> Callable[..., Markup]:
        if macro.startswith("_"):
            raise AttributeError(macro)

        def call(*given: Any, **named: Any) -> Markup:
            made: Markup = getattr(self._macros, macro)(*given, **named)
            return made

        return call


class _Joined(Extension):
    """Drops the line breaks between elements: in a page they would be seen as spaces."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template with comments in place of its line breaks, so that a mistake in it is still told by its line."""
        del name, filename

        def joined(found: re.Match[str]) -> str:
            if found[1]:
                return found[1]
            between = source[: found.start()].endswith((">", "%}", "#}")) or source[found.end() :].startswith(
                ("<", "{")
            )
            return ("" if between else " ") + "{#" + "\n" * found[0].count("\n") + "#}"

        return _TAG_OR_BREAK.sub(joined, source)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=[_Joined],
        finalize=lambda value: "" if value is None else value,
    )
    made.globals |= {"say": say, "say_or": say_or, "icon": icon, "attrs": attrs, "label": label, "hint": hint}
    made.filters["language"] = language
    return made


def attrs(**attributes: Any) -> Markup:
    """Attributes as ``el`` writes them, for a template."""
    return Markup("".join(_attribute(*pair) for pair in attributes.items()))  # noqa: S704 (escaped)


def label(key: str, *values: object, attribute: str = "aria-label") -> Markup:
    """The attributes of ``labelled``, for a template."""
    return attrs(**labelled(key, *values, attribute=attribute))


def hint(key: str) -> Markup:
    """The attributes of a label that is also the placeholder of a field; ``label`` can switch only one of the two."""
    return attrs(data_ip=key, placeholder=message(key))


def el(tag: str, *children: str | Markup | None, **attributes: Any) -> Markup:
    """One element. Children and attribute values are escaped, except children that are Markup already.

    ``class_`` and ``data_t`` become ``class`` and ``data-t``; ``None`` and ``False`` leave an attribute out, ``True``
    writes it bare.
    """
    opened = f"<{tag}{attrs(**attributes)}>"
    if tag in _VOID:
        return Markup(opened)  # noqa: S704 (what is in it was escaped)
    inner = "".join(escape(child) for child in children if child is not None)
    return Markup(f"{opened}{inner}</{tag}>")  # noqa: S704


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    written = name.strip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{escape(value)}"'


def say(key: str, *values: object, tag: str = "span", **attributes: Any) -> Markup:
    """A message of the interface, written in the default language and marked so that the page can switch it."""
    return _said(key, tuple(map(str, values)), tag, tuple(attributes.items()))


def say_or(word: str, key: str, *, tag: str = "span", **attributes: Any) -> Markup:
    """A message, or, where there is none of this key, the word that stood for it, in its own language."""
    if is_message(key):
        return say(key, tag=tag, **attributes)
    return el(tag, word, lang=language(word), **attributes)


@lru_cache(maxsize=4_096)
def _said(key: str, texts: tuple[str, ...], tag: str, attributes: tuple[tuple[str, Any], ...]) -> Markup:
    data = json.dumps(texts, ensure_ascii=False) if texts else None
    return el(tag, message(key, *texts), data_i=key, data_a=data, **dict(attributes))


def labelled(key: str, *values: object, attribute: str = "aria-label") -> dict[str, Any]:
    """The attributes that give an element a translatable label (or placeholder)."""
    texts = [str(value) for value in values]
    named = {attribute: message(key, *texts), "data-ia": f"{attribute}:{key}"}
    return {**named, "data-ia-a": json.dumps(texts, ensure_ascii=False)} if texts else named


def icon(name: str) -> Markup:
    """A line icon of 24 units, for decoration beside a text."""
    return Markup('<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>').format(_ICONS[name])


def language(text: str) -> str:
    """The ``lang`` of a question, so that a browser chooses its punctuation and a screen reader its voice."""
    if is_english(text):
        return "en"
    return "zh-Hant" if is_traditional(text) else "zh-Hans"


_ICONS = {
    "menu": "M4 7h16M4 12h16M4 17h16",
    "plus": "M12 5v14M5 12h14",
    "book": "M5 5a3 3 0 0 1 3-1h4v16H8a3 3 0 0 0-3 1V5Zm14 0a3 3 0 0 0-3-1h-4v16h4a3 3 0 0 1 3 1V5Z",
    "theme": "M12 4a8 8 0 1 0 0 16V4Z M12 4a8 8 0 0 1 0 16",
    "more": "M5 12h.1M12 12h.1M19 12h.1",
    "close": "M6 6l12 12M18 6 6 18",
    "back": "M14 6l-6 6 6 6",
    "next": "M10 6l6 6-6 6",
    "check": "M5 12.5l4.5 4.5L19 7",
    "copy": "M9 9h10v11H9zM5 15V4h10",
    "how": "M12 17v-6M12 7.5v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
    "half": "M12 4a8 8 0 1 0 0 16V4Z",
    "stop": "M7 7h10v10H7z",
    "again": "M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",
    "export": "M12 4v11m0 0-4-4m4 4 4-4M5 19h14",
    "up": "M8 11v9H4v-9h4Zm0 0 4-8a2.5 2.5 0 0 1 2.5 3L14 9h5a2 2 0 0 1 2 2.4l-1.3 7A2 2 0 0 1 17.7 20H8",
    "down": "M16 13V4h4v9h-4Zm0 0-4 8a2.5 2.5 0 0 1-2.5-3L10 15H5a2 2 0 0 1-2-2.4l1.3-7A2 2 0 0 1 6.3 4H16",
    "staff": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 9a8 8 0 0 1 16 0",
    "find": "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm9 2-4-4",
    "wide": "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
    "print": "M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z",
    "out": "M10 5H5v14h5M15 8l4 4-4 4M19 12H9",
}
