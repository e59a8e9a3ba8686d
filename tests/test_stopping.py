"""A page that goes away while its question is answered."""

import threading
import time
from types import SimpleNamespace

import gradio as gr

from assistant.web.chat.page import ChatHandlers
from assistant.web.chat.thread import Session
from assistant.web.surroundings import PERSON, Surroundings
from tests.fakes.assistant import scripted


def event(**data):
    return gr.EventData(None, data)


def test_closing_an_answer_waits_for_no_other_writer(records):
    """Gradio closes it on the event loop: what it had is kept by a thread of its own, once the records are free."""
    fake = scripted()
    handlers = ChatHandlers(Surroundings(answers=lambda _: fake, records=records))
    person = records.users.local()
    request = SimpleNamespace(scope={PERSON: person})
    steps = handlers.ask(Session(), request, event(question="福田区有多少家医院"))
    next(steps)
    free, held = threading.Event(), threading.Event()

    def hold():
        with records.writing():
            held.set()
            free.wait(20)

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(5)
    began = time.monotonic()
    steps.close()
    assert time.monotonic() - began < 2
    free.set()
    other.join()
    handlers._closing.shutdown(wait=True)
    (conversation,) = records.conversations.of(person.id)
    assert [turn.state for turn in records.turns.of(person.id, conversation.id)] == ["stopped"]
