"""People and places for tests, made by the services themselves where a service is the writer."""

import datetime as dt

import factory

from accounts.entities.models import Channel, LegalEntity, Store
from accounts.entities.services import open_entity
from accounts.members.models import Member
from accounts.members.services import Enrolment, enrol_member
from accounts.outbox.models import OutboxEvent
from accounts.partners.domain import TILL_SCOPES
from accounts.partners.models import Partner, PartnerKey
from accounts.partners.services import issue_key
from accounts.programmes.models import Programme, ProgrammeState
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state, open_programme
from accounts.users.models import User
from ledger.points.domain import Grant, Reason, Source
from ledger.points.services import grant
from loyalty.kit.ids import uuid7

AT = dt.datetime(2026, 1, 15, 10, 0, tzinfo=dt.UTC)
"""The moment at which everything here happens unless a test says otherwise."""


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")


class LegalEntityFactory(factory.Factory):
    class Meta:
        model = LegalEntity

    name = factory.Sequence(lambda n: f"Grocer {n} Ltd")
    slug = factory.Sequence(lambda n: f"grocer-{n}")
    country = "TR"
    currency = "EUR"
    time_zone = "Europe/Istanbul"
    books_from = dt.date(2025, 1, 1)

    @classmethod
    def _create(cls, _model, *_none, **kwargs):
        return open_entity(**kwargs)


class StoreFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Store

    entity = factory.SubFactory(LegalEntityFactory)
    code = factory.Sequence(lambda n: f"S{n}")
    name = factory.Sequence(lambda n: f"Store {n}")
    city = "Izmir"
    time_zone = "Europe/Istanbul"


class ChannelFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Channel

    entity = factory.SubFactory(LegalEntityFactory)
    code = factory.Sequence(lambda n: f"channel-{n}")
    name = factory.Sequence(lambda n: f"Channel {n}")


class ProgrammeFactory(factory.Factory):
    """A live programme with points that lapse after twelve months; any argument of `open_programme` may be named.

    Points may come to buy less at once: what needs notice names it.
    """

    class Meta:
        model = Programme

    slug = factory.Sequence(lambda n: f"club-{n}")
    name = factory.Sequence(lambda n: f"Club {n}")
    legal_entity = factory.SubFactory(LegalEntityFactory)
    time_zone = "Europe/Istanbul"
    currency = "EUR"
    at = AT
    valid_from = dt.date(2025, 1, 1)
    terms_texts = {"en": "Collect points. They end after a year.", "tr": "Puan toplayın. Bir yıl sonra biter."}
    devaluation_notice_days = 0
    state = ProgrammeState.LIVE

    @classmethod
    def _create(cls, _model, *_none, state, **kwargs):
        return change_programme_state(programme=open_programme(**kwargs), state=state)


class MemberFactory(factory.Factory):
    """An enrolled member with a wallet; facts are those of `Enrolment`. Nothing is announced."""

    class Meta:
        model = Member

    programme = factory.SubFactory(ProgrammeFactory)
    given_name = "Ada"
    family_name = factory.Sequence(lambda n: f"Member{n}")
    at = AT
    user = None
    announce = False

    @classmethod
    def _create(cls, _model, *_none, programme, at, user, announce, **facts):
        return enrol_member(programme=programme, enrolment=Enrolment(**facts), at=at, user=user, announce=announce)


class PartnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partner

    name = factory.Sequence(lambda n: f"Partner {n}")
    legal_entity = factory.SubFactory(LegalEntityFactory)


class PartnerKeyFactory(factory.Factory):
    """A key with the scopes of a till; `create` returns the row with the key itself as `raw`."""

    class Meta:
        model = PartnerKey

    partner = factory.SubFactory(PartnerFactory)
    name = "Till"
    scopes = TILL_SCOPES
    programmes = ()
    expires_at = None

    @classmethod
    def _create(cls, _model, *_none, **kwargs):
        key, key.raw = issue_key(**kwargs)
        return key


class OutboxEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OutboxEvent

    topic = "test.happened"
    payload = factory.Dict({})
    created_at = AT
    due_at = AT


def give(member, units, expires_on, *, code=None):
    """Give the member points of goodwill that end on a day."""
    facts = Grant(
        points_account=member.points_account_id,
        unit=currency_of(member.programme, code).unit_id,
        source=Source.CAMPAIGN,
        key=str(uuid7()),
        units=units,
        reason=Reason.GOODWILL,
        occurred_at=AT,
        business_on=AT.date(),
        expires_on=expires_on,
    )
    grant(grant=facts)
