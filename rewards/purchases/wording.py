"""A purchase's story as its staff page writes it: plain values with words and links."""

from decimal import Decimal
from itertools import compress
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.buyers.queries import buyers_of
from accounts.programmes.queries import currency_of
from ledger.books.models import Journal
from ledger.points.domain import State, last_day
from ledger.points.models import Lot
from loyalty.kit.addresses import routed
from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money
from rewards.earning.words import writer_of
from rewards.gift_cards.queries import Charge
from rewards.purchases.models import Purchase, PurchaseLine, PurchaseRevision, ReturnLine
from rewards.purchases.story import EarnedLot, LotStep, LotTaken, PaidWithPoints, PurchaseStory, ReturnStory
from rewards.redemptions.models import Redemption

_STEPS = {
    (State.ISSUED, State.AVAILABLE): "granted",
    (State.ISSUED, State.PENDING): "granted_pending",
    (State.PENDING, State.AVAILABLE): "matured",
    (State.AVAILABLE, State.REDEEMED): "spent",
    (State.HELD, State.REDEEMED): "spent",
    (State.AVAILABLE, State.HELD): "held",
    (State.HELD, State.AVAILABLE): "released",
    (State.REDEEMED, State.AVAILABLE): "restored",
    (State.AVAILABLE, State.EXPIRED): "expired",
    (State.AVAILABLE, State.ADJUSTED): "corrected",
    (State.AVAILABLE, State.TRANSFERRED): "sent",
    (State.TRANSFERRED, State.AVAILABLE): "sent_back",
    (State.AVAILABLE, State.CONVERTED): "converted",
    (State.CONVERTED, State.AVAILABLE): "converted_back",
}
GLANCE_LINES = 8
_ICONS = {"granted": "plus", "spent": "gift", "held": "lock", "restored": "undo", "expired": "clock", "taken_back": "undo"}


def page_of_story(story: PurchaseStory) -> dict[str, Any]:
    """Return the context of the purchase's page."""
    purchase = story.purchase
    write = writer_of(story.main)
    return {
        "purchase": purchase,
        "member": purchase.member,
        "member_url": reverse("staff:member", args=[purchase.member_id]),
        "programme": purchase.member.programme,
        "place": str(purchase.store or purchase.channel),
        "when": date_format(localtime(purchase.occurred_at), "j F Y, H:i"),
        "price": _money(purchase.price_minor, purchase),
        "paid": _money(purchase.due_minor, purchase),
        "by_cards": _money(purchase.gift_card_minor, purchase) if purchase.gift_card_minor else "",
        "cards": [_card(charge, purchase) for charge in story.cards],
        "earned_text": write(purchase.units),
        "earned_figure": points_text(purchase.units, story.main.unit.scale),
        "facts": _facts(purchase),
        **_lines(story),
        "rules": story.rules,
        "lots": [_lot(earned) for earned in story.earned],
        "tender": _tender(story.tender, purchase, write) if story.tender else None,
        "rewards": [_reward(taken, write) for taken in story.rewards],
        "revisions": [_revision(row, purchase, write) for row in story.revisions],
        "returns": [_return(one, purchase, write) for one in story.returns],
        "journal_columns": [{"label": _("Journal")}, {"label": _("What")}, {"label": _("Day")}, {"label": _("Amount"), "number": True}],
        "journal_rows": [_journal(journal, purchase) for journal in story.journals],
    }


def page_of_glance(purchase: Purchase, lines: list[PurchaseLine]) -> dict[str, Any]:
    """Return the context of the side panel: the key figures and the first lines."""
    amounts = [
        (_("Price"), purchase.price_minor),
        (_("Paid with points"), purchase.tender_minor),
        (_("Paid with gift cards"), purchase.gift_card_minor),
    ]
    return {
        "title": str(purchase.store or purchase.channel),
        "url": reverse("staff:purchase", args=[purchase.pk]),
        "subtitle": f"{purchase.member} · {date_format(localtime(purchase.occurred_at), 'j F Y, H:i')}",
        "stats": [
            *({"label": label, "value": _money(minor, purchase)} for label, minor in amounts if minor or label == _("Price")),
            {"label": _("Points earned"), "value": points_text(purchase.units, currency_of(purchase.member.programme).unit.scale)},
        ],
        "columns": [{"label": _("Item")}, {"label": _("Quantity"), "number": True}, {"label": _("Price"), "number": True}],
        "rows": [
            [{"value": label_of(line), "hint": line.sku}, _quantity(line.quantity), Money(line.price_minor, purchase.currency)]
            for line in lines[:GLANCE_LINES]
        ],
        "hidden_lines": max(0, len(lines) - GLANCE_LINES),
    }


