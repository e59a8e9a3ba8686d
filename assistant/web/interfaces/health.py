"""``/healthz``, ``/readyz`` and ``/metrics``: what whoever runs the server looks at, without a word of anybody."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from assistant.web.interfaces.programs import METRICS
from assistant.web.surroundings import Surroundings
from assistant.web.telemetry import MEDIA
from corpus.errors import DafuError


def health_router(around: Surroundings) -> APIRouter:
    """The three routes; the first two are open, ``Gate`` keeps the third to administrators and this machine."""
    router = APIRouter(include_in_schema=False)
    _add_gauges(around)

    @router.get("/healthz")
    def alive() -> dict[str, str]:
        """That the process answers."""
        return {"status": "ok"}

    @router.get("/readyz")
    def ready() -> Response:
        """Whether a question can be answered; if not, 503 with what is waited for."""
        waiting = [*around.waiting(), *_records(around)]
        return JSONResponse({"ready": not waiting, "waiting": waiting}, 503 if waiting else 200)

    @router.get(METRICS)
    def metrics() -> Response:
        """The counters, in the text format of Prometheus."""
        return Response(around.telemetry.text(), media_type=MEDIA)

    return router


def _records(around: Surroundings) -> list[str]:
    try:
        around.records.users.exist()
    except DafuError:
        return ["records"]
    return []


def _add_gauges(around: Surroundings) -> None:
    """What is there now, beside what is counted."""
    add = around.telemetry.gauge
    add("dafu_questions_under_way", "Questions being answered now.", lambda: around.share.taken)
    add("dafu_questions_queued", "Of these, waiting for a place at the processor.", around.queued)
    add("dafu_ready", "1 if questions can be answered.", lambda: not around.waiting())
    if around.office is None:
        return
    count = around.office.store.catalog.count
    add("dafu_documents", "Documents in the index.", lambda: count()[0])
    add("dafu_chunks", "Chunks in the index.", lambda: count()[1])
    if (sync := around.office.sync) is not None:
        add("dafu_sync_running", "1 while documents are being read in.", lambda: sync.state.running)
        add("dafu_sync_ended_timestamp_seconds", "When the last sync ended; 0 if none did.", lambda: sync.state.ended)
        add("dafu_sync_failed", "1 if the last sync could not be done.", lambda: bool(sync.state.error))
        failed = "Files that the last sync could not read."
        add("dafu_sync_failed_files", failed, lambda: len(sync.state.report.failed) if sync.state.report else 0)
