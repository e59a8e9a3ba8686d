"""Dafu as parts of a LangChain chain: its search as a retriever, and its answers as a runnable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict, Field

from assistant.answer import Answer
from assistant.conversation import Answers

Asked = str | Mapping[str, Any]


class DafuRetriever(BaseRetriever):
    """The passages that a ``Retriever`` of Dafu finds, as LangChain's documents; offsets are in their metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    source: Any = Field(description="A Retriever of Dafu: a Searcher over a home, a StaticRetriever over passages.")
    k: int = Field(default=5, ge=1, description="How many passages at most.")

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 (the method's signature)
    ) -> list[Document]:
        found = ((hit, hit.to_dict()) for hit in self.source.search(query, self.k))
        return [Document(told.pop("text"), id=hit.chunk, metadata=told) for hit, told in found]


class DafuAnswers(Runnable[Asked, AIMessage]):
    """Proved answers: a question, or ``{"question", "history"}`` → a message with its marks.

    ``message.response_metadata["dafu"]`` is the whole answer as ``dafu ask --json`` prints it, and a refusal also
    stands in ``message.additional_kwargs["refusal"]``. ``stream`` gives it sentence by sentence.
    """

    def __init__(self, assistant: Answers) -> None:
        self._assistant = assistant

    def invoke(
        self,
        input: Asked,  # noqa: A002 (the method's signature)
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> AIMessage:
        """The whole answer."""
        return self._call_with_config(self._answer, input, config, run_type="chain", **kwargs)

    def stream(
        self,
        input: Asked,  # noqa: A002
        config: RunnableConfig | None = None,  # noqa: ARG002 (nothing of it changes how an answer comes)
        **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[AIMessageChunk]:
        """The answer as it grows; the last chunk brings what ``response_metadata`` has."""
        answer, sent = None, 0
        for step in self._assistant.stream(*_asked(input)):
            if isinstance(step, Answer):
                answer = step
                yield AIMessageChunk(content=step.text[sent:])
                sent = len(step.text)
        if answer is not None:
            yield AIMessageChunk(
                content="", additional_kwargs=_refusal(answer), response_metadata={"dafu": answer.to_dict()}
            )

    def _answer(self, asked: Asked) -> AIMessage:
        answer = self._assistant.ask(*_asked(asked))
        return AIMessage(answer.text, additional_kwargs=_refusal(answer), response_metadata={"dafu": answer.to_dict()})


def _asked(given: Asked) -> tuple[str, Sequence[Any]]:
    return (given, ()) if isinstance(given, str) else (given["question"], given.get("history", ()))


def _refusal(answer: Answer) -> dict[str, str]:
    return {"refusal": answer.abstention.detail} if answer.abstention else {}
