"""The first look at purchases: whose they are, and whether they were sent before."""

import functools
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _
from pydantic_core import to_json

from accounts.members.domain import normalise_card
from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.stored import stored_row
from rewards.purchases.domain import PurchaseFacts
from rewards.purchases.queries import MemberNotFound

_UNASKED = {"attributes", "enrolment_fingerprint"}
_FIELDS = [field.attname for field in Member._meta.concrete_fields if field.attname not in _UNASKED]  # noqa: SLF001  # Django documents _meta
_MEET = (Path(__file__).parent.parent / "sql" / "meet.sql").read_text()
_WAYS = {
    # Not "=": an index that begins with the programme must not look like an equal of the primary key while the table is young.
    "member": "id = n.member AND programme_id IS NOT DISTINCT FROM %(programme)s",
    "external": "programme_id = %(programme)s AND external_id = n.external",
    "card": "programme_id = %(programme)s AND number = n.card",
}


@functools.cache
def _statement(ways: frozenset[str]) -> str:
    """Return the statement for purchases that name their members in these ways, mostly in one."""
    members = (f"(SELECT {', '.join(_FIELDS)} FROM accounts_member WHERE {_WAYS[way]} LIMIT 1)" for way in sorted(ways))  # noqa: S608  # our own names
    return _MEET.format(members=" UNION ALL ".join(members), met=", ".join(f"met.{name}" for name in _FIELDS))


class Claim(NamedTuple):
    """A receipt that was recorded: its purchase, and the fingerprint of its facts."""

    purchase: uuid.UUID
    fingerprint: bytes


class Meeting(NamedTuple):
    """What is known of a purchase before anything is judged."""

    member: Member | None
    claim: Claim | None

    def known_member(self) -> Member:
        """Raises: MemberNotFound."""
        if self.member is None:
            raise MemberNotFound(_("There is no such member. Enrol the member first, or check the card number."))
        return self.member


def meet(programme: Programme, purchases: Sequence[PurchaseFacts]) -> list[Meeting]:
    """Find members and claims and lock the members' wallets, in one statement; one answer for each purchase, in their order.

    What another transaction claimed while this one waited for a wallet is not seen; writing the purchase then finds it (StartAgain).
    """
    if not purchases:
        return []
    ways = [_way(facts) for facts in purchases]
    named = [
        {"position": position, "source": facts.source, "receipt": facts.external_id, way: name}
        for position, (facts, (way, name)) in enumerate(zip(purchases, ways, strict=True))
    ]
    statement = _statement(frozenset(way for way, _name in ways))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"named": to_json(named).decode(), "programme": programme.pk})
        return [_meeting(programme, *row) for row in cursor.fetchall()]


def _way(facts: PurchaseFacts) -> tuple[str, uuid.UUID | str]:
    """The one way in which a purchase names its member."""
    if facts.member is not None:
        return "member", facts.member
    if facts.member_external_id is not None:
        return "external", facts.member_external_id
    return "card", normalise_card(facts.card or "")


def _meeting(programme: Programme, purchase: uuid.UUID | None, fingerprint: bytes | None, *columns: Any) -> Meeting:
    member = None if columns[0] is None else stored_row(Member, dict(zip(_FIELDS, columns, strict=True)), programme=programme)
    claim = Claim(purchase, bytes(fingerprint)) if purchase is not None and fingerprint is not None else None
    return Meeting(member, claim)
