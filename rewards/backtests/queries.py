"""Questions about back-tests."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from rewards.backtests.models import BackTest
from rewards.earning.models import EarningRuleVersion
from rewards.programme_files.models import ProgrammeDraft
from rewards.tiers.models import TierLadderVersion


class BackTestNotFound(NotFound):
    code = "back_test_not_found"


def back_tests_of(programme: Programme) -> QuerySet[BackTest]:
    """Return a programme's back-tests."""
    return BackTest.objects.filter(programme=programme).select_related(
        "programme__legal_entity__book", "author", "repeats", "file", "trade"
    )


def back_test_by_id(programme: Programme, pk: uuid.UUID) -> BackTest:
    """Raises: BackTestNotFound."""
    found = back_tests_of(programme).filter(pk=pk).first()
    if found is None:
        raise BackTestNotFound(_("There is no such back-test. Look it up in the list of back-tests."))
    return found


def drafts_to_try(programme: Programme) -> QuerySet[EarningRuleVersion]:
    """Return the drafted versions of a programme's rules: those that nobody has approved and no newer draft supersedes."""
    drafts = EarningRuleVersion.objects.filter(rule__programme=programme, approved_at__isnull=True)
    newest = drafts.order_by("rule_id", "-version").distinct("rule_id")
    return (
        EarningRuleVersion.objects.filter(pk__in=newest.values("pk"))
        .select_related("rule__currency__unit", "rule__campaign", "rule__programme")
        .order_by("rule__code")
    )


def ladders_to_try(programme: Programme) -> QuerySet[TierLadderVersion]:
    """Return the drafted versions of a programme's ladders, as `drafts_to_try` those of its rules."""
    drafts = TierLadderVersion.objects.filter(ladder__programme=programme, approved_at__isnull=True)
    newest = drafts.order_by("ladder_id", "-version").distinct("ladder_id")
    return TierLadderVersion.objects.filter(pk__in=newest.values("pk")).select_related("ladder").order_by("ladder__code")


def files_to_try(programme: Programme) -> QuerySet[ProgrammeDraft]:
    """Return the files that wait for approval, newest first."""
    return ProgrammeDraft.objects.filter(programme=programme, approved_at__isnull=True, withdrawn_at__isnull=True).order_by("-id")
