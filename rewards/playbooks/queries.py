"""Questions about playbooks: what they drafted, and whom a list names."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from rewards.campaigns.models import CampaignVersion
from rewards.earning.models import EarningRuleVersion
from rewards.playbooks.models import PlaybookRun
from rewards.purchases.models import Purchase, PurchaseClaim
from rewards.segments.models import SegmentVersion
from rewards.segments.queries import Named, members_named

Draft = SegmentVersion | CampaignVersion | EarningRuleVersion


class PlaybookRunNotFound(NotFound):
    code = "playbook_run_not_found"


def runs_of(programme: Programme) -> QuerySet[PlaybookRun]:
    """Return what the playbooks of a programme drafted."""
    return PlaybookRun.objects.filter(programme=programme).select_related("segment", "campaign", "rule", "back_test", "author")


def run_by_id(programme: Programme, pk: uuid.UUID) -> PlaybookRun:
    """Raises: PlaybookRunNotFound."""
    found = runs_of(programme).filter(pk=pk).first()
    if found is None:
        raise PlaybookRunNotFound(_("There is no such draft. Look it up on the page of playbooks."))
    return found


def drafts_of(run: PlaybookRun) -> list[Draft]:
    """Return what of a run nobody has approved yet, in the order in which it is approved: the newest version of each."""
    newest = (
        SegmentVersion.objects.filter(segment=run.segment_id).order_by("-version").first(),
        CampaignVersion.objects.filter(campaign=run.campaign_id).order_by("-version").first(),
        EarningRuleVersion.objects.filter(rule=run.rule_id).order_by("-version").first(),
    )
    return [version for version in newest if version is not None and version.approved_at is None]


def first_purchase_on(programme: Programme) -> dt.date | None:
    """Return the day of a programme's first purchase."""
    day: dt.date | None = Purchase.objects.filter(programme=programme).aggregate(first=Min("business_on"))["first"]
    return day


def members_affected(programme: Programme, lines: Sequence[str]) -> Named:
    """Find the members whom lines name: by card, number in the shop system or e-mail, else by a receipt of theirs. Four queries at most."""
    named = members_named(programme, lines)
    if not named.unknown:
        return named
    receipts = [text for _place, text in named.unknown]
    claims = PurchaseClaim.objects.filter(programme=programme, external_id__in=receipts)
    rows = Purchase.objects.filter(pk__in=claims.values("pk")).values_list("external_id", "member")
    buyers: dict[str, set[uuid.UUID]] = {}
    for receipt, member in rows:
        buyers.setdefault(receipt, set()).add(member)
    found = dict.fromkeys(named.members) | dict.fromkeys(member for text in receipts for member in sorted(buyers.get(text, ())))
    return Named(list(found), [(place, text) for place, text in named.unknown if text not in buyers])