def _money(minor: int, purchase: Purchase) -> str:
    return money_text(Money(minor, purchase.currency))


def _card(charge: Charge, purchase: Purchase) -> dict[str, Any]:
    """Say what a gift card paid, with the way to it."""
    return {
        "label": f"•••• {charge.last_four}",
        "value": _money(charge.charged_minor, purchase),
        "url": reverse("staff:gift-card", args=[charge.card]),
        "hint": _("%(balance)s left on it then") % {"balance": _money(charge.balance_minor, purchase)},
    }


def _facts(purchase: Purchase) -> list[dict[str, Any]]:
    return [
        {"label": _("Member"), "value": str(purchase.member), "url": reverse("staff:member", args=[purchase.member_id])},
        {"label": _("Card"), "value": purchase.member.grouped_number},
        *([_buyer(purchase)] if purchase.buyer else []),
        {"label": _("Store"), "value": str(purchase.store) if purchase.store else "–"},
        {"label": _("Channel"), "value": str(purchase.channel)},
        {"label": _("Bought"), "value": date_format(localtime(purchase.occurred_at), "j F Y, H:i")},
        {"label": _("Business day"), "value": date_format(purchase.business_on, "j F Y")},
        *([{"label": _("Fulfilled on"), "value": date_format(purchase.fulfilled_on, "j F Y")}] if purchase.fulfilled_on else []),
        {"label": _("Recorded"), "value": date_format(localtime(purchase.recorded_at), "j F Y, H:i")},
        {"label": _("Sent by"), "value": purchase.source},
    ]


def _buyer(purchase: Purchase) -> dict[str, Any]:
    """Say who bought for the member, with the way to all who do."""
    buyer = buyers_of(purchase.member).filter(code=purchase.buyer).first()
    url = reverse("staff:member-buyers", args=[purchase.member_id])
    return {"label": _("Bought by"), "value": f"{buyer or purchase.buyer}", "url": url, "hint": purchase.buyer}


def _lines(story: PurchaseStory) -> dict[str, Any]:
    """Return the table of lines; a column in which nothing would stand is left out."""
    purchase = story.purchase
    money = {line.pk: line.price_minor - line.paid_minor for line in story.lines}
    shown = [True, bool(story.returned), True, any(line.discount_minor for line in story.lines), bool(purchase.tender_minor), True]
    columns: list[dict[str, Any]] = [{"label": _("Item")}, {"label": _("Came back")}]
    columns += [{"label": label, "number": True} for label in (_("Quantity"), _("Discount"), _("Paid with points"), _("Price"))]
    rows = [_line_row(line, story.returned.get(line.pk, []), money[line.pk], purchase) for line in story.lines]
    discount_minor = sum(line.discount_minor for line in story.lines)
    totals = [
        _("Total"),
        "",
        "",
        *_amounts(purchase, discount_minor, purchase.tender_minor),
        Money(purchase.price_minor, purchase.currency),
    ]
    return {
        "line_columns": list(compress(columns, shown)),
        "line_rows": [list(compress(row, shown)) for row in rows],
        "line_totals": list(compress(totals, shown)),
    }


def _line_row(line: PurchaseLine, back: list[ReturnLine], by_points_minor: int, purchase: Purchase) -> list[Any]:
    returned = sum((part.quantity for part in back), Decimal(0))
    return [
        {"value": label_of(line), "hint": line.sku},
        {"value": _quantity(returned), "kind": "warning"} if returned else "",
        None if line.is_amount_only else _quantity(line.quantity),
        *_amounts(purchase, line.discount_minor, by_points_minor),
        Money(line.price_minor, purchase.currency),
    ]


