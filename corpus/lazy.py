"""A package's names, imported when they are asked for: a command that uses none of them does not wait for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module


def attributes(package: str, names: Mapping[str, str]) -> Callable[[str], object]:
    """The ``__getattr__`` of a package; ``names`` are those of each of its modules, with blanks between."""
    homes = {name: module for module, some in names.items() for name in some.split()}

    def find(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return find
