"""A member's page as plain values with words and links."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.members.models import ConsentKind, Member, MemberStatus
from accounts.programmes.queries import currency_of
from accounts.staff.access import may
from accounts.staff.roles import Act
from ledger.points.domain import last_day
from loyalty.kit.figures import day_text, money_text, points_text
from loyalty.kit.money import Money
from reporting.care.queries.directory import MemberRow
from reporting.care.queries.member import CurrencyHoldings, Evidence, MemberProfile, OpenLot
from reporting.care.queries.timeline import KINDS
from reporting.care.wording import change_text
from rewards.redemptions.models import Redemption
from rewards.setups.queries import setups_of
from rewards.tiers.domain import StandingReason
from rewards.tiers.progress import LadderProgress
from rewards.tiers.queries import Standing
from rewards.tiers.words import TIER_TITLES, Writer, benefit_texts, keep_text

STATES = {"active": "active", "frozen": "pending", "prospect": "draft", "closed": "closed"}


def page_of(profile: MemberProfile, today: dt.date, user: Any) -> dict[str, Any]:
    """Return the context of the member's page without its timeline."""
    member = profile.member
    return {
        "member": member,
        "programme": member.programme,
        "state": STATES[member.status],
        "stats": [*(stat for wallet in profile.wallets for stat in _wallet_stats(wallet, member)), *_trade_stats(profile, today)],
        "identity": _identity(member),
        "tiers": [_tier(one, Writer(member.programme), today) for one in profile.ladders] or [_no_tier()],
        "evidence": [_evidence(one) for one in profile.evidence],
        "lots": [_lot(one, today) for one in profile.lots],
        "lots_url": reverse("staff:member-lots", args=[member.pk]),
        "lots_hidden": profile.lots_in_all - len(profile.lots),
        "consents": _consents(profile),
        "waiting": [
            {
                "title": change_text(row.units if row.direction == "add" else -row.units, row.currency),
                "url": reverse("staff:adjustment", args=[row.pk]),
            }
            for row in profile.waiting
        ],
        "untaken": [_untaken(row, profile.main, today, user) for row in profile.untaken],
        "actions": actions_for(member, user),
    }


def glance_of(row: MemberRow) -> dict[str, Any]:
    """Return the context of the side panel: who it is, the tier, and what can be spent."""
    member, currency = row.member, currency_of(row.member.programme)
    tiers = [{"label": _("Tier"), "value": row.tier}] if row.tier else []
    return {
        "title": str(member),
        "url": reverse("staff:member", args=[member.pk]),
        "state": STATES[member.status],
        "state_label": member.get_status_display(),
        "stats": [
            {
                "label": _("Available %(points)s") % {"points": currency.word(2)},
                "value": points_text(row.available, currency.unit.scale),
            },
            *tiers,
        ],
        "facts": [fact for fact in _identity(member) if fact["value"]],
    }


def actions_for(member: Member, user: Any) -> list[dict[str, Any]]:
    """Return what this colleague may do with the member, most usual first."""
    found: list[dict[str, Any]] = []
    if member.status == MemberStatus.CLOSED:
        return found
    if may(user, Act.EDIT_MEMBERS):
        found.append({"label": _("Edit profile"), "url": reverse("staff:member-edit", args=[member.pk]), "icon": "edit"})
    if may(user, Act.REQUEST_ADJUSTMENTS):
        found.append({"label": _("Correct points"), "url": reverse("staff:member-adjust", args=[member.pk]), "icon": "coins"})
        found.append({"label": _("Give a tier"), "url": reverse("staff:member-tier", args=[member.pk]), "icon": "star"})
    if may(user, Act.FIND_MEMBERS) and member.status == MemberStatus.ACTIVE:
        if setups_of(member.programme).has_plans:
            url = f"{reverse('staff:subscriptions', args=[member.programme.slug])}?member={member.pk}"
            found.append({"label": _("Paid memberships"), "url": url, "icon": "card"})
        found.append({"label": _("What if"), "url": reverse("staff:member-what-if", args=[member.pk]), "icon": "search"})
    if may(user, Act.EDIT_MEMBERS):
        found.append({"label": _("Buyers"), "url": reverse("staff:member-buyers", args=[member.pk]), "icon": "users"})
        label = _("Unfreeze") if member.status == MemberStatus.FROZEN else _("Freeze")
        found.append({"label": label, "url": reverse("staff:member-status", args=[member.pk]), "icon": "lock"})
    return found


