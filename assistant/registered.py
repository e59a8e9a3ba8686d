"""Commands and pages that other packages add: entry points of the installation, imported only where one is used.

``dafu.commands`` name tables as ``assistant.cli.main.COMMANDS`` is one, ``dafu.pages`` name a ``StaffPage`` each.
"""

from __future__ import annotations

from typing import Any, Literal

from corpus.errors import StateError

REINSTALL = "this installation is older than its files; run `make install`, or `pip install -e . --no-deps`"


def registered(group: Literal["dafu.commands", "dafu.pages"]) -> tuple[Any, ...]:
    """What is registered in a group, in the order of the names; nothing where an older version was installed.

    Raises:
        StateError: something registered is not there any more.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415 (40 ms that most commands do without)

    try:
        return tuple(one.load() for one in sorted(entry_points(group=group), key=lambda one: one.name))
    except (ImportError, AttributeError) as error:
        raise StateError(f"{error}: {REINSTALL}") from error
