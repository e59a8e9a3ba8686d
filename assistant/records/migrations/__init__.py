"""The migrations of the records; see ``index.migrations``."""
