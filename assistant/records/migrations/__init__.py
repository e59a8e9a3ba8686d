"""The migrations of the records; see ``index.storage.migrations``."""
