"""``dafu keeping``: how long things are kept, and what is over."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.options import home_option, json_option, print_json, settings

if TYPE_CHECKING:
    from assistant.records import Periods, Records
    from assistant.settings import Settings

DAY = 86_400
KINDS = ("conversations", "drafts", "uploads", "audit")


@click.command()
@click.option("--apply", is_flag=True, help="Forget what is over now; `dafu serve` does so each day.")
@home_option
@json_option
def keeping(*, apply: bool, home: Path | None, as_json: bool) -> None:
    """How long conversations, removed drafts, waiting uploads and the audit log are kept, and what is over."""
    from assistant.records import Records  # noqa: PLC0415 (the database library)

    chosen = settings(home=home)
    records = Records.open(chosen.home)
    kept = {kind: int(getattr(chosen, f"keep_{kind}")) for kind in KINDS}
    over = expire(chosen, records) if apply else due(chosen, records)
    records.close()
    if as_json:
        print_json({"days": kept, "forgotten" if apply else "over": over})
        return
    for kind, days in kept.items():
        told = f"{days} days" if days else "for good"
        print(f"{kind}: kept {told}; {over.get(kind, 0)} {'forgotten' if apply else 'over'}")


def due(chosen: Settings, records: Records) -> dict[str, int]:
    """How many of each kind are over."""
    return {**records.keeping.due(_periods(chosen)), "uploads": len(_old_uploads(chosen))}


def expire(chosen: Settings, records: Records) -> dict[str, int]:
    """Forget what is over; how many of each kind."""
    from shutil import rmtree  # noqa: PLC0415

    gone = records.keeping.expire(_periods(chosen))
    old = _old_uploads(chosen)
    for place in old:
        rmtree(place, ignore_errors=True)
    return {**gone, "uploads": len(old)}


def _periods(chosen: Settings) -> Periods:
    from assistant.records import Periods  # noqa: PLC0415

    return Periods(chosen.keep_conversations, chosen.keep_drafts, chosen.keep_audit)


def _old_uploads(chosen: Settings) -> list[Path]:
    """Files that wait for what is to be said of them, for longer than they are kept."""
    from index.uploads import places  # noqa: PLC0415

    if not chosen.keep_uploads:
        return []
    before = time.time() - chosen.keep_uploads * DAY
    return [place for place in places(chosen.home) if place.stat().st_mtime < before]


COMMANDS = (keeping,)
