"""审核: what the assistant could not answer, answered by staff with evidence, checked as they type, sent on approval.

The page is a frame; what stands in it comes from ``review_routes`` by the page's script, so that it never waits for
more than one short request and typing is never disturbed by a part of the page that is drawn anew.
"""

from __future__ import annotations

import gradio as gr

from assistant.locale import message
from assistant.web.html import el, labelled
from assistant.web.pages.review_desk import ReviewDesk
from assistant.web.pages.review_view import VIEW
from assistant.web.parts import SHOW, add_masthead, assets, part, quiet
from assistant.web.surroundings import Surroundings

PATH = "/review"
_HEAD = assets("review.js", "review.css")
_START = SHOW + "window.dafuReview.start();"


def build(around: Surroundings) -> gr.Blocks:
    """The page; everything on it is for staff."""
    with gr.Blocks(title=message("title.of", message("nav.review")), analytics_enabled=False, fill_width=True) as page:
        add_masthead(around, PATH)
        with gr.Row(elem_id="review"):
            part("rv-queue", el("nav", id="rv-list", **labelled("rv.queue")), head=_HEAD)
            part("rv-mid", el("main", VIEW.no_sheet("rv.pick"), id="rv-sheet"), head=_HEAD)
            part("rv-side", VIEW.tools(), script=_START, head=_HEAD)
        page.load(ReviewDesk(around).tidy, None, None, **quiet())
    built: gr.Blocks = page
    return built
