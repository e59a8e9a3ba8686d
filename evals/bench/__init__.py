"""Quality and speed: of search (``ranking``, ``stack``), of answers, of a reader that knows."""
