"""Quality and speed: of search (``ranking``, ``lab``, ``stack``), of answers, of structure, of a reader that knows."""
