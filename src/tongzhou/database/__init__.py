"""One PostgreSQL: embedded by a wheel until DATABASE_URL names a server; three roles in it."""
