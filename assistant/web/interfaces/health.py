"""``/healthz``, ``/readyz`` and ``/metrics``: what whoever runs the server looks at, without a word of anybody."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from assistant.web.interfaces.programs import METRICS
from assistant.web.surroundings import Surroundings
from assistant.web.telemetry import MEDIA
from corpus.errors import DafuError


def health_router(around: Surroundings) -> APIRouter:
    """The three routes; the first two are open, ``Gate`` keeps the third to administrators and this machine."""
    router = APIRouter(include_in_schema=False)
    around.telemetry.gauges(lambda: _gauges(around))

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


def _gauges(around: Surroundings) -> Mapping[str, tuple[str, float]]:
    found = {
        "dafu_questions_under_way": ("Questions being answered now.", float(around.share.taken)),
        "dafu_questions_queued": ("Of these, waiting for a place at the processor.", float(around.queued())),
        "dafu_ready": ("1 if questions can be answered.", float(not around.waiting())),
    }
    office = around.office
    if office is not None:
        documents, chunks = office.store.catalog.count()
        found["dafu_documents"] = ("Documents in the index.", float(documents))
        found["dafu_chunks"] = ("Chunks in the index.", float(chunks))
    if office is not None and office.sync is not None:
        state = office.sync.state
        found["dafu_sync_running"] = ("1 while documents are being read in.", float(state.running))
        found["dafu_sync_ended_timestamp_seconds"] = ("When the last sync ended; 0 if none did.", state.ended)
        found["dafu_sync_failed"] = ("1 if the last sync could not be done.", float(bool(state.error)))
        failed = len(state.report.failed) if state.report else 0
        found["dafu_sync_failed_files"] = ("Files that the last sync could not read.", float(failed))
    return found
