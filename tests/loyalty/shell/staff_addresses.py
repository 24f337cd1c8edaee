"""One address of each kind of staff page: what there must be for the page to be there."""

import datetime as dt
import uuid

from accounts.programmes.domain import CurrencyKind
from accounts.programmes.queries import currency_of
from accounts.programmes.services import Terms, Words, open_currency
from accounts.staff.roles import Role
from rewards.backtests.services import request_back_test, work_on_all
from rewards.campaigns.services import open_campaign
from rewards.coalition.services import issue_statement
from rewards.earning.queries import forget_rules
from rewards.events.services import EventFacts, record_event
from rewards.import_undos.models import ImportUndo
from rewards.imports.domain import ImportMode
from rewards.imports.services import ImportFile, request_import
from rewards.recalculations.services import request_undo
from rewards.reviews.services import ReviewFacts, submit_review
from rewards.segments.domain import SegmentKind
from rewards.segments.services import open_segment
from rewards.setups.domain import SetupKind
from rewards.tiers.services import request_award
from rewards.trade_files.services import hand_in
from tests.accounts.factories import MemberFactory, PartnerFactory
from tests.colleagues import colleague
from tests.reporting.factories import NOW
from tests.rewards.causes.stage import forest_in
from tests.rewards.check_ins.stage import point_at
from tests.rewards.connectors.stage import connector_addresses
from tests.rewards.gift_cards.stage import asked_card, card_of
from tests.rewards.plans.stage import PRIME, bought
from tests.rewards.playbooks.stage import playbook_addresses
from tests.rewards.recognition.stage import colleague_in, gave, recognition_in
from tests.rewards.setups.stage import FIRST_DAY, VISIT, set_up

OF_A_BACK_TEST = ("back-test", "back-test-progress", "back-test-repeat", "back-test-stop", "back-test-accept")


def tier_addresses(programme, member) -> dict[str, list]:
    ladder = programme.tier_ladders.get()
    staff = colleague(Role.SUPPORT)
    award = request_award(
        member=member, tier=ladder.tiers.first(), kind="gift", to_on=NOW.date(), note="Late", proof="Case 1", staff=staff, at=NOW
    )
    slug = programme.slug
    return {
        "ladder-new": [slug],
        "ladder-draft": [slug, ladder.code],
        "ladder-approve": [slug, ladder.versions.get().pk],
        "tier-checks": [slug],
        "tier-award": [award.pk],
        "member-tier": [member.pk],
    }


def setup_addresses(programme) -> dict[str, list]:
    version = set_up(programme, SetupKind.MOMENTS, "moments", {})
    words = Words(code="gathered", singular="gathered", plural="gathered", kind=CurrencyKind.ACCRUAL)
    terms = Terms(expiry_kind="none", expiry_number=0)
    open_currency(programme=programme, words=words, terms=terms, valid_from=FIRST_DAY, at=NOW)
    yearly = {"from": "gathered", "to": currency_of(programme).code, "kind": "rate", "every": "year"}
    set_up(programme, SetupKind.CONVERSION, "yearly", yearly)
    forest_in(programme)
    slug = programme.slug
    card = card_of(programme)
    return campaign_addresses(programme) | {
        "gift-card-new": [slug],
        "gift-card-request": [asked_card(programme).pk],
        **{name: [card.pk] for name in ("gift-card", "gift-card-block")},
        "setups": [slug],
        **{name: [slug] for name in ("referrals", "subscriptions", "causes", "recognitions")},
        "recognition-undo": [slug, recognised(programme).pk],
        **{name: [slug, "forest"] for name in ("cause", "cause-report", "cause-hand-over")},
        "subscription": [slug, bought_plan(programme).subscription.pk],
        **check_in_addresses(programme),
        **connector_addresses(programme),
        **coalition_addresses(programme),
        "conversions": [slug],
        "conversion-rate": [slug, "yearly"],
        "conversion-rate-approve": [slug, uuid.uuid4()],
        "setup-new": [slug, "quest"],
        "setup-draft": [slug, "moments", "moments"],
        "setup-approve": [slug, version.pk],
    }


