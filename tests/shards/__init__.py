"""Whether the tables could be spread over several machines by wallet, as they stand on one: read from PostgreSQL's own catalogue."""
