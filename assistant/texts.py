"""What the assistant itself says in answers, in each language; pages and command line have their own texts."""

from __future__ import annotations

from assistant.question import Language
from corpus.normalise import traditional

_TEXTS: dict[str, dict[str, str]] = {
    "zh-Hans": {
        "count_all": "共{total}项，以下逐项列出。",
        "count_some": "资料载明共{total}{unit}，所收文件列出其中{held}{unit}。",
        "count_stated": "资料载明共{total}{unit}，没有逐{unit}列出。",
        "correction": "资料为{held}，非{asked}。",
        "group": "《{title}》{date}：",
        "dates_differ": "以下内容出自不同时间的资料，按资料并列，请注意各自的日期。",
        "relative_year": "资料中与“{word}”对应的是{year}年。",
        "plan": "以下是{year}目标，不是已经完成的结果。",
        "missing": "关于“{part}”，资料未涉及。",
        "superseded": "《{title}》{status}，引用时请核对现行文件。",
        "fallback": "语言模型没有响应（{reason}），已改为逐句摘录原文。",
        "refusal": "资料未涉及。{detail}",
        "gap": "资料写明：{detail}",
        "none": "现有资料没有写到这个问题。",
        "frame": "",
        "export_on": "导出于 {moment}",
        "export_searched": "按此理解检索：{question}",
        "export_sources": "引文",
        "export_nearest": "最接近的段落（供参考，不作为回答）",
        "export_unverified": "【未核实】",
        "export_unanswered": "这个问题没有答完。",
        "export_verbatim": "逐句摘自原文，未经改写",
        "export_ai": "人工智能生成，引文以原文为准",
        "export_by_staff": "工作人员答复 {date}",
        "export_as_of": "资料截至 {date}",
        "export_digest": "摘编（非原文）",
        "export_based_on": "所据文件 {number}",
        "export_issued": "{date} 发布",
        "export_source": "出处 {source}",
        "export_foot": "答复：有据可查的问答。引文以原文为准",
    },
    "en": {
        "count_all": "{total} items in all, listed below.",
        "count_some": "The documents state {total} in all; those held list {held} of them.",
        "count_stated": "The documents state {total} in all without listing each.",
        "correction": "The documents say {held}, not {asked}.",
        "group": "{title} {date}:",
        "dates_differ": "What follows comes from documents of different dates; mind the date of each.",
        "relative_year": "In the documents this is the year {year}.",
        "plan": "What follows is a target, not a result.",
        "missing": "The documents do not answer: {part}",
        "superseded": "{title}: {status}. Check the document now in force.",
        "fallback": "The language model did not respond ({reason}); the answer quotes the documents instead.",
        "refusal": "Not in the documents. {detail}",
        "gap": "The documents state: {detail}",
        "none": "The documents do not speak to this question.",
        "frame": "The documents say, in Chinese:",
        "export_on": "Exported {moment}",
        "export_searched": "Searched as: {question}",
        "export_sources": "Quotes",
        "export_nearest": "Nearest passages (for reference, not an answer)",
        "export_unverified": "[Not verified] ",
        "export_unanswered": "This question was not answered to the end.",
        "export_verbatim": "Quoted sentence by sentence, nothing reworded",
        "export_ai": "Made by AI. The quoted originals prevail",
        "export_by_staff": "Answered by staff {date}",
        "export_as_of": "Documents as of {date}",
        "export_digest": "Digest, not the original",
        "export_based_on": "based on {number}",
        "export_issued": "issued {date}",
        "export_source": "from {source}",
        "export_foot": "Dafu: answers with their evidence. The quoted originals prevail",
    },
}


def say(key: str, language: Language, **values: object) -> str:
    """One text in the language of the question."""
    table = _TEXTS["en" if language == "en" else "zh-Hans"]
    text = table[key].format(**values)
    return traditional(text) if language == "zh-Hant" else text
