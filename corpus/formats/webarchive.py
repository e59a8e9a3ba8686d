"""MHTML → the web page in it: what browsers save as one file, and what web programs call a Word document."""

from __future__ import annotations

import tempfile
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from corpus.formats import html
from corpus.formats.parser import Limits, Parsed
from corpus.formats.refusals import Unreadable


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    message = message_from_bytes(path.read_bytes(), policy=default)
    page = next((one for one in message.walk() if one.get_content_type() == "text/html"), None)
    if page is None:
        raise Unreadable("no_text")
    with tempfile.TemporaryDirectory(prefix="dafu-page-") as folder:
        copy = Path(folder) / "page.html"
        copy.write_text(page.get_content(), encoding="utf-8", errors="ignore")
        return html.parse(copy, limits)
