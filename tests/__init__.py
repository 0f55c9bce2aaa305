"""The tests: situations with people and clocks, on SQLite and on PostgreSQL."""
