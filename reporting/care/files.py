"""Members as a CSV file that a spreadsheet cannot mistake for formulas."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from loyalty.kit.spreadsheets import csv_lines, safe
from reporting.care.queries.directory import MemberRow


def member_lines(rows: Iterable[MemberRow]) -> Iterator[str]:
    """Return the file line by line (RFC 4180), the header first."""
    return csv_lines(_member_rows(rows))


def _member_rows(rows: Iterable[MemberRow]) -> Iterator[list[Any]]:
    yield [
        _("Card"),
        _("Given name"),
        _("Family name"),
        _("E-mail"),
        _("Phone"),
        _("Status"),
        _("Tier"),
        _("Points"),
        _("Joined"),
        _("Home store"),
        _("External id"),
    ]
    for row in rows:
        member = row.member
        yield [
            safe(member.number),
            safe(member.given_name),
            safe(member.family_name),
            safe(member.email or ""),
            safe(member.phone or ""),
            member.status,
            safe(row.tier),
            row.available,
            localtime(member.joined_at).date().isoformat(),
            safe(str(member.home_store or "")),
            safe(member.external_id or ""),
        ]
