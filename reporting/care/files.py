"""Members as a CSV file that a spreadsheet cannot mistake for formulas."""

import csv
from collections.abc import Iterable, Iterator

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from reporting.care.queries.directory import MemberRow

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def member_lines(rows: Iterable[MemberRow]) -> Iterator[str]:
    """Return the file line by line (RFC 4180), the header first."""
    writer = csv.writer(_Echo())
    yield writer.writerow(
        [
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
    )
    for row in rows:
        member = row.member
        yield writer.writerow(
            [
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
        )


def safe(text: str) -> str:
    """Return text that a spreadsheet shows and never runs: what could begin a formula gets an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


class _Echo:
    """Hands a written line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line
