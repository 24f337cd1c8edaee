"""Write, approve and supersede what is set up."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.programmes.domain import Use, allows
from accounts.programmes.models import PointCurrency, Programme
from accounts.programmes.notice import check_notice
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import FieldError, Forbidden, Malformed, Refused
from rewards.catalogue.models import Reward
from rewards.causes.domain import CauseTerms
from rewards.chosen_days.domain import FACT
from rewards.conversions.domain import ConversionTerms, gives_less
from rewards.earning.domain.triggers import SYSTEM, type_of_trigger
from rewards.events.domain import EventType, counts_whole, lost_fields
from rewards.quests.domain import Quest
from rewards.recognition.domain import RecognitionTerms
from rewards.setups.domain import SINGLE, SetupKind, parse
from rewards.setups.models import Setup, SetupVersion
from rewards.setups.queries import forget_setups, parsed


class SetupAlreadyApproved(Refused):
    code = "setup_already_approved"


class AnotherPersonMustApproveSetup(Forbidden):
    code = "another_person_must_approve"


class SetupIsNotNew(Refused):
    code = "setup_is_not_new"


class UnknownReference(Malformed):
    """A definition that names a currency, a reward, an event type or a field that is not there."""

    code = "unknown_reference"


class FieldsLost(Malformed):
    """A new version of an event type must read every field as the versions before did: rules may ask for it."""

    code = "fields_lost"


class CauseKept(Malformed):
    """A cause keeps what it counts, its step and its cost, and its pledge only grows: what was promised before would mean less otherwise."""

    code = "cause_kept"


@transaction.atomic
def write_first_setup(
    *,
    programme: Programme,
    kind: SetupKind,
    code: str,
    name: str,
    definition: Mapping[str, Any],
    valid_from: dt.date,
    at: dt.datetime,
    author: User | None = None,
    other_names: Mapping[str, str] | None = None,
) -> SetupVersion:
    """Set something up in a programme that is not live yet: its first version needs no second person.

    Raises: as `draft_setup`; SetupIsNotNew when the programme is live (draft a version and let somebody approve it).
    """
    if programme.is_live:
        raise SetupIsNotNew(_("The programme is live. Draft this and let another person approve it."))
    version = draft_setup(
        programme=programme,
        kind=kind,
        code=code,
        name=name,
        definition=definition,
        valid_from=valid_from,
        author=author,
        other_names=other_names,
    )
    version.approved_at = at
    version.save(update_fields=["approved_at"])
    forget_setups(programme.pk)
    return version


@transaction.atomic
def draft_setup(
    *,
    programme: Programme,
    kind: SetupKind,
    code: str,
    name: str,
    definition: Mapping[str, Any],
    valid_from: dt.date,
    author: User | None,
    valid_to: dt.date | None = None,
    other_names: Mapping[str, str] | None = None,
) -> SetupVersion:
    """Write the next version (the first one makes the thing itself).

    Raises: MalformedEventType, MalformedQuest, MalformedReferral, MalformedMoments, MalformedConversion, MalformedChosenDay, MalformedPlan, MalformedCause, MalformedRecognition,
    UnknownReference, FieldsLost, CauseKept.
    """
    compiled = parse(kind, definition)
    if isinstance(compiled, ConversionTerms):
        _check_conversion(programme, code, compiled)
    if isinstance(compiled, RecognitionTerms):
        _check_recognition(programme, compiled)
    if kind is SetupKind.EVENT_TYPE and code in SYSTEM:
        raise _unknown("/code", _("The programme knows %(code)s by itself. Choose another code.") % {"code": code})
    own = {"name": name, "other_names": dict(other_names or {})}
    setup, made = Setup.objects.get_or_create(programme=programme, kind=kind, code=SINGLE.get(kind, code), defaults=own)
    Setup.objects.select_for_update(no_key=True).get(pk=setup.pk)
    if isinstance(compiled, Quest):
        _check_quest(programme, compiled)
    if isinstance(compiled, EventType) and not made:
        _check_fields(setup, compiled)
    if isinstance(compiled, CauseTerms):
        _check_cause(programme, setup, compiled)
    newest = 0 if made else setup.versions.count()
    version = SetupVersion(
        setup=setup, version=newest + 1, valid_from=valid_from, valid_to=valid_to, definition=dict(definition), author=author
    )
    version.save(force_insert=True)
    return version


@transaction.atomic
def approve_setup(*, version: SetupVersion, approver: User, at: dt.datetime) -> SetupVersion:
    """Put a drafted version into force from its date on.

    Raises: SetupAlreadyApproved, AnotherPersonMustApproveSetup, SetupIsNotNew (its first day has passed), FieldsLost (another version
    was approved since), CauseKept (likewise), PointsWouldBuyLess.
    """
    locked = SetupVersion.objects.select_for_update(of=["self"]).select_related("setup__programme").get(pk=version.pk)
    programme = locked.setup.programme
    if locked.approved_at is not None:
        raise SetupAlreadyApproved(_("This version has been approved before."))
    if locked.author_id == approver.pk:
        raise AnotherPersonMustApproveSetup(_("You wrote this. Another person must approve it."))
    if locked.valid_from <= business_date(at, programme.time_zone):
        raise SetupIsNotNew(_("This begins tomorrow or later. Draft it again with a later first day."))
    if locked.setup.kind == SetupKind.EVENT_TYPE:
        _check_fields(locked.setup, parse(SetupKind.EVENT_TYPE, locked.definition))
    if locked.setup.kind == SetupKind.CAUSE:
        _check_cause(programme, locked.setup, parse(SetupKind.CAUSE, locked.definition))
    if locked.setup.kind == SetupKind.CONVERSION:
        _check_worth(locked, at)
    locked.approver, locked.approved_at = approver, at
    locked.save(update_fields=["approver", "approved_at"])
    forget_setups(programme.pk)
    return locked


def _check_worth(version: SetupVersion, at: dt.datetime) -> None:
    """What gathered with the members becomes less only with notice."""
    before = SetupVersion.objects.in_force_on(version.valid_from).filter(setup=version.setup_id).first()
    if before is None:
        return
    old, new = parse(SetupKind.CONVERSION, before.definition), parse(SetupKind.CONVERSION, version.definition)
    assert isinstance(old, ConversionTerms)
    assert isinstance(new, ConversionTerms)
    if gives_less(old, new):
        check_notice(programme=version.setup.programme, counts_from=version.valid_from, at=at)


def check_event_trigger(programme: Programme, trigger: str, asked: Mapping[str, str], pointer: str) -> None:
    """Hold what a rule or quest asks of an event type (kinds by field name) against its newest version.

    Raises: UnknownReference.
    """
    code = type_of_trigger(trigger)
    if code is None:
        _check_fields_asked(trigger, {name: kind.value for name, kind in SYSTEM.get(trigger, {}).items()}, asked, pointer)
        return
    rows = SetupVersion.objects.filter(setup__programme=programme, setup__kind=SetupKind.EVENT_TYPE, setup__code=code)
    newest = rows.select_related("setup").order_by("-version").first()
    if newest is None:
        raise _unknown(f"{pointer}/trigger", _("There is no event type %(code)s. Set it up first.") % {"code": code})
    kinds = parse(SetupKind.EVENT_TYPE, newest.definition).kinds
    _check_fields_asked(code, {name: kind.value for name, kind in kinds.items()}, asked, pointer)


def check_chosen_days(programme: Programme, asked: Iterable[str]) -> None:
    """Hold the chosen days that a rule asks for against what is set up, approved or not. Raises: UnknownReference."""
    codes = {name.removeprefix(FACT) for name in asked if name.startswith(FACT)}
    if not codes:
        return
    rows = Setup.objects.filter(programme=programme, kind=SetupKind.CHOSEN_DAY, code__in=codes)
    for code in sorted(codes - set(rows.values_list("code", flat=True))):
        raise _unknown("/when", _("There is no day %(code)s that members choose. Set it up first.") % {"code": code})


def _check_fields_asked(code: str, kinds: Mapping[str, str], asked: Mapping[str, str], pointer: str) -> None:
    for name, kind in sorted(asked.items()):
        if kinds.get(name) != kind:
            known = ", ".join(f"{one} ({of})" for one, of in sorted(kinds.items())) or "—"
            detail = _("The event %(code)s has no field %(name)s of the kind %(kind)s. It has: %(known)s.")
            raise _unknown(f"{pointer}/when", detail % {"code": code, "name": name, "kind": kind, "known": known})


def asked_of_event(tree: Any) -> dict[str, str]:
    """Return the fields of the event that a condition asks for, with the kind that it gives each."""
    if not isinstance(tree, Mapping):
        return {}
    found = {}
    if str(tree.get("field", "")).startswith("event."):
        found[str(tree["field"]).removeprefix("event.")] = str(tree.get("kind", "text"))
    for key in ("all", "any", "none"):
        for part in tree.get(key, ()):
            found |= asked_of_event(part)
    return found


def _check_conversion(programme: Programme, code: str, terms: ConversionTerms) -> None:
    """Only what gathers is converted, by one conversion alone, into what members spend and the same books carry."""
    currencies = {row.code: row for row in PointCurrency.objects.filter(programme=programme).select_related("unit")}
    for pointer, wanted, use in (("/from", terms.from_code, Use.CONVERT), ("/to", terms.to_code, Use.RECEIVE_CONVERTED)):
        if wanted not in currencies:
            raise _unknown(pointer, _("The programme has no currency %(code)s.") % {"code": wanted})
        if not allows(currencies[wanted].kind, use):
            detail = (
                _("Convert from a currency that gathers (accrual).")
                if use is Use.CONVERT
                else _("Convert into a currency that members spend.")
            )
            raise _unknown(pointer, detail)
    if currencies[terms.from_code].unit.book_id != currencies[terms.to_code].unit.book_id:
        raise _unknown("/to", _("Both currencies must be in the same books."))
    others = SetupVersion.objects.filter(setup__programme=programme, setup__kind=SetupKind.CONVERSION, definition__from=terms.from_code)
    if others.exclude(setup__code=code).exists():
        raise _unknown("/from", _("Another conversion takes %(code)s already.") % {"code": terms.from_code})


def _check_recognition(programme: Programme, terms: RecognitionTerms) -> None:
    """What is given away is an allowance; what arrives is spent, has as many decimals, and is in the programme."""
    currencies = {row.code: row for row in PointCurrency.objects.filter(programme=programme).select_related("unit")}
    for pointer, wanted, use in (("/allowance", terms.allowance, Use.GIVE), ("/earned", terms.earned, Use.REWARD)):
        if wanted not in currencies:
            raise _unknown(pointer, _("The programme has no currency %(code)s.") % {"code": wanted})
        if not allows(currencies[wanted].kind, use):
            detail = (
                _("Give away a currency of the kind allowance.") if use is Use.GIVE else _("What arrives is a currency that members spend.")
            )
            raise _unknown(pointer, detail)
    if currencies[terms.allowance].unit.scale != currencies[terms.earned].unit.scale:
        raise _unknown("/earned", _("Both currencies must have as many decimals: each point that is given arrives as one."))


def _check_cause(programme: Programme, setup: Setup, terms: CauseTerms) -> None:
    """A cause counts events of a type that is there; later versions keep what counts, and pledge as much or more."""
    rows = SetupVersion.objects.filter(setup__programme=programme, setup__kind=SetupKind.EVENT_TYPE, setup__code=terms.event)
    newest = rows.order_by("-version").first()
    if newest is None:
        raise _unknown("/event", _("There is no event type %(code)s. Set it up first.") % {"code": terms.event})
    kind: EventType = parse(SetupKind.EVENT_TYPE, newest.definition)
    if terms.of and not counts_whole(kind, terms.of):
        detail = _("The event %(code)s has no whole-number field %(name)s of 1 or more. Add it to the type, or count each event as one.")
        raise _unknown("/of", detail % {"code": terms.event, "name": terms.of})
    before = setup.versions.approved().order_by("-version").first()
    if before is None:
        return
    old: CauseTerms = parse(SetupKind.CAUSE, before.definition)
    if old.kept() != terms.kept():
        raise _kept("/event", _("A cause keeps its event, how many make one, and what one costs. Begin another cause for other terms."))
    if terms.pledge < old.pledge:
        raise _kept("/pledge", _("At least %(pledge)s were pledged. A pledge only grows.") % {"pledge": old.pledge})


def _kept(pointer: str, detail: str) -> CauseKept:
    return CauseKept(detail, errors=[FieldError(pointer, "kept", detail)])


def _check_quest(programme: Programme, quest: Quest) -> None:
    for place, step in enumerate(quest.steps):
        asked = asked_of_event(step.given.get("when"))
        asked |= {step.of.name.removeprefix("event."): step.of.kind.value} if step.of else {}
        check_event_trigger(programme, step.trigger, asked, f"/steps/{place}")
    prize = quest.prize
    if prize.reward and not Reward.objects.filter(programme=programme, code=prize.reward).exists():
        raise _unknown("/reward/reward", _("There is no reward %(code)s. Publish it in the catalogue first.") % {"code": prize.reward})
    if prize.currency and not PointCurrency.objects.filter(programme=programme, code=prize.currency).exists():
        raise _unknown("/reward/currency", _("The programme has no currency %(code)s.") % {"code": prize.currency})


def _check_fields(setup: Setup, compiled: EventType) -> None:
    for earlier in setup.versions.approved().order_by("version"):
        earlier.setup = setup
        lost = lost_fields(parsed(earlier), compiled)
        if lost:
            detail = _("Rules may ask for %(fields)s. Keep each with its type; a field that is not needed may be left out of the required.")
            told = detail % {"fields": ", ".join(lost)}
            raise FieldsLost(told, errors=[FieldError(f"/schema/properties/{name}", "lost", told) for name in lost])


def _unknown(pointer: str, detail: str) -> UnknownReference:
    return UnknownReference(detail, errors=[FieldError(pointer, "unknown", detail)])
