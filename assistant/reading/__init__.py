"""Reading: which parts of the nearest passages answer a question, and whether any does.

``reader`` is the seam; ``cross`` (a cross-encoder, the default), ``model`` (a language model) and ``words`` (no model)
stand behind it. ``structure`` answers what needs no reading: an article by its number, an enumeration by its lead.
"""

from assistant.reading.load import default_reader, reader_named
from assistant.reading.reader import Read, Reader, Reading

__all__ = ["Read", "Reader", "Reading", "default_reader", "reader_named"]
