"""A live programme with a rule, a store, a member, a reward, and a partner that may do everything."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from accounts.entities.models import Channel
from accounts.members.models import Member
from accounts.partners.domain import Scope
from accounts.partners.services import forget_keys
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state
from loyalty.kit import clock
from loyalty.kit.rest import limits
from rewards.earning.services import write_first_rule
from tests.accounts.factories import AT, MemberFactory, PartnerFactory, PartnerKeyFactory, ProgrammeFactory, StoreFactory
from tests.api.caller import Caller

FIRST_DAY = dt.date(2025, 1, 1)


@pytest.fixture(autouse=True)
def _no_memories() -> Iterator[None]:
    """What a process remembers for a few seconds, it forgets between tests."""
    forget_keys()
    limits.windows = limits.Windows()
    yield


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request arrives at AT."""
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def programme(db: None) -> Programme:
    return open_club()


@pytest.fixture
def member(programme: Programme) -> Member:
    return MemberFactory.create(programme=programme, external_id="M1")


@pytest.fixture
def caller(programme: Programme) -> Caller:
    return caller_for(programme)


def open_club(**more: Any) -> Programme:
    """1 point for every full 1.00 paid; a store S1 and the channel `store`."""
    programme = ProgrammeFactory.create(state="draft", **more)
    if not programme.legal_entity.stores.exists():
        StoreFactory.create(entity=programme.legal_entity, code="S1")
    Channel.objects.get_or_create(entity=programme.legal_entity, code="store", defaults={"name": "Store"})
    write_first_rule(
        programme=programme,
        code="every-euro",
        name="Every euro",
        currency=currency_of(programme),
        definition={"points": 1, "step_minor": 100},
        valid_from=FIRST_DAY,
        at=AT,
    )
    return change_programme_state(programme=programme, state="live")


def caller_for(*programmes: Programme, scopes: Any = tuple(Scope)) -> Caller:
    """A partner of the first programme's company with a key for these programmes."""
    partner = PartnerFactory.create(legal_entity=programmes[0].legal_entity)
    key = PartnerKeyFactory.create(partner=partner, programmes=programmes, scopes=scopes)
    return Caller(programmes[0].slug, key.raw)


def basket(member: Member | None = None, external_id: str = "R1", /, **facts: Any) -> dict[str, Any]:
    """A purchase of 12.50 on one line."""
    whole = {
        "external_id": external_id,
        "occurred_at": "2026-01-15T12:30:00+03:00",
        "channel": "store",
        "currency": "EUR",
        "lines": [{"external_id": "1", "sku": "A1", "quantity": 1, "unit_price": "12.50"}],
    }
    if member is not None:
        whole["member"] = str(member.pk)
    return {name: value for name, value in (whole | facts).items() if value is not ...}


@pytest.fixture
def count_rows(db: None) -> Callable[[], dict[str, int]]:
    """Count the rows of every table, with one question."""
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
    of_each = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables)

    def count() -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(of_each)
            return dict(cursor.fetchall())

    return count
