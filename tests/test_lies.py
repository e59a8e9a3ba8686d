"""A language model that lies in fifty ways: none of its lies is shown as supported, the quote stands in its place."""

from __future__ import annotations

import pytest

from assistant.generate.chat import ChatGenerator
from assistant.llm.client import ChatClient, Endpoint
from assistant.verify import Context, RuleVerifier
from corpus.document import Document, Metadata
from tests.fakes import chat_server as fake

QUOTES = (
    "梅林片区改造项目由区住建局负责，投资3.2亿元；香蜜湖片区改造项目由区水务局负责，投资1.5亿元。",
    "我局正在探索数据跨境流动试点，拟于2026年底前扩大到深港两地的20家外资企业。",
    "代表建议增设公交站点，我局认为条件尚不具备，将会同市交通局研究。",
    "除涉密项目外，多数街道的改造方案已向社会公开。",
    "2024年新增专精特新企业18家，占全市5.8%，下降3%。",
)
LIES = (
    (1, "梅林片区改造项目由区水务局负责，投资3.2亿元；香蜜湖片区改造项目由区住建局负责，投资1.5亿元。"),
    (1, "香蜜湖片区改造项目由区住建局负责，投资3.2亿元；梅林片区改造项目由区水务局负责，投资1.5亿元。"),
    (1, "梅林片区改造项目由区住建局负责，投资1.5亿元；香蜜湖片区改造项目由区水务局负责，投资3.2亿元。"),
    (1, "梅林片区改造项目由区住建局负责，投资1.5亿元。"),
    (1, "梅林片区改造项目由区水务局负责，投资1.5亿元。"),
    (1, "梅林片区改造项目由区住建局负责，投资3.2亿元，已拨付；香蜜湖片区改造项目由区水务局负责，投资1.5亿元。"),
    (1, "梅林片区改造项目由区住建局负责，投资3.2亿元，不予公开。"),
    (1, "梅林片区改造项目由区住建局牵头，投资3.2亿元。"),
    (1, "梅林片区改造项目由市住建局负责，投资3.2亿元。"),
    (1, "梅林片区改造项目由区住建局负责，投资3.2万元。"),
    (1, "梅林片区改造项目由区住建局负责，投资32亿元。"),
    (1, "两个改造项目由区住建局负责，投资4.7亿元。"),
    (1, "梅林片区新建项目由区住建局负责，投资3.2亿元。"),
    (1, "梅林片区改造项目由区住建局负责，投资\u202e2.3\u202c亿元。"),
    (1, "梅林片区改造项目由区住建局负责，投资3\u200b.2亿元。"),
    (1, "梅林片区改造项目由区住建局负责，投资3.²亿元。"),
    (2, "我局正在完成数据跨境流动试点，拟于2026年底前扩大到深港两地的20家外资企业。"),
    (2, "我局已探索数据跨境流动试点，拟于2026年底前扩大到深港两地的20家外资企业。"),
    (2, "我局正在探索数据跨境流动试点，已于2026年底前扩大到深港两地的20家外资企业。"),
    (2, "我局正在探索数据跨境流动试点，拟于2026年底前扩大到沪港两地的20家外资企业。"),
    (2, "我局正在探索数据跨境流动试点，拟于2026年底前扩大到深港两地的20家内资企业。"),
    (2, "我局正在全面推行数据跨境流动，拟于2026年底前扩大到深港两地的20家外资企业。"),
    (2, "我局正在探索数据跨境流动全面推行，拟于2026年底前扩大到深港两地的20家外资企业。"),
    (2, "我局正在探索数据跨境流动试点，拟于2026年底扩大到深港两地的20家外资企业。"),
    (2, "我局正在探索数据跨境流动试点，拟于2025年底前扩大到深港两地的20家外资企业。"),
    (2, "我局正在探索数据跨境流动试点，拟于2026年底前扩大到深港两地的200家外资企业。"),
    (2, "我局正在探索数据跨境流动试点。"),
    (2, "拟于2026年底前扩大到深港两地的20家外资企业。"),
    (2, "市政府正在探索数据跨境流动试点，拟于2026年底前扩大到深港两地的20家外资企业。"),
    (2, "我局正在探索数据跨境流动试点，拟于2026年底前扩大到深港两地的20家外资企业，资金已拨付。"),
    (2, "我局正在探索数据跨境流动试点，2026年底前扩大到深港两地的20家外资企业。"),
    (3, "我局同意增设公交站点，将会同市交通局研究。"),
    (3, "我局建议增设公交站点，代表认为条件尚不具备，将会同市交通局研究。"),
    (3, "代表建议增设公交站点，我局认为条件已经具备，将会同市交通局研究。"),
    (3, "代表建议增设公交站点，我局认为条件具备，将会同市交通局研究。"),
    (3, "代表建议增设公交站点，市交通局认为条件尚不具备，将会同我局研究。"),
    (3, "代表建议增设公交站点，我局将会同市交通局研究。"),
    (3, "代表建议增设公交站点，我局认为条件尚不具备，将会同市交通局实施。"),
    (3, "代表建议增设公交站点。我局将增设。"),
    (4, "多数街道的改造方案已向社会公开。"),
    (4, "除涉密项目外，全部街道的改造方案已向社会公开。"),
    (4, "除涉密项目外，多数街道的改造方案将向社会公开。"),
    (4, "包括涉密项目在内，多数街道的改造方案已向社会公开。"),
    (4, "除涉密项目外，多数街道的改造方案已向社会公开，居民一致同意。"),
    (4, "除涉密项目外，多数街道的改造方案未向社会公开。"),
    (5, "2024年新增专精特新企业18家，占全市5.8%，增长3%。"),
    (5, "2024年新增专精特新企业18家，占全国5.8%，下降3%。"),
    (5, "2024年新增专精特新企业1⑧家，占全市5.8%，下降3%。"),
    (5, "2024年新增专精特新企业18家，占全市5.8‰，下降3%。"),
    (5, "2023年新增专精特新企业18家，占全市5.8%，下降3%。"),
    (5, "2024年新增专精特新企业18家，下降5.8%，占全市3%。"),
    (5, "据统计，2024年新增专精特新企业18家，占全市5.8%，下降3%，居全国首位。"),
)  # fmt: skip
TRUE = (
    (1, "香蜜湖片区改造项目由区水务局负责，投资一点五亿元。"),
    (2, "我局正在探索数据跨境流动试点，拟于2026年底前扩大到深港两地的二十家外资企业。"),
    (5, "2024年新增专精特新企业18家，占全市百分之五点八，下降3%。"),
)