def timeline_tabs(member: Member, shown: str) -> list[dict[str, Any]]:
    """Return the parts of the timeline to choose from."""
    address = reverse("staff:member", args=[member.pk])
    labels = {
        "": _("Everything"),
        "purchases": _("Purchases"),
        "returns": _("Returns"),
        "redemptions": _("Rewards and payments"),
        "movements": _("Other points"),
        "transfers": _("Between members"),
        "adjustments": _("Corrections"),
        "tiers": _("Tiers"),
        "consents": _("Consents"),
        "mails": _("E-mails"),
    }
    order = ["", *reversed(KINDS)]
    return [
        {"label": labels[name], "url": f"{address}?show={name}#timeline" if name else f"{address}#timeline", "current": name == shown}
        for name in order
    ]


def _wallet_stats(wallet: CurrencyHoldings, member: Member) -> list[dict[str, Any]]:
    """Return what the member holds; what is nothing is left out, except what can be spent."""
    scale = wallet.currency.unit.scale
    of = wallet.holdings
    worth = money_text(Money(wallet.value_minor, member.programme.currency))
    available = {
        "label": _("Available %(points)s") % {"points": wallet.currency.plural_word},
        "value": points_text(of.available, scale),
        "hint": _("pay %(money)s") % {"money": worth} if wallet.value_minor else "",
        "url": "#lots",
    }
    more = [
        (_("On the way"), of.pending, "#lots", _("can be spent later")),
        (_("Set aside"), of.held, "?show=redemptions#timeline", _("for rewards not yet taken")),
        (_("Owed"), of.arrears, "?show=returns#timeline", _("the next ones earned settle them")),
    ]
    return [
        available,
        *({"label": label, "value": points_text(units, scale), "url": url, "hint": hint} for label, units, url, hint in more if units),
    ]


def _trade_stats(profile: MemberProfile, today: dt.date) -> list[dict[str, Any]]:
    member, main = profile.member, next((one for one in profile.ladders if one.ladder.is_main), None)
    purchases = f"{reverse('staff:purchases')}?programme={member.programme.slug}&member={member.pk}"
    currency = member.programme.currency
    return [
        {
            "label": _("Tier"),
            "value": str(main.current.tier) if main and main.current else _("none"),
            "hint": _next_tier(main, Writer(member.programme)) if main else "",
            "url": "#tier",
        },
        {
            "label": _("Spent in %(year)s") % {"year": today.year},
            "value": money_text(Money(profile.year_minor, currency)),
            "hint": _("less returns"),
            "url": purchases,
        },
        {
            "label": _("Purchases"),
            "value": points_text(profile.purchases),
            "hint": _("%(money)s in all") % {"money": money_text(Money(profile.spent_minor, currency))},
            "url": purchases,
        },
    ]


def _next_tier(progress: LadderProgress, writer: Writer) -> str:
    if progress.next_tier is None or progress.to_next is None:
        return _("the highest") if progress.current else ""
    return _("%(money)s to %(tier)s") % {"money": writer.way(progress.to_next), "tier": progress.next_tier}


def _identity(member: Member) -> list[dict[str, Any]]:
    facts = [
        (_("Card"), member.grouped_number),
        (_("E-mail"), member.email),
        (_("Phone"), member.phone),
        (_("Birthday"), date_format(member.birth_date, "j F Y") if member.birth_date else ""),
        (_("Language"), member.get_locale_display()),
        (_("Home store"), str(member.home_store) if member.home_store else ""),
        (_("Joined"), date_format(localtime(member.joined_at), "j F Y")),
        (_("Shop number"), member.external_id),
        (_("Signs in as"), str(member.user.email) if member.user else _("has no login yet")),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]