def _amounts(purchase: Purchase, *amounts_minor: int) -> list[Money | None]:
    """Return amounts, with nothing for nothing."""
    return [Money(minor, purchase.currency) if minor else None for minor in amounts_minor]


def label_of(line: PurchaseLine) -> str:
    """Name a line by what is known of it; an article number stands beside the name, not for it."""
    if line.is_amount_only:
        return _("Purchase")
    return " · ".join(_calm(word) for word in (line.category, line.brand) if word) or _("Item %(number)s") % {"number": line.position}


def _calm(word: str) -> str:
    """Write what a till shouts in capitals as people write."""
    return word.capitalize() if word.isupper() and len(word) > 3 else word


def _quantity(quantity: Decimal) -> str:
    return number_format(f"{quantity.normalize():f}", use_l10n=True)


def _lot(earned: EarnedLot) -> dict[str, Any]:
    """Say what the lot holds now, and tell its steps."""
    write = writer_of(earned.currency)
    lot = earned.lot
    return {
        "title": write(earned.units),
        "movement_url": reverse("staff:movement", args=[earned.movement]),
        "facts": _lot_facts(lot, earned) if lot else [],
        "steps": [_step(step, earned) for step in earned.steps],
    }


def _lot_facts(lot: Lot, earned: EarnedLot) -> list[dict[str, Any]]:
    write = writer_of(earned.currency)
    owed = earned.units - lot.granted
    amounts = [
        (_("Left"), lot.remaining),
        (_("Held"), lot.held),
        (_("Taken back"), lot.reversed),
        (_("Went to settle what was owed"), owed),
    ]
    facts = [{"label": label, "value": write(units)} for label, units in amounts if units or label == _("Left")]
    if lot.is_pending and lot.matures_on:
        facts.append({"label": _("Can be spent from"), "value": date_format(lot.matures_on, "j F Y")})
    last = date_format(last_day(lot.expires_on), "j F Y") if lot.expires_on else _("They never lapse")
    return [*facts, {"label": _("Last day"), "value": last}]


def _step(step: LotStep, earned: EarnedLot) -> dict[str, Any]:
    kind = _STEPS.get((State(step.from_state), State(step.to_state)), "taken_back" if step.to_state == State.ISSUED else "moved")
    gains = step.to_state in (State.AVAILABLE, State.PENDING) and step.from_state < State.AVAILABLE
    return {
        "title": _step_title(kind),
        "detail": _step_detail(step),
        "when": date_format(step.on, "j M Y"),
        "points": step.units if gains else -step.units,
        "scale": earned.currency.unit.scale,
        "icon": _ICONS.get(kind, "activity"),
        "url": _step_url(step),
    }


def _step_title(kind: str) -> str:
    titles = {
        "granted": _("Earned"),
        "granted_pending": _("Earned, to be spent later"),
        "matured": _("Can be spent from now on"),
        "spent": _("Spent"),
        "held": _("Set aside"),
        "released": _("Set free again"),
        "restored": _("Given back"),
        "expired": _("Ended unspent"),
        "corrected": _("Corrected"),
        "sent": _("Sent to another member"),
        "sent_back": _("Back from the other member"),
        "converted": _("Converted"),
        "converted_back": _("Back from the conversion"),
        "taken_back": _("Taken back"),
    }
    return titles.get(kind, _("Moved"))


def _step_detail(step: LotStep) -> str:
    if step.redemption is not None and step.redemption.reward_version is not None:
        return step.redemption.reward_version.reward.local_name
    if step.purchase is not None:
        place = str(step.purchase.store or _("a purchase"))
        return _("paid at %(place)s, receipt %(receipt)s") % {"place": place, "receipt": step.purchase.external_id}
    return ""


def _step_url(step: LotStep) -> str:
    if step.redemption is not None and step.redemption.reward_version is not None:
        return reverse("staff:redemption", args=[step.redemption.pk])
    if step.purchase is not None:
        return reverse("staff:purchase", args=[step.purchase.pk])
    return reverse("staff:movement", args=[step.movement])


