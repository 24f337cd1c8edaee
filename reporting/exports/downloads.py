"""Files as answers to a browser: the type by the name's ending, saved rather than shown, never kept by a cache."""

from django.http import HttpResponse
from django.utils.text import slugify

from ledger.books.models import Book

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "beancount": "text/plain; charset=utf-8",
    "journal": "text/plain; charset=utf-8",
}


def download(content: str | bytes, name: str) -> HttpResponse:
    """Answer with a file; `name` ends in csv, xlsx, beancount or journal (hledger)."""
    response = HttpResponse(content, content_type=_TYPES[name.rpartition(".")[2]])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def file_name(book: Book, *parts: str, suffix: str) -> str:
    """Return a name that tells the book and what is inside: harbour-rewards-2026-10-points.csv"""
    return "-".join(filter(None, (slugify(book.name) or f"book-{book.pk}", *parts))) + f".{suffix}"
