"""Runs the whole product on one machine: database, web, worker and beat under one supervisor."""
