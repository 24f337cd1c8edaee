"""What is said of a member, read and put into one spelling."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.members import domain
from accounts.members.domain import Enrolment
from accounts.programmes.models import Programme
from accounts.users.domain import normalise_email
from accounts.users.models import languages
from loyalty.kit.clock import business_date
from loyalty.kit.problems import FieldError, Malformed
from loyalty.kit.texts import is_good_reference


class InvalidMember(Malformed):
    """What is said of the member cannot be right; `errors` names the fields."""

    code = "invalid_member"


def normalised(programme: Programme, said: Enrolment, at: dt.datetime, pointer: str = "") -> Enrolment:
    """Return the enrolment in one spelling, in the programme's language if none is named.

    Raises: InvalidMember, with `pointer` before the names of fields.
    """
    given = {field.name: getattr(said, field.name) for field in dataclasses.fields(said)}
    return Enrolment(**normalised_facts(programme, given | {"locale": said.locale or programme.locale}, at, pointer))


def normalised_facts(programme: Programme, said: Mapping[str, Any], at: dt.datetime, pointer: str = "") -> dict[str, Any]:
    """Return the named facts, each in one spelling; empty ones stay empty. Raises: InvalidMember."""
    facts = dict(said)
    faults: list[FieldError] = []
    for name, read in _READERS.items():
        if not facts.get(name):
            continue
        try:
            facts[name] = read(facts[name], programme, at)
        except _UnreadableError as fault:
            faults.append(FieldError(f"{pointer}/{name}", f"invalid_{name}", fault.sentence))
    if faults:
        raise InvalidMember(" ".join(fault.detail for fault in faults), errors=faults)
    return facts


class _UnreadableError(Exception):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _external_id(text: str, _programme: Programme, _at: dt.datetime) -> str:
    if text.strip() and not is_good_reference(text):
        raise _UnreadableError(_("Write the number in the shop system with characters that can be seen."))
    return text.strip()


def _locale(code: str, _programme: Programme, _at: dt.datetime) -> str:
    known = [language for language, _name in languages()]
    if code not in known:
        raise _UnreadableError(_("Choose the language from %(known)s.") % {"known": ", ".join(known)})
    return code


def _phone(text: str, programme: Programme, _at: dt.datetime) -> str:
    number = domain.normalise_phone(text, programme.legal_entity.country)
    if number is None:
        raise _UnreadableError(_("This is not a phone number. Write it with its country code, like +90 532 123 45 67."))
    return number


def _card(text: str, _programme: Programme, _at: dt.datetime) -> str:
    digits = domain.normalise_card(text)
    if not domain.is_card_number(digits):
        raise _UnreadableError(_("This is not a card number: a digit is wrong or missing."))
    return digits


def _birth_date(day: dt.date, programme: Programme, at: dt.datetime) -> dt.date:
    if not domain.is_birth_date(day, business_date(at, programme.time_zone)):
        raise _UnreadableError(_("A birthday lies in the past, after 1900."))
    return day


_READERS: dict[str, Callable[[Any, Programme, dt.datetime], Any]] = {
    "external_id": _external_id,
    "email": lambda text, _programme, _at: normalise_email(text),
    "phone": _phone,
    "card": _card,
    "given_name": lambda text, _programme, _at: domain.normalise_name(text),
    "family_name": lambda text, _programme, _at: domain.normalise_name(text),
    "birth_date": _birth_date,
    "locale": _locale,
}
