"""Who 我局 is and which city 本市 is, by what the metadata of the document names; nobody, where it doesn't say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.verify.verdict import Context

PAPERS = "条例|办法|规定|细则|意见|通知|规划|方案|纲要|公告|摘编"
SELF = re.compile(
    rf"(?:我们|您们?|[我本](?:局|委|办|厅|部门?|院|署|会|中心|省|自治区|市|区|县|街道|镇)|本(?:{PAPERS}))(?![场域间级议员计面法理])"
)
"""What a text calls itself, its office, its place and whom it speaks to."""

_SAID = re.compile(
    r"表示|(?<![所名职简])称|指出|认为|[答回]复|来函|通报|(?:提出|反映|介绍|说)(?:,|$)|:"
)  # by somebody else
_BODY = re.compile(
    r"(?P<省>[^省市区县]{2,8}(?:省|自治区))?(?P<市>[^省市区县]{2,8}市)?(?P<区>[^市区县]{2,8}区)?(?P<县>[^市区县]{2,8}县)?(?P<rest>.*)"
)
_CALLED = {"们": "$", "委": r"委(?:员会)?$", "办": r"办(?:公室)?$", "会": r"会$", "部门": r"[局委办厅部署院]$"}


def own_voice(before: str) -> bool:
    """Whether it is the document that speaks behind these words: no quotation mark is open, nobody said to say it."""
    return before.count("“") <= before.count("”") and not _SAID.search(re.split("[。!?]", before)[-1])


def names(word: str, context: Context) -> Iterator[str]:
    """What ``word`` (我局, 本市, 本条例) may be called instead."""
    kind = word[1:]
    body = _BODY.fullmatch(context.issuer)
    if re.fullmatch(PAPERS, kind):
        title = context.title.removesuffix("摘编") if kind != "摘编" else context.title
        if title.endswith(kind):
            yield title
    elif word[0] == "您":
        yield from (f"{'、'.join(context.addressees)}{title}" for title in ("", "代表") if context.addressees)
    elif body is None or re.search(r"[、，；;,\s]", context.issuer):
        return
    elif kind in {"省", "自治区", "市", "区", "县"}:
        yield from _place(body, "省" if kind == "自治区" else kind)
    elif context.issuer and re.search(_CALLED.get(kind, f"{kind}$"), context.issuer):
        yield context.issuer
        if body["rest"] and body["市"] and (body["区"] or body["县"]):
            yield context.issuer[body.end("市") :]


def _place(body: re.Match[str], kind: str) -> Iterator[str]:
    """The place of a kind in full, in short, and under the larger ones before it."""
    if body[kind]:
        short = body[kind].removesuffix(kind)
        yield from (body[kind], body.string[: body.end(kind)], *([short] if len(short) > 1 else []))
