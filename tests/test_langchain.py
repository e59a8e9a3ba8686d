"""Dafu inside chains as LangChain's documentation writes them."""

from __future__ import annotations

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough

from assistant.langchain import DafuAnswers, DafuRetriever
from index import StaticRetriever
from tests.fakes.assistant import scripted
from tests.fakes.encoder import HashEncoder
from tests.fakes.server import QUESTION

PASSAGES = ["全市共有图书馆32座，其中区级图书馆9座。", "全市共有公园1260个。", "地铁运营里程567公里。"]


@pytest.fixture(scope="module")
def found() -> StaticRetriever:
    return StaticRetriever(PASSAGES, HashEncoder())


def test_the_retriever_gives_documents_that_can_be_cited(found):
    """Each is the slice that its offsets name, under the id of its chunk."""
    documents = DafuRetriever(source=found, k=2).invoke("全市有多少座图书馆？")
    assert len(documents) == 2
    first = documents[0]
    assert "图书馆32座" in first.page_content
    source = found.document(first.metadata["document"])
    assert source.text[first.metadata["start"] : first.metadata["end"]] == first.page_content
    assert first.id == first.metadata["chunk"]


def test_the_chain_of_the_documentation_runs(found):
    """https://python.langchain.com/docs/tutorials/rag: retriever | format | prompt | model | parser."""

    def format_docs(docs):
        return "\n\n".join(doc.page_content for doc in docs)

    seen = []
    prompt = ChatPromptTemplate.from_template("Context: {context}\nQuestion: {question}")
    context = DafuRetriever(source=found, k=1) | format_docs
    chain = (
        {"context": context, "question": RunnablePassthrough()}
        | prompt
        | (lambda value: seen.append(value.to_string()) or value)
        | FakeListChatModel(responses=["32座"])
        | StrOutputParser()
    )
    assert chain.invoke("全市有多少座图书馆？") == "32座"
    assert "图书馆32座" in seen[0]
    assert "全市有多少座图书馆？" in seen[0]


def test_answers_are_a_runnable():
    """Invoked, streamed and batched; what is proved comes along, a refusal is one."""
    fake = scripted()
    answers = DafuAnswers(fake)
    message = answers.invoke(QUESTION)
    told = message.response_metadata["dafu"]
    assert (told["answered"], len(told["citations"])) == (True, 6)
    assert message.content == told["text"]
    pieces = list(answers.stream({"question": QUESTION, "history": ["前一问"]}))
    assert "".join(piece.content for piece in pieces) == message.content
    assert len(pieces) > 3
    assert fake.asked[-1] == (QUESTION, ("前一问",))
    assert (answers | StrOutputParser()).batch([QUESTION]) == [message.content]
    refused = answers.invoke("火星上有哪些医院？")
    assert refused.additional_kwargs["refusal"] == refused.response_metadata["dafu"]["abstention"]["detail"]
