"""The web face: a chat page whose every sentence opens at the characters it came from."""

from assistant.web.app import build_app
from assistant.web.server import serve
from assistant.web.surroundings import Holdings, Surroundings

__all__ = ["Holdings", "Surroundings", "build_app", "serve"]
