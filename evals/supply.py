"""What is installed from others: known advisories and licences. ``python -m evals.supply [--licences]``.

Asks OSV (https://osv.dev) about every package of ``requirements.lock``, names and versions alone, in one request. Where
it cannot be reached nothing was checked, and that is said: exit status 2. 1 if something is known, 0 if nothing is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import click

DATABASE = "https://api.osv.dev/v1/querybatch"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_SECONDS = 30
_LONGEST = 60  # characters of a licence's name; beyond it is the text of one
_LICENCE = "License :: "


@dataclass(frozen=True, slots=True)
class Locked:
    """A package of the lock."""

    name: str
    version: str


def locked(lock: str) -> tuple[Locked, ...]:
    """The packages of a lock, each version of them once."""
    return tuple(sorted({Locked(*found) for found in _PINNED.findall(lock)}, key=lambda one: (one.name, one.version)))


def advisories(packages: Sequence[Locked], database: str = DATABASE) -> dict[Locked, tuple[str, ...]]:
    """The ids of what the database knows of them, by package.

    Raises:
        OSError: it cannot be reached, or answers nonsense.
    """
    asked = [{"package": {"name": one.name, "ecosystem": "PyPI"}, "version": one.version} for one in packages]
    request = Request(database, json.dumps({"queries": asked}).encode(), {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 (the address above)
            results = json.load(answer)["results"]
    except (URLError, ValueError, KeyError, TypeError) as error:
        raise OSError(str(error)) from error
    if len(results) != len(packages):
        raise OSError("the database answered for other packages than were asked")
    known = ((one, result["vulns"]) for one, result in zip(packages, results, strict=True) if result.get("vulns"))
    return {package: tuple(str(one["id"]) for one in some) for package, some in known}


def licence(package: Locked) -> str:
    """The licence that an installed package declares, or that it declares none, or that it is not installed here."""
    try:
        told: Any = metadata.metadata(package.name)
    except metadata.PackageNotFoundError:
        return "not installed on this platform"
    said = [(told.get(name) or "").strip() for name in ("License-Expression", "License")]
    short = [one for one in said if one and "\n" not in one and len(one) < _LONGEST and one != "UNKNOWN"]
    classifiers = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or () if one.startswith(_LICENCE)]
    texts = [one.partition("\n")[0] for one in said if "\n" in one]
    return next(iter([*short, *filter(None, [" / ".join(dict.fromkeys(classifiers))]), *texts]), "none declared")


def listed(packages: Sequence[Locked]) -> Iterator[str]:
    """A Markdown table of all of them."""
    yield "| package | licence |"
    yield "| --- | --- |"
    yield from (f"| {name} | {said} |" for name, said in {one.name: licence(one) for one in packages}.items())


@click.command()
@click.option("--lock", default="requirements.lock", type=click.Path(path_type=Path), show_default=True)
@click.option("--licences", is_flag=True, help="List the licences of what is installed instead.")
@click.option("--database", default=DATABASE, show_default=True, help="Where OSV's API is.")
def main(lock: Path, database: str, *, licences: bool) -> None:
    """Look for known advisories about the packages of the lock, or list their licences."""
    packages = locked(lock.read_text(encoding="utf-8"))
    if licences:
        click.echo("\n".join(listed(packages)))
        return
    try:
        known = advisories(packages, database)
    except OSError as error:
        click.echo(f"nothing was checked: {database} cannot be reached ({error})", err=True)
        raise SystemExit(2) from error
    for package, ids in known.items():
        click.echo(f"{package.name} {package.version}: {', '.join(ids)}")
    click.echo(f"{len(packages)} packages, {len(known)} with a known advisory")
    raise SystemExit(int(bool(known)))


if __name__ == "__main__":
    main()