def _tender(tender: PaidWithPoints, purchase: Purchase, write: Any) -> dict[str, Any]:
    redemption = tender.redemption
    return {
        "title": _("%(points)s paid %(money)s") % {"points": write(redemption.units), "money": _money(purchase.tender_minor, purchase)},
        "restored": write(redemption.restored_units) if redemption.restored_units else "",
        "url": reverse("staff:redemption", args=[redemption.pk]),
        "columns": [{"label": _("Taken from points of")}, {"label": _("Last day")}, {"label": _("Points"), "number": True}],
        "rows": [lot_row(taken) for taken in tender.taken],
    }


def _reward(taken: Redemption, write: Any) -> dict[str, Any]:
    """Name a reward that was taken with the purchase, and say what it cost and what came back of it."""
    return {
        "title": taken.title,
        "url": reverse("staff:redemption", args=[taken.pk]),
        "points": write(taken.units),
        "restored": write(taken.restored_units) if taken.restored_units else "",
        "is_cancelled": taken.state == Redemption.State.CANCELLED,
        "state_label": taken.get_state_display(),
    }


def lot_row(taken: LotTaken) -> list[Any]:
    """Return a line of the table of lots: where the points came from, until when they were good, and how many were spent."""
    lot, purchase = taken.lot, taken.purchase
    granted_on = date_format(lot.granted_on, "j M Y")
    if purchase is None:
        origin = {"value": granted_on, "url": reverse("staff:movement", args=[lot.pk])}
    else:
        origin = {"value": purchase.external_id, "url": reverse("staff:purchase", args=[purchase.pk]), "hint": granted_on}
    return [origin, last_day(lot.expires_on) if lot.expires_on else _("no end"), taken.units]


def _return(one: ReturnStory, purchase: Purchase, write: Any) -> dict[str, Any]:
    row = one.row
    amounts = [
        (_("Value"), _money(row.price_minor, purchase)),
        (_("Refunded in money"), _money(row.refunded_minor - row.gift_card_minor, purchase)),
        (_("Back on gift cards"), _money(row.gift_card_minor, purchase) if row.gift_card_minor else ""),
        (_("Points taken back"), write(row.reversed_units) if row.reversed_units else ""),
        (_("of them owed"), write(row.arrears_units) if row.arrears_units else ""),
        (_("Points given back"), write(row.restored_units) if row.restored_units else ""),
    ]
    return {
        "receipt": row.external_id,
        "when": date_format(localtime(row.occurred_at), "j F Y, H:i"),
        "lines": [
            _("%(quantity)s × %(item)s") % {"quantity": _quantity(part.quantity), "item": label_of(line)} for line, part in one.lines
        ],
        "facts": [{"label": label, "value": value} for label, value in amounts if value],
        "movements": [reverse("staff:movement", args=[undone["movement"]]) for undone in row.reversed],
    }


def _revision(row: PurchaseRevision, purchase: Purchase, write: Any) -> dict[str, Any]:
    """Say what a recalculation, or the return of an earlier purchase, gave or took, with the way to it."""
    given, taken = sum(of["units"] for of in row.earned), sum(of["units"] for of in row.reversed)
    amounts = [
        (_("Points added"), write(given) if given else ""),
        (_("Points taken back"), write(taken) if taken else ""),
        (_("of them owed"), write(row.arrears_units) if row.arrears_units else ""),
    ]
    return {
        "title": _("Less was bought before it in its period") if row.follows_return else _("Recalculated"),
        "when": date_format(localtime(row.recorded_at), "j F Y, H:i"),
        "facts": [{"label": label, "value": value} for label, value in amounts if value],
        "url": "" if row.follows_return else routed("staff:recalculation", purchase.member.programme.slug, row.cause),
    }


def _journal(journal: Journal, purchase: Purchase) -> list[Any]:
    return [
        {"value": str(journal), "url": routed("staff:journal", journal.pk)},
        journal.narration,
        journal.business_on,
        Money(journal.total_minor, purchase.currency),
    ]
