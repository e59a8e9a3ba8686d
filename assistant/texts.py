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
        "plan": "以下是{year}目标或计划，不是已经完成的结果。",
        "superseded": "《{title}》{status}，引用时请核对现行文件。",
        "fallback": "语言模型没有响应（{reason}），已改为逐句摘录原文。",
        "refusal": "资料未涉及。{detail}",
        "gap": "资料写明：{detail}",
        "none": "现有资料没有写到这个问题。",
        "frame": "",
    },
    "en": {
        "count_all": "{total} items in all, listed below.",
        "count_some": "The documents state {total} in all; those held list {held} of them.",
        "count_stated": "The documents state {total} in all without listing each.",
        "correction": "The documents say {held}, not {asked}.",
        "group": "{title} {date}:",
        "dates_differ": "What follows comes from documents of different dates; mind the date of each.",
        "relative_year": "In the documents this is the year {year}.",
        "plan": "What follows is a target or plan for {year}, not a result.",
        "superseded": "{title}: {status}. Check the document now in force.",
        "fallback": "The language model did not respond ({reason}); the answer quotes the documents instead.",
        "refusal": "Not in the documents. {detail}",
        "gap": "The documents state: {detail}",
        "none": "The documents do not speak to this question.",
        "frame": "The documents say, in Chinese:",
    },
}


def say(key: str, language: Language, **values: object) -> str:
    """One text in the language of the question."""
    table = _TEXTS["en" if language == "en" else "zh-Hans"]
    text = table[key].format(**values)
    return traditional(text) if language == "zh-Hant" else text
