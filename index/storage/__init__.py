"""The catalog that is the truth, in SQLite or PostgreSQL, its versions and backups; ``store`` opens it all."""
