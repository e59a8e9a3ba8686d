"""Gradio makes the routes of a page three times and throws two away; tests, which build many pages, make them once."""

from __future__ import annotations

from gradio.routes import App


def make_routes_once() -> None:
    """From now on the routes of a page are made when it is mounted, and not while it is built."""
    make = App.create_app
    if make.__name__ == "once":
        return

    def once(*arguments: object, parent_app: object = None, **options: object) -> App | None:
        return make(*arguments, parent_app=parent_app, **options) if parent_app is not None else None

    App.create_app = staticmethod(once)
