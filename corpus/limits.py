"""What is accepted at most, and why: one place for every bound on what others send.

Each is well above what people and documents need, and low enough that meeting it costs next to nothing. What exceeds
one is answered with a line that names it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# A question. Longer texts are several questions; a reader's input is 512 tokens anyway.
QUESTION: Final = 1_000  # characters
TITLE: Final = 120  # of a conversation: its first question, or what its owner calls it
HISTORY: Final = 50  # earlier turns that are looked at: what a follow-up leans on is among the last few
EARLIER_ANSWER: Final = 20_000  # characters of an earlier answer that a program sends along
# Requests. Fifty turns with their answers are the largest honest body of the API.
BODY: Final = 256 << 10  # bytes of a body of /api
EVENT: Final = 1 << 20  # bytes of what a page's script sends: a whole draft is a tenth of it
FORM: Final = 8 << 10  # bytes of the sign-in form
TOGETHER: Final = 20  # questions and searches served at once, and the threads they have; more would make each slower
EACH: Final = 4  # of one person: a page asks one at a time, a program may ask a few
THREADS: Final = 64  # of one page's events: TOGETHER may wait for answers, the rest serve who renames, opens, stops
WAITING: Final = 64  # questions of the page that may wait for a place
ANSWER_SECONDS: Final = 150.0  # for one question in all: the language model's limits and the search before them

# What a language model sends. It may be broken, run by somebody else, or obey what it read in a document.
MODEL_BYTES: Final = 16 << 20  # of one response: each token comes in an envelope of some 300 bytes
MODEL_CHARACTERS: Final = 40_000  # of one answer: ten times the longest that max_tokens allows
SENTENCE: Final = 2_000  # characters of one sentence that is verified; a quote as long is a whole table row

# Files. A notice has some hundred kilobytes, a scanned yearbook tens of megabytes.
UPLOAD: Final = 50 << 20  # bytes of one file
GIVEN_FILES: Final = 5  # files in one conversation
GIVEN: Final = 100_000  # characters of them in all: some 80 pages, which embed in half a minute
UPLOADS_A_DAY: Final = 200  # files that one person sends
UPLOAD_BYTES_A_DAY: Final = 2 << 30  # bytes that one person sends
UPLOAD_KEPT: Final = timedelta(hours=2)  # for which a file that was sent waits to be taken in
UNPACKED: Final = 64 << 30  # bytes of a restored home: a million documents with their vectors
MANIFEST: Final = 64 << 20  # bytes of a backup's list of its files
PACKED_RATIO: Final = 200  # unpacked over packed: text and vectors reach 20, a bomb 1,000
PACKED_FREE: Final = 16 << 20  # bytes that may unpack at any ratio: a new SQLite file is mostly zeros

# Signing in.
GUESSES: Final = 10  # wrong passwords for one name from one address within the window
GUESSES_ADDRESS: Final = 50  # from one address: an office shares one
GUESSES_NAME: Final = 200  # for one name from anywhere: slows many addresses down, and never one known before
GUESS_WINDOW: Final = timedelta(minutes=15)

# Waiting.
BUSY_SECONDS: Final = 5.0  # for another program that has the records: beyond, a person is told rather than kept
TURN_SECONDS: Final = 30.0  # for the writes of others in the same server: each takes as long as the disk

# Keeping.
UNDO: Final = timedelta(seconds=60)  # for which a deleted conversation can be brought back
AUDIT_DAYS: Final = 183  # for which the audit log is kept at least: what was done can be asked about for half a year
