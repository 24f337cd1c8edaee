"""Turn an empty installation into a live programme, once."""

import dataclasses
import datetime as dt
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.entities.services import open_store
from accounts.programmes.domain import ExpiryKind, Terms, Words
from accounts.programmes.models import Programme, ProgrammeState
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state, open_programme
from accounts.staff.roles import Role
from accounts.staff.services import appoint_staff
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Refused
from rewards.earning.services import write_first_rule
from rewards.programme_files.files import ProgrammeFile
from rewards.programme_files.opening import open_from_file

_ONLY_ONCE = 0x706F696E74  # the key of the lock: "point" in letters


class AlreadyStarted(Refused):
    """Somebody else was quicker, or the installation is in use."""

    code = "already_started"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FirstProgramme:
    """What the first page asks. Money in minor units; `expiry_months` 0 means never."""

    name: str
    country: str
    time_zone: str
    currency: str
    locale: str
    singular: str
    plural: str
    other_words: dict[str, tuple[str, str]]
    points: int
    step_minor: int
    point_value_minor: Decimal
    expiry_months: int
    return_window_days: int
    terms_texts: dict[str, str]
    rule_name: str
    store: str = ""


def is_empty() -> bool:
    """Tell whether nobody has set this installation up: no programme and no login."""
    return not (Programme.objects.exists() or User.objects.exists())


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FromBlueprint:
    """What the first page asks of somebody who starts from a blueprint: the file with what it says otherwise."""

    file: ProgrammeFile
    locale: str
    store: str = ""

    @property
    def time_zone(self) -> str:
        return str(self.file.programme["time_zone"])


@transaction.atomic
def start(*, email: str, password: str, facts: FirstProgramme | FromBlueprint, at: dt.datetime) -> tuple[User, Programme]:
    """Make the first administrator and a live programme, plain or from a blueprint; of two at once, the second is refused.

    Raises: AlreadyStarted, and as `open_programme`, `write_first_rule` and `open_from_file` do.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONLY_ONCE])
    if not is_empty():
        raise AlreadyStarted(_("This installation is set up already. Sign in."))
    user = User.objects.create_superuser(email=email, password=password, locale=facts.locale)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    programme = _open(facts, user, at) if isinstance(facts, FirstProgramme) else _open_from(facts, user, at)
    store = None
    if facts.store:
        store = open_store(entity=programme.legal_entity, code="1", name=facts.store, time_zone=facts.time_zone)
    appoint_staff(user=user, roles=[Role.ADMINISTRATOR], default_store=store)
    return user, change_programme_state(programme=programme, state=ProgrammeState.LIVE)


def _open_from(facts: FromBlueprint, author: User, at: dt.datetime) -> Programme:
    first_day = business_date(at, facts.time_zone)
    return open_from_file(file=facts.file, slug=facts.file.slug, first_day=first_day, at=at, author=author)


def _open(facts: FirstProgramme, author: User, at: dt.datetime) -> Programme:
    programme = open_programme(
        slug=slugify(facts.name)[:50] or "club",
        name=facts.name,
        country=facts.country,
        time_zone=facts.time_zone,
        currency=facts.currency,
        locale=facts.locale,
        at=at,
        words=Words(singular=facts.singular, plural=facts.plural, others=facts.other_words),
        terms=Terms(
            expiry_kind=(ExpiryKind.MONTHS if facts.expiry_months else ExpiryKind.NONE).value,
            expiry_number=facts.expiry_months,
            point_value_minor=facts.point_value_minor,
        ),
        terms_texts=facts.terms_texts,
        return_window_days=facts.return_window_days,
    )
    write_first_rule(
        programme=programme,
        code="every-purchase",
        name=facts.rule_name,
        currency=currency_of(programme),
        definition={"points": facts.points, "step_minor": facts.step_minor, "basis": "paid"},
        valid_from=business_date(at, facts.time_zone),
        at=at,
        author=author,
    )
    return programme
