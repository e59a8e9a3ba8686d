"""What tests do to Gradio, of which they run many servers at once.

It makes the routes of a page three times and throws two away; here they are made once. Its idle queues look for work a
thousand times a second, five of them a server, which takes a twentieth of a processor; here fifty times.
"""

from __future__ import annotations

from gradio.queueing import Queue
from gradio.routes import App


def make_routes_once() -> None:
    """From now on the routes of a page are made when it is mounted, and queues look for work less often."""
    make, begin = App.create_app, Queue.__init__
    if make.__name__ == "once":
        return

    def once(*arguments: object, parent_app: object = None, **options: object) -> App | None:
        return make(*arguments, parent_app=parent_app, **options) if parent_app is not None else None

    def calmly(queue: Queue, *arguments: object, **options: object) -> None:
        begin(queue, *arguments, **options)
        queue.sleep_when_free = 0.02

    App.create_app = staticmethod(once)
    Queue.__init__ = calmly
