"""``dafu models``: fetch the default models, and tell which are there."""

from __future__ import annotations

import click

from assistant.cli.options import HomeGroup, json_option, print_json, progress_bar, settings
from assistant.cli.root import bundled_documents, open_encoder, open_reader, open_store
from index.models import prepare_encoder, prepare_llm, status


@click.group(cls=HomeGroup)
def models() -> None:
    """The default models."""


@models.command()
@click.argument("which", type=click.Choice(["all", "encoder", "llm"]), default="all")
def prepare(which: str) -> None:
    """Fetch and check the default models; what is there already is left alone, what was cut off goes on."""
    chosen = settings()
    with progress_bar() as show:
        if which in {"all", "encoder"}:
            print(f"encoder ready: {prepare_encoder(chosen.models, show)}")
        if which in {"all", "llm"} and chosen.llm == "on":
            print(f"language model ready: {prepare_llm(chosen.models, show)}")


@models.command()
def fit() -> None:
    """Bring a home in step with the embedding model of its settings, and prepare the words that the reader needs."""
    from index.sync import sync  # noqa: PLC0415 (for this command alone)

    chosen = settings()
    store = open_store(chosen, create=True)
    with progress_bar() as show:
        prepare_encoder(chosen.models, show)
        sync(store, store.catalog.sources() or (bundled_documents(),), open_encoder(chosen), progress=show)
    documents, passages = store.catalog.count()[:2]
    reader = open_reader(chosen).name
    print(f"{documents} documents, {passages} passages; embedding model: {chosen.encoder}; reader: {reader}")


@models.command(name="status")
@json_option
def show_status(as_json: bool) -> None:
    """Tell which models are there, with licence and hash."""
    found = status(settings().models)
    if as_json:
        print_json(found)
    for one in () if as_json else found:
        state = "ready  " if one["present"] else "missing"
        print(f"{state} {one['name']}  {one['licence']}  {one['bytes'] / 1e6:.0f} MB  {one['sha256']}")
