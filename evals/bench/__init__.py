"""Quality and speed on other people's sets: of search (``ranking``, ``stack``), of ``answers``."""
