"""The web face: pages whose every sentence opens at the characters it came from."""

from assistant.web.app import PAGES, build_app
from assistant.web.server import Encryption, check_exposure, serve
from assistant.web.surroundings import Holdings, StaffPage, StaffServices, Standing, Surroundings, person_of
from assistant.web.telemetry import Telemetry, write_log

__all__ = [
    "PAGES",
    "Encryption",
    "Holdings",
    "StaffPage",
    "StaffServices",
    "Standing",
    "Surroundings",
    "Telemetry",
    "build_app",
    "check_exposure",
    "person_of",
    "serve",
    "write_log",
]