def coalition_addresses(programme) -> dict[str, list]:
    partner = PartnerFactory.create(legal_entity=programme.legal_entity)
    month = (NOW.date().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    row = issue_statement(programme=programme, partner=partner, month=month, at=NOW)
    slug = programme.slug
    return {
        **{name: [slug] for name in ("partner-prices", "partner-statements")},
        **{name: [slug, row.pk] for name in ("partner-statement", "partner-statement-file")},
        "partner-price-approve": [slug, uuid.uuid4()],
    }


def recognised(programme):
    recognition_in(programme)
    forget_rules(programme.pk)
    return gave(colleague_in(programme), colleague_in(programme, "Grace"), 5, NOW)


def bought_plan(programme):
    set_up(programme, SetupKind.PLAN, "prime", PRIME)
    return bought(MemberFactory.create(programme=programme), NOW)


def check_in_addresses(programme) -> dict[str, list]:
    point = point_at(programme, at=NOW)
    slug = programme.slug
    return {
        **{name: [slug] for name in ("check-in-points", "check-in-point-new")},
        **{name: [slug, point.pk] for name in ("check-in-point", "check-in-point-close")},
    }


def event_addresses(programme, member) -> dict[str, list]:
    set_up(programme, SetupKind.EVENT_TYPE, "visit", VISIT)
    facts = EventFacts(source="gym", external_id="V1", type="visit", occurred_at=NOW, member=member.pk, payload={"minutes": 30})
    event = record_event(programme=programme, facts=facts, at=NOW).event
    written = ReviewFacts(source="shop", external_id="R1", product="MUG", stars=4, text="", occurred_at=NOW)
    review = submit_review(member=member, facts=written, at=NOW).review
    return {name: [event.pk] for name in ("event", "event-peek", "event-undo")} | {
        name: [review.pk] for name in ("review", "review-withdraw")
    }


def campaign_addresses(programme) -> dict[str, list]:
    open_campaign(programme=programme, code="spring", name="Spring")
    open_segment(programme=programme, code="vips", name="VIPs", kind=SegmentKind.STATIC)
    day = NOW.date() - dt.timedelta(days=1)
    asked = request_undo(programme=programme, first_on=day, last_on=day, reason="A mistake", author=colleague(Role.MARKETING), at=NOW)
    file = ImportFile("old.csv", b"email,points\nada@example.org,5\n")
    brought = request_import(
        programme=programme, file=file, mode=ImportMode.ADD, reason="Old cards", author=colleague(Role.SUPPORT), at=NOW
    )
    undo = ImportUndo.objects.create(
        programme=programme, balance_import=brought, reason="A mistake", author=colleague(Role.SUPPORT), requested_at=NOW
    )
    tried = request_back_test(programme=programme, name="Live", first_on=day, last_on=day, author=None, at=NOW)
    work_on_all(at=NOW)
    traded = hand_in(programme=programme, name="old.csv", chunks=[b"member,receipt,at,amount\nAda,R1,2025-01-05,5\n"], author=None, at=NOW)
    slug = programme.slug
    return {
        **playbook_addresses(programme, at=NOW),
        **{name: [slug, tried.pk] for name in OF_A_BACK_TEST},
        "back-test-export": [slug, tried.pk, "months.csv"],
        **{name: [slug, traded.pk] for name in ("trade-file", "trade-file-progress", "trade-file-forget")},
        **{name: [slug, brought.pk] for name in ("import", "import-progress", "import-rows", "import-report", "import-undo-new")},
        **{name: [slug, undo.pk] for name in ("import-undo", "import-undo-progress", "import-undo-lines", "import-undo-report")},
        **{name: [slug] for name in ("imports", "import-new", "trade-files", "trade-file-new")},
        **{name: [slug] for name in ("campaigns", "campaign-new", "segments", "segment-new")},
        **{name: [slug] for name in ("tiers", "recalculations", "recalculation-undo", "recalculation-past")},
        **{name: [slug, asked.pk] for name in ("recalculation", "recalculation-progress", "recalculation-purchases")},
        **{name: [slug, "spring"] for name in ("campaign", "campaign-draft", "campaign-turn")},
        **{name: [slug, "vips"] for name in ("segment", "segment-draft", "segment-list")},
        **{name: [slug, uuid.uuid4()] for name in ("campaign-approve", "segment-approve")},
    }
