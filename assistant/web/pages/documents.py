"""资料: what there is, who may see it, what it says of itself, and new files; every change is on record."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import gradio as gr
from markupsafe import Markup

from assistant.locale import message
from assistant.records import Person
from assistant.review import StaffAnswers
from assistant.web.pages import shelf
from assistant.web.pages.outdated import MOST, Outdated, affected, outdated
from assistant.web.pages.shelf import SHELF
from assistant.web.parts import SHOW, add_masthead, assets, part, quiet, sent
from assistant.web.surroundings import StaffServices, Surroundings, person_of
from corpus.errors import DafuError
from corpus.formats.refusals import FileError
from index.incoming import Held, discard, held, hold, take, waiting
from index.storage.catalog import Failure
from index.storage.versions import edit_metadata, restore, set_access, withdraw
from index.watch import BackgroundSync

_HEAD = assets("documents.js", "documents.css")
_FILTER = SHOW + "window.dafuDocuments.wire(element, trigger, ['filter']);"
_LIST = SHOW + "window.dafuDocuments.wire(element, trigger, ['pick', 'more']);"
_LIST += " watch('value', () => { window.dafuDocuments.renewed(element); window.dafu.holdings(); });"
_STATE = SHOW + "window.dafuDocuments.wire(element, trigger, ['sync']);"
_SHEET = SHOW + "window.dafuDocuments.wire(element, trigger, ['save', 'access', 'withdraw', 'restore', 'look']);"
_SHEET += " watch('value', () => window.dafuDocuments.opened(element));"
_UPLOAD = SHOW + "window.dafuDocuments.uploads(element, trigger); /* 'received', 'take', 'discard' */"
_REPLY = "window.dafuDocuments.replied(element); watch('value', () => window.dafuDocuments.replied(element));"
_PAGE = 100  # documents listed at once
_LOOK_SECONDS = 2.0
_DATE = re.compile(r"(?:\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)?")
_DATES = ("issued", "effective", "expires", "as_of")


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: the filter, how many of the list, the open document and which of its texts."""

    wanted: Mapping[str, str] = field(default_factory=dict)
    most: int = _PAGE
    open: str = ""
    version: str = ""


def build(around: Surroundings) -> gr.Blocks:
    """The page; everything on it is for staff."""
    with gr.Blocks(title=message("title.of", message("nav.files")), analytics_enabled=False, fill_width=True) as page:
        add_masthead(around, "/documents")
        with gr.Row(elem_id="documents"):
            with gr.Column(min_width=0):
                drop = _html("dc-drop", _UPLOAD, SHELF.upload_box())
                reply = _html("dc-reply", _REPLY)
                state = _html("dc-state", _STATE)
                finder = _html("dc-filter", _FILTER)
                listed = _html("dc-list", _LIST)
            with gr.Column(min_width=0):
                sheet = _html("dc-sheet", _SHEET)
        if around.office is not None:
            on = DocumentsHandlers(around, around.office)
            view, seen = gr.State(View()), gr.State((-1, ""))
            page.load(on.start, None, [seen, state, finder, listed, sheet, reply], **quiet())
            for name in ("received", "take", "discard"):
                getattr(drop, name)(getattr(on, name), None, reply, trigger_mode="multiple", **quiet())
            state.sync(on.sync, None, [seen, state], **quiet())
            finder.filter(on.filter, view, [view, listed], **quiet())
            listed.pick(on.pick, view, [view, listed, sheet], **quiet())
            listed.more(on.more, view, [view, listed], **quiet())
            sheet.look(on.look, view, [view, sheet], **quiet())
            for name in ("save", "access", "withdraw", "restore"):
                getattr(sheet, name)(getattr(on, name), view, [listed, sheet], **quiet())
            gr.Timer(_LOOK_SECONDS).tick(on.tick, [view, seen], [seen, state, listed], **quiet())
    built: gr.Blocks = page
    return built


def _html(name: str, script: str, value: Markup | str = "") -> Any:
    return part(name, value, script=script, head=_HEAD)


