"""One module for each step of the catalog; files older than the newest are SQLite's."""
