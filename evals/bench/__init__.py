"""Quality and speed: of search (``ranking``, ``lab``, ``stack``), of answers, of a reader that knows."""
