"""Write, approve and supersede ladders."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import FieldError, Forbidden, Malformed, Refused
from loyalty.kit.rows import checked
from rewards.tiers.domain.scheme import Level, Scheme, order_with
from rewards.tiers.ladders import compiled, forget_ladders, scales_of
from rewards.tiers.models import Tier, TierLadder, TierLadderVersion
from rewards.versions.costs import above_budget, check_cost

FROM_THE_BEGINNING = dt.date(2000, 1, 1)
"""The first day of a ladder's first version in a programme that is not live yet."""


class LadderAlreadyApproved(Refused):
    code = "ladder_already_approved"


class AnotherPersonMustApproveLadder(Forbidden):
    code = "another_person_must_approve"


class LadderIsNotNew(Refused):
    code = "ladder_is_not_new"


class TiersChangePlaces(Malformed):
    code = "tiers_change_places"


@transaction.atomic
def write_ladder_version(
    *,
    programme: Programme,
    code: str,
    name: str,
    definition: Mapping[str, Any],
    valid_from: dt.date,
    author: User | None,
    is_main: bool = False,
    other_names: Mapping[str, str] | None = None,
    stays_above_budget: bool = True,
) -> TierLadderVersion:
    """Draft the next version of a ladder; the first one makes the ladder, with its name and whether it is the main one.

    Raises: MalformedLadder, TiersChangePlaces, InvalidFields, RuleBroken (the programme has a main ladder).
    """
    ladder = TierLadder.objects.filter(programme=programme, code=code).first()
    if ladder is None:
        ladder = TierLadder(programme=programme, code=code, name=name, is_main=is_main, is_plain=False, other_names=dict(other_names or {}))
        checked(ladder).save(force_insert=True)
    TierLadder.objects.select_for_update(no_key=True).get(pk=ladder.pk)
    newest = TierLadderVersion.objects.filter(ladder=ladder).count()
    facts = {"ladder": ladder, "version": newest + 1, "valid_from": valid_from, "definition": dict(definition), "author": author}
    version = TierLadderVersion(**facts, over_budget_id=above_budget(ladder.versions.all()) if stays_above_budget else None)
    _order(ladder, compiled(version, scales_of(programme.pk)))
    version.save(force_insert=True)
    return version


@transaction.atomic
def approve_ladder(*, version: TierLadderVersion, approver: User, at: dt.datetime) -> TierLadderVersion:
    """Put a drafted version into force from its date on. The ladder is judged from then on, a plain one too.

    Raises: LadderAlreadyApproved, AnotherPersonMustApproveLadder, LadderIsNotNew (its first day has passed), TiersChangePlaces,
    CostNotAccepted.
    """
    locked = (
        TierLadderVersion.objects.select_for_update(of=["self"])
        .select_related("ladder__programme", "over_budget__programme")
        .get(pk=version.pk)
    )
    programme = locked.ladder.programme
    if locked.approved_at is not None:
        raise LadderAlreadyApproved(_("This version has been approved before."))
    if locked.author_id == approver.pk:
        raise AnotherPersonMustApproveLadder(_("You wrote this version. Another person must approve it."))
    if locked.valid_from <= business_date(at, programme.time_zone):
        raise LadderIsNotNew(_("A version begins tomorrow or later. Draft it again with a later first day."))
    check_cost(locked, approver)
    locked.approver = approver
    _put_into_force(locked, at)
    return locked


@transaction.atomic
def write_first_ladder(
    *,
    programme: Programme,
    code: str,
    name: str,
    definition: Mapping[str, Any],
    at: dt.datetime,
    valid_from: dt.date = FROM_THE_BEGINNING,
    is_main: bool = False,
    author: User | None = None,
    other_names: Mapping[str, str] | None = None,
) -> TierLadderVersion:
    """Write a ladder of a programme that is not live yet: its first version needs no second person.

    Raises: as `write_ladder_version`; LadderIsNotNew when the programme is live or has this ladder.
    """
    if programme.is_live or TierLadder.objects.filter(programme=programme, code=code).exists():
        raise LadderIsNotNew(_("The programme is live or has this ladder. Draft a version and let another person approve it."))
    version = write_ladder_version(
        programme=programme,
        code=code,
        name=name,
        definition=definition,
        valid_from=valid_from,
        author=author,
        is_main=is_main,
        other_names=other_names,
    )
    _put_into_force(version, at)
    return version


def _put_into_force(version: TierLadderVersion, at: dt.datetime) -> None:
    ladder = version.ladder
    scheme = compiled(version, scales_of(ladder.programme_id))
    is_first = not TierLadderVersion.objects.approved().filter(ladder=ladder).exists()
    thresholds = scheme.plain_keys if is_first and ladder.is_main and version.valid_from == FROM_THE_BEGINNING else None
    version.approved_at = at
    version.save(update_fields=["approver", "approved_at"])
    _name_tiers(ladder, scheme, thresholds)
    ladder.is_plain = thresholds is not None
    if thresholds is not None:
        ladder.keeps_through = scheme.keeps.kind.value
    ladder.save(update_fields=["is_plain", "keeps_through"])
    forget_ladders(ladder.programme_id)
    transaction.on_commit(lambda: forget_ladders(ladder.programme_id))


def _name_tiers(ladder: TierLadder, scheme: Scheme, thresholds: Sequence[int] | None) -> None:
    """Make the tiers that are new, put them in their places, and let all say what the version says."""
    order = _order(ladder, scheme)
    known = {tier.code: tier for tier in Tier.objects.filter(ladder=ladder)}
    Tier.objects.filter(ladder=ladder).update(rank=F("rank") + 1_000, threshold_minor=None)
    levels = {level.code: level for level in scheme.levels}
    for rank, code in enumerate(order, start=1):
        tier = known.get(code) or Tier(ladder=ladder, code=code)
        tier.rank, tier.threshold_minor = rank, None
        if code in levels:
            _describe(tier, levels[code])
            tier.threshold_minor = thresholds[scheme.levels.index(levels[code])] if thresholds is not None else None
        tier.save()


def _describe(tier: Tier, level: Level) -> None:
    locales = {locale for benefit in level.benefits for locale in benefit.other_texts}
    tier.name, tier.other_names = level.name, dict(level.other_names)
    tier.benefits = " ".join(benefit.text for benefit in level.benefits)
    tier.other_benefits = {locale: " ".join(benefit.text_in(locale) for benefit in level.benefits) for locale in locales}


def _order(ladder: TierLadder, scheme: Scheme) -> list[str]:
    """Return all tiers that the ladder has or had in their order: a new one stands above the one before it. Raises: TiersChangePlaces."""
    order = list(Tier.objects.filter(ladder=ladder).order_by("rank").values_list("code", flat=True))
    codes = [level.code for level in scheme.levels]
    stay = [code for code in codes if code in order]
    if stay != [code for code in order if code in codes]:
        detail = _("Tiers keep their order from version to version; new ones may stand between them.")
        raise TiersChangePlaces(detail, errors=[FieldError("/tiers", "out_of_order", detail)])
    return order_with(order, codes)