def _tier(progress: LadderProgress, writer: Writer, today: dt.date) -> dict[str, Any]:
    current = progress.current
    value, maximum = progress.figures
    return {
        "ladder": "" if progress.ladder.is_main else progress.ladder.local_name,
        "label": str(current.tier) if current else _("No tier yet"),
        "hint": _next_tier(progress, writer),
        "value": value,
        "maximum": maximum,
        "held": _held(current, today) if current else "",
        "keeps": keep_text(progress, writer, today) if progress.to_keep and not progress.to_keep.is_met else "",
        "benefits": benefit_texts(progress),
    }


def _held(current: Standing, today: dt.date) -> str:
    days = {"since": day_text(current.since_on, today), "through": day_text(current.through_on, today) if current.through_on else ""}
    held = _("since %(since)s, through %(through)s") % days if current.through_on else _("since %(since)s") % days
    if current.reason is StandingReason.GIVEN:
        return _("%(held)s, given by hand") % {"held": held}
    return _("%(held)s, in days of grace") % {"held": held} if current.reason is StandingReason.GRACE else held


def _no_tier() -> dict[str, Any]:
    return {"label": _("No tier yet"), "hint": "", "value": 0, "maximum": 1, "held": ""}


def _evidence(one: Evidence) -> dict[str, Any]:
    standing = one.standing
    return {
        "title": TIER_TITLES[standing.reason]() % {"tier": standing.tier},
        "when": date_format(standing.from_on, "j M Y"),
        "receipt": one.purchase.external_id if one.purchase else "",
        "place": str(one.purchase.store or "") if one.purchase else "",
        "url": reverse("staff:purchase", args=[one.purchase.pk]) if one.purchase else "",
    }


def _untaken(row: Redemption, wallet: CurrencyHoldings, today: dt.date, user: Any) -> dict[str, Any]:
    """Return a reward that waits to be used (or a hold), and where to cancel it for those who may."""
    currency = wallet.currency
    if row.is_held and row.hold_expires_at is not None:
        until = _("set aside until %(time)s") % {"time": date_format(localtime(row.hold_expires_at), "H:i")}
    elif row.valid_until is not None:
        until = _("can be used through %(day)s") % {"day": day_text(row.valid_until, today)}
    else:
        until = _("can be used at any time")
    return {
        "title": row.reward_version.reward.local_name if row.reward_version else _("Paid with points"),
        "points": currency.say(row.units),
        "until": until,
        "state": "held" if row.is_held else "ready",
        "state_label": row.get_state_display(),
        "url": reverse("staff:redemption", args=[row.pk]),
        "cancel_url": reverse("staff:redemption-cancel", args=[row.pk]) if may(user, Act.CANCEL_REDEMPTIONS) else "",
    }


def _lot(one: OpenLot, today: dt.date) -> dict[str, Any]:
    return lot_cells(one, today)


def lot_cells(one: OpenLot, today: dt.date) -> dict[str, Any]:
    """Return what a line says of a lot: how many of how many are left, until when, and where they came from."""
    lot = one.lot
    ends = date_format(last_day(lot.expires_on), "j M Y") if lot.expires_on else _("no end")
    purchase = one.purchase
    source = str(purchase.store or purchase.channel) if purchase else _("Given by hand or by the programme")
    return {
        "left": points_text(lot.remaining),
        "granted": points_text(lot.granted),
        "ends": ends,
        "is_soon": bool(lot.expires_on and (lot.expires_on - today).days <= 31),
        "is_pending": lot.is_pending,
        "granted_on": date_format(lot.granted_on, "j M Y"),
        "source": source,
        "url": reverse("staff:purchase", args=[purchase.pk]) if purchase else reverse("staff:movement", args=[lot.pk]),
    }


def _consents(profile: MemberProfile) -> list[dict[str, Any]]:
    rows = []
    for kind, label in ConsentKind.choices:
        consent = profile.consents.get(kind)
        if consent is None:
            unasked = _("yes, as long as nothing else is said") if ConsentKind(kind).is_given_unless_refused else _("never asked")
            rows.append({"label": label, "value": unasked})
        else:
            rows.append(
                {"label": label, "value": _("yes") if consent.granted else _("no"), "hint": date_format(localtime(consent.at), "j M Y")}
            )
    return rows
