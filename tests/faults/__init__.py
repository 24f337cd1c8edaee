"""Faults that machines have: what is killed, cut, full, late or restored. Every test has a PostgreSQL server of its own."""
