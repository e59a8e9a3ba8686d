"""Quality and speed on other people's sets: of search (``ranking``, ``lab``, ``stack``), of answers, of structure."""
