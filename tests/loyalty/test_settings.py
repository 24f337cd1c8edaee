"""Production refuses to start half configured."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "POINTBOOK_ENV": "production",
    "POINTBOOK_SEAL_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "SECRET_KEY": "kX9vQ2mZ7wB4nT6yR1cL8pF3sD5gH0jA_eUiOqWzYxVbNmKlJhGfDsAp",
    "POINTBOOK_HOSTS": "points.example.com",
    "DATABASE_URL": "postgres://pointbook@127.0.0.1:1/nowhere",
}


def check(**changes: str | None) -> subprocess.CompletedProcess[str]:
    wanted = {**GOOD, **changes}
    environment = {"PATH": os.environ["PATH"], **{name: value for name, value in wanted.items() if value is not None}}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_complete_production_passes_the_deployment_check():
    answer = check()

    assert (answer.returncode, answer.stderr.strip().splitlines()[-1:]) == (0, []), answer.stderr
    assert answer.stdout == "System check identified no issues (0 silenced).\n"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is missing or weak"),
        ({"POINTBOOK_SEAL_KEY": None}, "POINTBOOK_SEAL_KEY is missing or wrong"),
        ({"POINTBOOK_SEAL_KEY": "AAEC"}, "POINTBOOK_SEAL_KEY is missing or wrong"),
        ({"POINTBOOK_SEAL_KEY": "not base64 at all, not even nearly!"}, "POINTBOOK_SEAL_KEY is missing or wrong"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is missing or weak"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY is missing or weak"),
        ({"SECRET_KEY": "django-insecure-kX9vQ2mZ7wB4nT6yR1cL8pF3sD5gH0jA_eUiOqWzYx"}, "SECRET_KEY is missing or weak"),
        ({"DATABASE_URL": None}, "DATABASE_URL is missing"),
        ({"POINTBOOK_HOSTS": None}, "POINTBOOK_HOSTS is empty"),
        ({"DJANGO_DEBUG": "1"}, "production refuses it"),
        ({"POINTBOOK_ENV": "staging"}, "write production or development"),
        ({"POINTBOOK_ENV": None, "SECRET_KEY": None}, "SECRET_KEY is missing or weak"),
    ],
)
def test_production_refuses(changes, complaint):
    answer = check(**changes)

    assert answer.returncode == 1
    assert complaint in answer.stderr
