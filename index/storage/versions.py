"""What staff decide about a document, and its earlier texts: withdraw, restore, access, metadata, old citations.

What is decided outlives every sync: it is kept beside the document, not in it, and goes with a file that is renamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any, Literal

from corpus.document import Document, Metadata
from corpus.errors import InputError
from index.encoder import Encoder
from index.intake import Filing, Intake
from index.storage.catalog import TIERS, Catalog, now
from index.storage.store import Store
from index.sync import link

QuoteState = Literal["same", "moved", "changed", "withdrawn", "removed"]
EDITABLE = tuple(one.name for one in fields(Metadata) if one.name not in {"access", "superseded_on"})


def read_version(catalog: Catalog, identifier: str, version: str, tiers: Sequence[str] = TIERS) -> Document | None:
    """The document as it was cited, for someone who may see ``tiers``; the last text where that one is unknown.

    None where there never was such a document, or it is of another tier by now.
    """
    entry = catalog.entry(identifier)
    if entry is None or entry.tier not in tiers:
        return None
    return (catalog.version(identifier, version) if version else None) or catalog.held(identifier)


def quote_state(catalog: Catalog, document: str, start: int, end: int, text: str) -> QuoteState:
    """What has become of quoted words: at their place, elsewhere in the document, no longer in it, or not quotable."""
    standing = catalog.standing(document)
    held = catalog.document(document)
    if held is None:
        return "withdrawn" if standing == "withdrawn" else "removed"
    if held.text[start:end] == text:
        return "same"
    return "moved" if text in held.text[held.body :] else "changed"


def withdraw(store: Store, identifier: str, *, who: str = "", reason: str = "") -> None:
    """Stop searching and quoting a document at once; its texts stay readable from old citations.

    Raises:
        InputError: there is no such document.
    """
    _decide(store, None, identifier, {"withdrawn": now()}, ("withdrawn", who, reason))


def restore(store: Store, encoder: Encoder | None, identifier: str, *, who: str = "") -> None:
    """Let a withdrawn document be searched and quoted again.

    Raises:
        InputError: there is no such document.
    """
    _decide(store, encoder, identifier, {"withdrawn": None}, ("restored", who, ""))


def set_access(store: Store, encoder: Encoder | None, identifier: str, access: str | None, *, who: str = "") -> None:
    """Decide who may see a document; ``None`` lets the file decide again.

    Raises:
        InputError: there is no such document or tier.
    """
    if access is not None and access not in TIERS:
        raise InputError(f"access is {access!r}; write one of {', '.join(TIERS)}")
    _decide(store, encoder, identifier, {"access": access}, ("access", who, access or ""))


def edit_metadata(
    store: Store, encoder: Encoder | None, identifier: str, changes: Mapping[str, Any], *, who: str = ""
) -> None:
    """Say what a document is, over what its file says; a value equal to the file's takes an edit back.

    Raises:
        InputError: there is no such document, or a field that cannot be edited.
    """
    declared = store.catalog.declared(identifier)
    if declared is None:
        raise _missing(identifier)
    edits = edits_of(declared, {**(store.catalog.decisions(identifier).edits or {}), **changes})
    _decide(store, encoder, identifier, {"edits": edits}, ("metadata", who, ", ".join(sorted(changes))))


def edits_of(declared: Metadata, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a document otherwise than its file says it.

    Raises:
        InputError: a field that cannot be edited, or no title.
    """
    unknown = [name for name in changes if name not in EDITABLE]
    if unknown:
        raise InputError(f"{unknown[0]!r} cannot be edited; the fields are {', '.join(EDITABLE)}")
    stated = asdict(declared)
    edits = {name: _plain(value) for name, value in changes.items() if _plain(value) != _plain(stated[name])}
    if not str({**stated, **edits}["title"]).strip():
        raise InputError("the title is empty; write one")
    return edits


def _decide(
    store: Store, encoder: Encoder | None, identifier: str, changed: Mapping[str, Any], told: tuple[str, str, str]
) -> None:
    """Decide something (fields of ``Decisions``), told in the history: what, by whom, in detail.

    Where the file is gone it counts if the file comes back, and for who may read old texts.
    """
    catalog = store.catalog
    held, entry, declared = catalog.held(identifier), catalog.entry(identifier), catalog.declared(identifier)
    if held is None or entry is None or declared is None:
        raise _missing(identifier)
    if catalog.standing(identifier) != "removed":
        Intake(store, encoder).file([Filing(replace(held, metadata=declared), entry, *told, changed)])
        with store.writing():
            link(store)
        return
    with store.writing(), catalog.change() as connection:
        decisions = replace(catalog.decisions(identifier), **changed)
        catalog.decide(connection, identifier, decisions)
        catalog.retier(connection, identifier, decisions.applied(declared).access)
        what, who, detail = told
        catalog.note(connection, identifier, what, who=who, detail=detail)


def _missing(identifier: str) -> InputError:
    return InputError(f"there is no document {identifier!r}; `dafu sync` brings new files in")


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return [str(one) for one in value] if isinstance(value, Iterable) and not isinstance(value, str) else str(value)
