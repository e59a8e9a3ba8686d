"""The errors a person sees: one line that says what is wrong and what to do about it."""


class DafuError(Exception):
    """Base of every error meant for people; its message is shown as it stands, never a traceback."""


class InputError(DafuError):
    """What was given cannot be used (a missing file, an unknown option, an empty question): exit status 2."""


class StateError(DafuError):
    """What is stored in the home is damaged or belongs to another model or version: exit status 2."""


class GenerationError(DafuError):
    """The language model failed, hung or answered nonsense; the answer falls back to quoting."""


class BusyError(StateError):
    """Another program holds something for longer than anybody waits."""
