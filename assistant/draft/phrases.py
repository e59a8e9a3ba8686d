"""What drafting writes into letters and their annex; the letter's own phrases stand in its template."""

from __future__ import annotations

_WORDS = {
    "blank.request": "〔请补充：关于“{0}”的办理情况〕",
    "blank.overview": "〔请补充：相关工作的总体情况〕",
    "blank.next": "〔请补充：下一步工作安排〕",
    "blank.office": "〔请补充：由{0}会办，关于“{1}”的意见〕",
    "blank.new": "〔请补充：一句话〕",
    "blank.internal": "〔请补充：此处依据内部资料，不随函发出〕",
    "ai": "本稿由人工智能辅助起草，签发前请逐句核对。",
    "ai.extractive": "本稿由程序辅助起草（逐句摘自原文，未使用语言模型），签发前请逐句核对。",
    "ask.overview": "{0}取得了哪些进展和成效？",
    "ask.next": "下一步如何推进{0}？",
    "v.ok": "有据",
    "v.hand": "人工核对",
    "v.check": "待核",
    "v.bad": "与引文不符",
    "v.none": "无据",
    "confirmed.by": "核对人：{0}",
    "confirmed.on": "核对日期：{0}",
    "confirmed.why": "理由：{0}",
    "internal": "内",
    "internal.long": "内部资料，不随函发出",
    "annex": "附件",
    "annex.title": "依据清单",
    "annex.1": "段落和句子",
    "annex.2": "引文",
    "annex.3": "资料和位置",
    "annex.4": "核对结果",
    "annex.at": "第{0}段：{1}",
    "annex.sum": "有据 {0} 句，人工核对 {1} 句，待核 {2} 句，与引文不符 {3} 句，无据 {4} 处，待填 {5} 处。"
    "核对所依日期：{6}。",
    "annex.note": "第{0}段：{1}",
    "doubtful": "〔待核：{0}〕",
}


def inside(text: str) -> str:
    """A text as it stands between quotation marks: its own become the inner ones."""
    return text.translate(str.maketrans("“”", "‘’"))


def phrase(key: str, *values: object) -> str:
    """One text with its values filled in."""
    return _WORDS[key].format(*values)
