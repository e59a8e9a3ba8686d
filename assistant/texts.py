"""What the assistant itself says in answers, in each language; pages and command line have their own texts."""

from __future__ import annotations

from assistant.question import Language
from corpus.normalise import traditional

_TEXTS: dict[str, dict[str, str]] = {
    "zh-Hans": {
        "count_all": "共{total}项，以下逐项列出。",
        "count_some": "资料载明共{total}{unit}，所收文件列出其中{held}{unit}。",
        "correction": "资料为{held}，非{asked}。",
        "group": "《{title}》{date}：",
        "dates_differ": "以下内容出自不同时间的资料，按资料并列，请注意各自的日期。",
        "relative_year": "资料中与“{word}”对应的是{year}年。",
        "missing": "关于“{part}”，资料未涉及。",
        "superseded": "《{title}》{status}，引用时请核对现行文件。",
        "superseded_by": "《{title}》已由《{by}》取代，引用时请核对现行文件。",
        "superseded_by_on": "《{title}》自{date}起已由《{by}》取代，引用时请核对现行文件。",
        "expired_on": "《{title}》已于{date}到期失效，引用时请核对现行文件。",
        "not_yet": "《{title}》自{date}起施行，现在尚未生效。",
        "fallback": "语言模型没有响应（{reason}），已改为逐句摘录原文。",
        "fallback_reader": "语言模型没有读成（{reason}），已改由本机的模型查读。",
        "refusal": "资料未涉及。{detail}",
        "gap": "资料自己说明：{detail}",
        "none": "现有资料没有写到这个问题。",
        "lacks_year": "资料中相关的段落写的是其他年份，没有写到{asked}。",
        "lacks_article": "现有资料没有写到{asked}。",
        "lacks_document": "现有资料中没有编号为{asked}的文件。",
        "frame": "",
        "export_on": "导出于 {moment}",
        "export_searched": "按此理解检索：{question}",
        "export_sources": "引文",
        "export_nearest": "最接近的段落（供参考，不作为回答）",
        "export_unverified": "【未核实】",
        "export_unanswered": "这个问题没有答完。",
        "export_withheld": "这个回答引用的资料现在不对您开放，不再显示。",
        "export_verbatim": "逐句摘自所列资料，未经改写",
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
        "correction": "The documents say {held}, not {asked}.",
        "group": "{title} {date}:",
        "dates_differ": "What follows comes from documents of different dates; mind the date of each.",
        "relative_year": "In the documents, “{word}” is the year {year}.",
        "missing": "The documents do not answer: {part}",
        "superseded": "{title}: {status}. Check the document now in force.",
        "superseded_by": "{title} has been replaced by {by}. Check the document now in force.",
        "superseded_by_on": "{title} has been replaced by {by} since {date}. Check the document now in force.",
        "expired_on": "{title} expired on {date}. Check the document now in force.",
        "not_yet": "{title} takes effect on {date} and is not in force yet.",
        "fallback": "The language model did not respond ({reason}); the answer quotes the documents instead.",
        "fallback_reader": "The language model could not read ({reason}); this machine's own model read instead.",
        "refusal": "Not in the documents. {detail}",
        "gap": "The documents themselves say: {detail}",
        "none": "The documents do not speak to this question.",
        "lacks_year": "The passages nearest to your question are about other years than {asked}.",
        "lacks_article": "The documents do not write of {asked}.",
        "lacks_document": "None of the documents has the number {asked}.",
        "frame": "The documents say, in Chinese:",
        "export_on": "Exported {moment}",
        "export_searched": "Searched as: {question}",
        "export_sources": "Quotes",
        "export_nearest": "Nearest passages (for reference, not an answer)",
        "export_unverified": "[Not verified] ",
        "export_unanswered": "This question was not answered to the end.",
        "export_withheld": "This answer rests on a document that is no longer open to you, and is not shown.",
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
