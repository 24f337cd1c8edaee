"""Hold a file against what is live, hand it in, and take it over."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Forbidden, Refused
from rewards.programme_files.domain.differences import Change, changes_between
from rewards.programme_files.domain.fields import Faults, Spec
from rewards.programme_files.files import MalformedFile, ProgrammeFile, read_programme_file, write_programme_file
from rewards.programme_files.models import ProgrammeDraft
from rewards.programme_files.parts import PARTS, Hand
from rewards.versions.costs import above_budget, check_cost


class OtherProgramme(Refused):
    code = "other_programme"


class DraftIsNotNew(Refused):
    code = "draft_is_not_new"


class DraftIsDecided(Refused):
    code = "draft_is_decided"


class AnotherPersonMustApproveFile(Forbidden):
    code = "another_person_must_approve"


class NothingToDo(Refused):
    code = "nothing_to_do"


def live_sections(programme: Programme, on: dt.date) -> dict[str, dict[str, Spec]]:
    """Return what is in force on a day, section by section."""
    return {part.key: part.live(programme, on) for part in PARTS}


def export_programme(*, programme: Programme, on: dt.date) -> str:
    """Return what is in force on a day as the text of a file; read back, it changes nothing."""
    return write_programme_file(programme, live_sections(programme, on))


def difference(*, file: ProgrammeFile, programme: Programme, on: dt.date) -> list[Change]:
    """Return what would change from a day on. Raises: OtherProgramme, MalformedFile (what cannot be changed)."""
    if file.slug != programme.slug:
        raise OtherProgramme(_("This file is of the programme %(slug)s.") % {"slug": file.slug})
    live, by_key = live_sections(programme, on), {part.key: part for part in PARTS}
    changes = changes_between(live, _counting(file, live, on))
    faults = Faults(file.document)
    for change in changes:
        by_key[change.section].check(change, faults)
    if faults.found:
        raise MalformedFile(faults.found, file.name)
    return changes


def _counting(file: ProgrammeFile, live: Mapping[str, Mapping[str, Spec]], on: dt.date) -> dict[str, dict[str, Spec]]:
    """Return what a file says from a day on: what is over by then and has nothing live is left out."""
    return {
        part.key: {code: spec for code, spec in file.sections[part.key].items() if code in live[part.key] or part.counts(spec, on)}
        for part in PARTS
    }


@transaction.atomic
def draft_file(*, file: ProgrammeFile, programme: Programme, effective_on: dt.date, author: User, at: dt.datetime) -> ProgrammeDraft:
    """Hand a file in, to be approved by somebody else. The same file for the same day is handed in once.

    Raises: NothingToDo, DraftIsNotNew (its first day has come), and as `difference` does.
    """
    locked = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if effective_on <= business_date(at, locked.time_zone):
        raise DraftIsNotNew(_("A file begins tomorrow or later. Choose a later first day."))
    if not difference(file=file, programme=locked, on=effective_on):
        raise NothingToDo(_("The programme is as the file says. There is nothing to do."))
    waiting = ProgrammeDraft.objects.filter(programme=locked, approved_at__isnull=True, withdrawn_at__isnull=True)
    same = waiting.filter(text=file.text, effective_on=effective_on).first()
    if same is not None:
        return same
    return ProgrammeDraft.objects.create(
        programme=locked,
        text=file.text,
        effective_on=effective_on,
        author=author,
        drafted_at=at,
        over_budget_id=above_budget(ProgrammeDraft.objects.filter(programme=locked)),
    )


@transaction.atomic
def approve_draft(*, draft: ProgrammeDraft, approver: User, at: dt.datetime) -> Sequence[Change]:
    """Write every change that the file makes now, in one transaction: each by its author, approved by the approver, from its first day on.

    Raises: DraftIsDecided, AnotherPersonMustApproveFile, DraftIsNotNew, CostNotAccepted, and as `difference` and the topics' services do.
    """
    programme = Programme.objects.select_for_update(no_key=True).get(pk=draft.programme_id)
    locked = ProgrammeDraft.objects.select_for_update(of=["self"]).select_related("author", "over_budget__programme").get(pk=draft.pk)
    if not locked.waits:
        raise DraftIsDecided(_("This file was approved or withdrawn before."))
    if locked.author_id == approver.pk:
        raise AnotherPersonMustApproveFile(_("You handed this file in. Another person must approve it."))
    if locked.effective_on <= business_date(at, programme.time_zone):
        raise DraftIsNotNew(_("Its first day has come. Hand the file in again with a later first day."))
    check_cost(locked, approver)
    file = read_programme_file(locked.text, instead={"slug": programme.slug})
    changes = difference(file=file, programme=programme, on=locked.effective_on)
    hand = Hand(programme=programme, on=locked.effective_on, at=at, author=locked.author, approver=approver, outline=file.outline)
    by_section: Mapping[str, list[Change]] = {part.key: [one for one in changes if one.section == part.key] for part in PARTS}
    own_settings, *others = PARTS
    for part in (*others, own_settings):  # what else is written is held to the notice that members were promised until now
        for change in by_section[part.key]:
            part.change(change, hand)
    locked.approver, locked.approved_at = approver, at
    locked.save(update_fields=["approver", "approved_at"])
    return changes


@transaction.atomic
def withdraw_draft(*, draft: ProgrammeDraft, at: dt.datetime) -> ProgrammeDraft:
    """Take a file back that nobody has approved. Raises: DraftIsDecided."""
    locked = ProgrammeDraft.objects.select_for_update().get(pk=draft.pk)
    if not locked.waits:
        raise DraftIsDecided(_("This file was approved or withdrawn before."))
    locked.withdrawn_at = at
    locked.save(update_fields=["withdrawn_at"])
    return locked
