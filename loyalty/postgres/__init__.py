"""Pointbook's own PostgreSQL for one machine, and the database backend that starts it when somebody connects."""
