"""What failed below is answered as what it is: busy, or broken."""

import psycopg
import pytest
from django.db import IntegrityError, OperationalError
from django.test import RequestFactory

from loyalty.shell.failures import failed


def answer_to(error: Exception, path: str):
    try:
        raise error
    except type(error):
        return failed(RequestFactory().get(path))


def lock_not_available() -> OperationalError:
    error = OperationalError("canceling statement due to lock timeout")
    error.__cause__ = psycopg.errors.LockNotAvailable()
    return error


@pytest.mark.parametrize("error", [OperationalError("too many clients already"), lock_not_available()])
def test_a_busy_database_is_a_page_that_says_when_to_come_back(error):
    answer = answer_to(error, "/p/club/")

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "2", "no-store")
    assert b"Please try again in a moment." in answer.content


def test_a_program_hears_it_as_a_problem():
    answer = answer_to(OperationalError("the connection is closed"), "/api/v1/programmes/club/purchases")

    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, "application/problem+json", "2")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("error", [ValueError("a defect"), IntegrityError("a defect")])
def test_a_defect_is_no_busy_database(error):
    answer = answer_to(error, "/p/club/")

    assert answer.status_code == 500
    assert "Retry-After" not in answer