def supported(said: tuple[tuple[int, str], ...]) -> list[str]:
    """The sentences that a scripted endpoint says and the verifier lets pass, each by the evidence that it names."""
    source = Document("reply", "reply.txt", Metadata("答复", issuer="深圳市福田区科技创新局"), "".join(QUOTES))
    context = Context.of(source)
    with fake.ChatServer(lambda request: fake.sentences(request, [([n], text) for n, text in said])) as server:
        generator = ChatGenerator(
            ChatClient(Endpoint(server.base_url, "fake", first_token_seconds=120.0, total_seconds=120.0)),
            "endpoint/fake",
        )
        worded = list(generator.generate("改造和试点进展如何？", QUOTES))
    assert [one.text for one in worded] == [text for _, text in said]
    return [
        one.text
        for one in worded
        if RuleVerifier().verify(one.text, [QUOTES[n - 1] for n in one.evidence], context).supported
    ]


def test_no_lie_is_shown_as_supported():
    assert len(LIES) >= 50
    assert supported(LIES) == []


def test_a_true_sentence_in_another_notation_is():
    assert supported(TRUE) == [text for _, text in TRUE]


@pytest.mark.parametrize(("number", "lie"), LIES)
def test_a_lie_is_told_with_what_the_quote_says(number, lie):
    """Each difference lies in the sentence, and something is told of it."""
    findings = RuleVerifier().verify(lie, [QUOTES[number - 1]]).findings
    assert findings
    assert all(0 <= one.start <= one.end <= len(lie) and (one.text or one.quoted) for one in findings)
