"""Templates make HTML as ``el`` does: texts escaped, nothing between elements, what is missing is an error."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from markupsafe import Markup

from assistant.web.html import Macros, el

ROOT = Path(__file__).parent.parent
WEB, EVALS = ROOT / "assistant" / "web" / "templates", ROOT / "evals" / "templates"


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """The macros of a template that a test writes."""

    def made(text, **used):
        (tmp_path / "templates").mkdir(exist_ok=True)
        (tmp_path / "templates" / "some.html").write_text(text, encoding="utf-8")
        monkeypatch.setattr("assistant.web.html.files", lambda _: tmp_path)
        return Macros("some", **used)

    return made


def test_a_text_is_escaped_and_what_this_package_made_is_not(parts):
    """In an element, in an attribute, and where one macro stands in another."""
    some = parts(
        '{% macro inner(text) %}<b title="{{ text }}">{{ text }}</b>{% endmacro %}'
        "{% macro outer(text, made) %}<p>{{ inner(text) }}{{ made }}</p>{% endmacro %}"
    )
    assert some.outer('<i>"', el("u", "<")) == Markup('<p><b title="&lt;i&gt;&#34;">&lt;i&gt;&#34;</b><u>&lt;</u></p>')


@pytest.mark.parametrize("path", sorted([*WEB.iterdir(), *EVALS.iterdir()]), ids=lambda path: path.name)
def test_no_script_stands_in_an_attribute(path):
    """The policy of the pages keeps the browser from running one, which it writes to its console each time."""
    assert re.findall(r"<[^<>]* on\w+=", path.read_text("utf-8")) == []


def test_line_breaks_and_indentation_are_no_part_of_a_page(parts):
    """Between elements there is nothing, between attributes a space; what stands in one line stays."""
    some = parts(
        """
        {% macro row(told) %}
        <p class="a"
          id="b">
          {% if told %}
            <b>{{ told }}</b> <i></i>
          {% endif %}
        </p>
        {% endmacro %}
        """
    )
    assert some.row("x\n y") == '<p class="a" id="b"><b>x\n y</b> <i></i></p>'
    assert some.row(None) == '<p class="a" id="b"></p>'


def test_a_value_that_is_missing_is_an_error(parts):
    """None is nothing; a name that nobody gave is a mistake."""
    some = parts("{% macro row(told) %}<p>{{ told }}{{ nothing }}</p>{% endmacro %}")
    with pytest.raises(jinja2.UndefinedError, match="'nothing' is undefined"):
        some.row(None)
    assert parts("{% macro row(told) %}<p>{{ told }}</p>{% endmacro %}").row(None) == "<p></p>"


def test_a_mistake_in_a_template_is_told_by_its_line(parts):
    """The line breaks that are dropped still count."""
    with pytest.raises(jinja2.TemplateSyntaxError) as caught:
        parts("{% macro row() %}\n<p>\n  <b>\n  {{ what is }}\n</p>\n{% endmacro %}").row()
    assert caught.value.lineno == 4


@pytest.mark.parametrize("path", sorted(WEB.glob("*.html")), ids=lambda path: path.name)
def test_no_template_says_itself_what_is_safe(path):
    """Only ``el``, ``say`` and macros make HTML."""
    text = path.read_text(encoding="utf-8")
    assert "safe" not in text.replace("unsafe", "")
    assert "autoescape" not in text
