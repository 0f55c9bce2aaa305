"""Schema changes, oldest first, for SQLite and PostgreSQL alike."""
