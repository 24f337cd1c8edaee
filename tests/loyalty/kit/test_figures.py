"""How figures are written for people."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from loyalty.kit.figures import books_rhythm

ROOT = settings.BASE_DIR


@pytest.mark.parametrize(
    ("seconds", "english", "turkish"),
    [
        (3_600.0, "every hour", "1 saatte bir"),
        (21_600.0, "every 6 hours", "6 saatte bir"),
        (900.0, "every 15 minutes", "15 dakikada bir"),
    ],
)
def test_pages_say_how_often_the_books_take_in_what_happened_as_the_schedule_has_it(settings, seconds, english, turkish):
    settings.CELERY_BEAT_SCHEDULE = {"value the books": {"schedule": seconds}}

    with translation.override("en"):
        assert books_rhythm() == english
    with translation.override("tr"):
        assert books_rhythm() == turkish


def test_the_documents_say_it_too_and_no_page_says_it_by_itself():
    assert settings.CELERY_BEAT_SCHEDULE["value the books"]["schedule"] == 6 * 3_600.0
    for document in ("README.md", "docs/architecture.md"):
        assert "every six hours, and at month end" in (ROOT / document).read_text()
    pages = [
        path.name for path in (ROOT / "templates").rglob("*.html") if re.search(r"every hour|hourly|every \d+ hours", path.read_text())
    ]
    assert pages == []