class DocumentsHandlers:
    """What happens on each event; what is changed is written to the audit log."""

    def __init__(self, around: Surroundings, office: StaffServices) -> None:
        self._around, self._records, self._store = around, around.records, office.store
        self._encoder = office.encoder
        self._found: tuple[int, tuple[Outdated, ...]] = (-1, ())
        self._answers = StaffAnswers(around.records, office.store, office.encoder, office.settings.office_name)
        self._sync = office.sync or BackgroundSync(office.store, office.store.catalog.sources, office.encoder)

    # What is shown

    def start(self) -> tuple[tuple[int, str], str, str, str, str, str]:
        """The page as it opens, whole at once: what comes later moves what is read already."""
        seen = self._state()
        kinds = sorted({one.kind for one in self._store.catalog.metadata(withdrawn=True).values() if one.kind})
        asked = Markup("").join(SHELF.asking(self._asking(one)) for one in waiting(self._store))
        return (
            seen,
            seen[1],
            str(SHELF.filters(kinds)),
            self._listing(View()),
            str(SHELF.no_sheet("dc.pick")),
            str(asked),
        )

    def filter(self, view: View, event: gr.EventData) -> tuple[View, str]:
        """The documents that are looked for."""
        wanted = {name: sent(event, name) for name in ("text", "kind", "state", "access")}
        view = replace(view, wanted=wanted, most=_PAGE)
        return view, self._listing(view)

    def more(self, view: View) -> tuple[View, str]:
        """A longer list."""
        view = replace(view, most=view.most + _PAGE)
        return view, self._listing(view)

    def pick(self, view: View, event: gr.EventData) -> tuple[View, str, str]:
        """Open a document."""
        view = replace(view, open=sent(event, "id"), version="")
        return view, self._listing(view), self._sheet(view)

    def look(self, view: View, event: gr.EventData) -> tuple[View, str]:
        """Another text that the document had."""
        view = replace(view, version=sent(event, "version"))
        return view, self._sheet(view)

    def tick(self, view: View, seen: tuple[int, str]) -> tuple[Any, Any, Any]:
        """What the sync does, and the list once it is another."""
        now = self._state()
        if now == seen:
            return gr.skip(), gr.skip(), gr.skip()
        changed = now[0] != seen[0] or not self._sync.state.running
        return now, now[1], self._listing(view) if changed else gr.skip()

    # What is done

    def sync(self, request: gr.Request) -> tuple[tuple[int, str], str]:
        """Read the folders now; that it began counts as seen, or an end that reads like the last one were not shown."""
        self._note(person_of(request), "document.sync", "", {})
        self._sync.ask()
        seen = self._state()
        return seen, seen[1]

    def received(self, request: gr.Request, event: gr.EventData) -> str:
        """Keep a file that the page's script has sent aside and ask what it is, or say why not."""
        name = sent(event, "name")
        with self._around.uploads.taken(person_of(request), sent(event, "token")) as upload:
            if upload is None:
                return str(SHELF.refused("dc.broken"))
            try:
                return str(SHELF.asking(self._asking(hold(self._store, upload, name))))
            except FileError as error:
                failure = Failure(name, str(error), error.code, error.facts)
                return str(SHELF.reply("", "no", shelf.failure_text(failure)))
            except DafuError as error:
                return str(SHELF.refused(str(error)))

    def take(self, request: gr.Request, event: gr.EventData) -> str:
        """Make an upload searchable as what it was said to be, and tell when it is."""
        token, access, replacing = sent(event, "token"), sent(event, "access"), sent(event, "clash") == "version"
        said = {name: sent(event, name).strip() for name in shelf.ASKED}
        waits = held(self._store, token)
        if waits is None:
            return str(SHELF.refused("dc.lost", token=token))
        wrong = _wrong(said, asdict(waits.metadata))
        if wrong:
            return str(SHELF.asking(shelf.Asking(waits, said, access, wrong, replacing=replacing)))
        person = person_of(request)
        try:
            document = take(self._store, self._encoder, token, said, access, replacing=replacing, who=_name(person))
        except DafuError as error:
            return str(SHELF.asking(shelf.Asking(waits, said, access, str(error), replacing=replacing)))
        self._note(person, "document.upload", document.id, {"name": waits.name, "access": access, **said})
        chunks = self._store.catalog.chunk_counts().get(document.id, 0)
        return str(SHELF.taken(token, access, chunks, replacing and waits.clash is not None))

    def discard(self, event: gr.EventData) -> str:
        """Forget an upload that nobody has found yet."""
        token = sent(event, "token")
        discard(self._store, token)
        return str(SHELF.refused("dc.discarded", token=token))

    def _asking(self, waits: Held) -> shelf.Asking:
        """What is asked of an upload: as its text says, and staff only; a new text of a document stays what that is."""
        known = self._store.catalog.entry(waits.document) if waits.replaces else None
        edits = dict(self._store.catalog.decisions(waits.document).edits or {}) if waits.replaces else {}
        said = asdict(waits.metadata) | edits
        fields = {name: shelf.written(said[name]) for name in shelf.ASKED}
        return shelf.Asking(waits, fields, known.tier if known else "internal", replacing=waits.replaces)

    def save(self, view: View, request: gr.Request, event: gr.EventData) -> tuple[str, str]:
        """Keep what was edited."""
        changes: dict[str, Any] = {name: sent(event, name).strip() for name in shelf.FIELDS}
        changes["supersedes"] = tuple(line.strip() for line in changes["supersedes"].splitlines() if line.strip())
        wrong = _wrong(changes, {name: self._said(view, name) for name in _DATES})
        if wrong:
            return self._listing(view), self._sheet(view, wrong=wrong)
        changes = {name: value for name, value in changes.items() if shelf.written(value) != self._said(view, name)}
        said = {name: shelf.written(value) for name, value in changes.items()}
        return self._do(
            view,
            request,
            "document.metadata",
            said,
            lambda who: edit_metadata(self._store, self._encoder, view.open, changes, who=who),
        )

    def access(self, view: View, request: gr.Request, event: gr.EventData) -> tuple[str, str]:
        """Decide who sees it."""
        tier = sent(event, "access")

        def decide(who: str) -> None:
            set_access(self._store, self._encoder, view.open, tier, who=who)
            self._answers.keep()  # a staff answer is seen by no more people than what it rests on

        return self._do(view, request, "document.access", {"access": tier}, decide)

    def withdraw(self, view: View, request: gr.Request, event: gr.EventData) -> tuple[str, str]:
        """Stop quoting it."""
        reason = sent(event, "reason").strip()[:200]

        def decide(who: str) -> None:
            withdraw(self._store, view.open, who=who, reason=reason)

        return self._do(view, request, "document.withdraw", {"reason": reason}, decide)

    def restore(self, view: View, request: gr.Request) -> tuple[str, str]:
        """Let it be quoted again."""

        def decide(who: str) -> None:
            restore(self._store, self._encoder, view.open, who=who)

        return self._do(view, request, "document.restore", {}, decide)

    def _do(
        self, view: View, request: gr.Request, what: str, detail: Mapping[str, Any], change: Callable[[str], object]
    ) -> tuple[str, str]:
        """Change the open document in somebody's name, and write it to the audit log."""
        person = person_of(request)
        try:
            change(_name(person))
        except DafuError as error:
            return self._listing(view), self._sheet(view, wrong=str(error))
        self._note(person, what, view.open, detail)
        return self._listing(view), self._sheet(view, told="dc.saved")

    def _note(self, person: Person, what: str, document: str, detail: Mapping[str, Any]) -> None:
        self._records.audit.add(person.name, what, f"document:{document}", detail)

    # What it is made of

    def _state(self) -> tuple[int, str]:
        """Which documents there are, as a number, and what the sync does in words."""
        catalog = self._store.catalog
        return catalog.generation(), str(SHELF.state_line(self._sync.state, catalog.get("synced") or ""))

    def _said(self, view: View, name: str) -> str:
        """A field as the form showed it."""
        declared = self._store.catalog.declared(view.open)
        edits = self._store.catalog.decisions(view.open).edits or {}
        return shelf.written(edits.get(name, getattr(declared, name, "")))

    def _listing(self, view: View) -> str:
        catalog = self._store.catalog
        entries, metadata = catalog.entries(), catalog.metadata(withdrawn=True)
        chunks, today = catalog.chunk_counts(), _today()
        kept = {"duplicate": catalog.duplicates(), "edited": catalog.edited(), "partial": catalog.left_out()}
        every = [
            shelf.ShelfRow(
                entry,
                metadata[name],
                chunks.get(name, 0),
                shelf.marks(
                    entry, metadata[name], kept=[one for one, names in kept.items() if name in names], on=today
                ),
            )
            for name, entry in entries.items()
            if name in metadata
        ]
        rows = [row for row in shelf.latest_first(every) if row.meets(view.wanted)]
        notices = (SHELF.failed(catalog.failures()), SHELF.outdated(self._outdated(), MOST))
        return str(SHELF.listing(rows, len(every), view.most, view.open, notices))

    def _outdated(self) -> tuple[Outdated, ...]:
        """What is out of date, found anew when the documents have changed."""
        generation = self._store.catalog.generation()
        if self._found[0] != generation:
            self._found = generation, outdated(self._records, self._store.catalog)
        return self._found[1]

    def _sheet(self, view: View, *, told: str = "", wrong: str = "") -> str:
        catalog = self._store.catalog
        document, entry = catalog.held(view.open), catalog.entry(view.open)
        declared = catalog.declared(view.open)
        if document is None or entry is None or declared is None:
            return str(SHELF.no_sheet("dc.gone" if view.open else "dc.pick"))
        older = catalog.version(view.open, view.version) if view.version not in {"", entry.version} else None
        same = [found.metadata.title for one in catalog.duplicates().get(view.open, ()) if (found := catalog.held(one))]
        return str(
            SHELF.sheet(
                shelf.DocumentSheet(
                    document,
                    entry,
                    declared,
                    catalog.decisions(view.open),
                    older or document,
                    catalog.versions(view.open),
                    catalog.history(view.open),
                    same,
                    affected(self._records, catalog, view.open),
                    told,
                    wrong,
                )
            )
        )


def _wrong(said: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """The key of what is wrong with what was said of a document; a date as it was before may be written in any way."""
    dated = (name for name in _DATES if name in said)
    if not all(_DATE.fullmatch(said[name]) or said[name] == before[name] for name in dated):
        return "dc.date"
    return "" if said["title"] else "dc.title.no"


def _name(person: Person) -> str:
    """How the history names somebody; where nobody signs in there is nobody else to tell them from."""
    return "" if person.local else person.display or person.name


def _today() -> str:
    return date.today().isoformat()  # noqa: DTZ011 (the office's own day)
