"""The database: SQLite or PostgreSQL, statements by hand, backups."""
