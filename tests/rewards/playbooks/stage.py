"""A shop with a past, and drafts by playbooks."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from accounts.members.models import Member
from accounts.programmes.models import Programme
from rewards.backtests.services import work_on_all
from rewards.playbooks.domain import RECIPES, Inputs, Playbook
from rewards.playbooks.models import PlaybookRun
from rewards.playbooks.services import make_draft
from rewards.purchases.models import Purchase
from rewards.purchases.services import record_purchase
from rewards.referrals.models import Referral
from tests.accounts.factories import AT, MemberFactory, StoreFactory, UserFactory
from tests.rewards.purchases.conftest import purchase_of
from tests.rewards.recalculations.stage import BASE, open_with_rules
from tests.rewards.tiers.definitions import ladder, spend

DAY = dt.timedelta(days=1)
NOW = AT + 100 * DAY
"""When somebody opens the playbooks; what members bought lies before it."""
TODAY = NOW.date()
CLUB = ladder(spend(blue=0, gold=100_000), keeps={"kind": "end_of_next_year"})


def open_shop(tiers: dict[str, Any] = CLUB) -> Programme:
    """One point for every 1.00, and a ladder on which gold begins at 1,000.00 in a year."""
    return open_with_rules(ladder=tiers, base=BASE)


def joined(programme: Programme, days_ago: int, **facts: Any) -> Member:
    return MemberFactory.create(programme=programme, joined_at=NOW - days_ago * DAY, **facts)


def buys(member: Member, days_ago: int, minor: int = 2_000, *, category: str = "food", store: str | None = None, **facts: Any) -> Purchase:
    at = NOW - days_ago * DAY
    whole = purchase_of(member, minor, external_id=facts.pop("receipt", uuid.uuid4().hex[:12]), occurred_at=at, store=store, **facts)
    whole = type(whole)(
        **{**{name: getattr(whole, name) for name in whole.__slots__}, "lines": tuple(_in(line, category) for line in whole.lines)}
    )
    return record_purchase(programme=member.programme, facts=whole, at=at).purchase


def _in(line: Any, category: str) -> Any:
    return type(line)(**{**{name: getattr(line, name) for name in line.__slots__}, "category": category})


def friend_of(advocate: Member, friend: Member, days_ago: int) -> Referral:
    at = NOW - days_ago * DAY
    return Referral.objects.create(programme=advocate.programme, advocate=advocate, friend=friend, claimed_at=at, claimed_on=at.date())


class Shop:
    """Members of every kind that a playbook looks for, by name."""

    def __init__(self, tiers: dict[str, Any] = CLUB) -> None:
        self.programme = open_shop(tiers)
        self.store = StoreFactory.create(entity=self.programme.legal_entity, code="harbour")
        new, old = joined(self.programme, 5), joined(self.programme, 90)
        self.new, self.silent = new, old
        self.once = joined(self.programme, 60)
        buys(self.once, 10, receipt="ONCE", category="food/bread")
        self.lapsed = joined(self.programme, 99)
        buys(self.lapsed, 80)
        buys(self.lapsed, 70)
        self.regular = joined(self.programme, 99, birth_date=dt.date(1990, TODAY.month, TODAY.day))
        for days_ago in (50, 30, 20, 5):
            buys(self.regular, days_ago, 20_000, store="harbour", category="coffee")
        self.friend, self.settled = joined(self.programme, 20), joined(self.programme, 40)
        friend_of(self.regular, self.friend, 20)
        friend_of(self.regular, self.settled, 40)
        buys(self.settled, 35)


CHOSEN: dict[Playbook, dict[str, Any]] = {
    Playbook.WELCOME: {"points": 100, "days": 30},
    Playbook.SECOND_PURCHASE: {"points": 150, "days": 30},
    Playbook.WIN_BACK: {"points": 300, "days": 60, "least_minor": 1_000},
    Playbook.BIRTHDAY: {"points": 200, "days": 7},
    Playbook.TIER_NUDGE: {"factor": Decimal(2), "tier": "gold", "percent": 70},
    Playbook.EXPIRING_POINTS: {"points": 100, "days": 365},
    Playbook.QUIET_WEEKDAY: {"factor": Decimal("1.5"), "weekday": f"{TODAY - 20 * DAY:%a}".lower(), "days": 90},
    Playbook.NEW_CATEGORY: {"points": 120, "category": "coffee", "days": 90},
    Playbook.REFERRAL_PUSH: {"points": 250, "days": 60},
    Playbook.SERVICE_RECOVERY: {"points": 500, "store": "harbour", "bought_on": TODAY - 5 * DAY},
}


def answers(playbook: Playbook, **changed: Any) -> Inputs:
    days = {"first_on": TODAY + 7 * DAY, "last_on": TODAY + 36 * DAY}
    plain = {"holdout_percent": Decimal(RECIPES[playbook].holdout_percent), "budget_minor": 50_000}
    return Inputs(**(days | plain | CHOSEN[playbook] | changed))


def drafted(programme: Programme, playbook: Playbook, **more: Any) -> PlaybookRun:
    facts = {"name": "A good idea", "past_days": 90, "token": uuid.uuid4(), "author": UserFactory.create(), "at": NOW}
    given = more.pop("given", None) or answers(playbook)
    return make_draft(programme=programme, playbook=playbook, given=given, **(facts | more))


def tried(run: PlaybookRun) -> PlaybookRun:
    """Its back-test worked out to the end."""
    work_on_all(at=NOW, seconds=60)
    return PlaybookRun.objects.select_related("back_test").get(pk=run.pk)


def playbook_addresses(programme: Programme, *, at: dt.datetime) -> dict[str, list[Any]]:
    """What the addresses of the staff pages name, by page."""
    begins = at.date() + 7 * DAY
    given = answers(Playbook.WIN_BACK, first_on=begins, last_on=begins)
    run, slug = drafted(programme, Playbook.WIN_BACK, given=given, at=at), programme.slug
    return {
        "playbooks": [slug],
        **{name: [slug, "win-back"] for name in ("playbook", "playbook-preview")},
        **{name: [slug, run.pk] for name in ("playbook-run", "playbook-approve")},
    }
