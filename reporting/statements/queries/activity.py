"""What happened to a member's points, newest first: one row for each purchase, return, reward and other act."""

import dataclasses
import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Value, When
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.buyers.queries import names_of
from accounts.members.models import Member
from accounts.programmes.models import PointCurrency
from ledger.points.domain import Kind, Source, State
from ledger.points.models import Lot, Movement
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from reporting.statements.queries import titles
from rewards.events.models import Event
from rewards.events.queries import event_behind
from rewards.events.words import what_happened
from rewards.purchases.models import Purchase, PurchaseRevision, Return
from rewards.redemptions.models import Redemption
from rewards.reviews.models import Review
from rewards.reviews.queries import unrewarded_reviews
from rewards.transfers.domain import masked_name
from rewards.transfers.models import Transfer
from rewards.transfers.queries import transfers_behind

PAGE = 25
_TOLD = (Source.PURCHASE, Source.RETURN, Source.RECALCULATION)
"""Acts that rows of their own tell."""
_SILENT = (Kind.ACTIVATE, Kind.HOLD, Kind.RELEASE)
"""Movements between a member's own states; holds that are still open are told from their redemptions."""
_Rows = Iterable[Mapping[str, Any]]
_BOTH_SIDES = Q(debit__gte=State.AVAILABLE, credit__gte=State.AVAILABLE)


@dataclasses.dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the next one begins behind this day and row."""

    on: dt.date
    id: uuid.UUID

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Read what `str` wrote; anything else begins at the top."""
        day, _dot, key = text.partition(".")
        try:
            return cls(dt.date.fromisoformat(day), uuid.UUID(key))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.on:%Y%m%d}.{self.id.hex}"


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One row. `units` is the change, of the main currency unless `scale` is that of another; `purchase`, `voucher`, `transfer` and `event` lead to a page of their own; `heading` begins a month."""

    on: dt.date
    id: uuid.UUID
    title: str
    detail: str
    units: int
    icon: str
    when: str
    state: str = ""
    state_label: str = ""
    undone: bool = False
    purchase: uuid.UUID | None = None
    voucher: uuid.UUID | None = None
    transfer: uuid.UUID | None = None
    event: uuid.UUID | None = None
    heading: str = ""
    scale: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Activity:
    entries: list[Entry]
    next_cursor: Cursor | None


def activity_of(member: Member, *, before: Cursor | None = None, limit: int = PAGE) -> Activity:
    """Return one page of what happened; at most thirteen queries, however long it is."""
    purchases = list(_page(_purchases(member), before, limit))
    returns = list(_page(_returns(member), before, limit))
    revisions = list(_page(_revisions(member), before, limit))
    acts = list(_page(_other_acts(member), before, limit))
    others = _other_currencies(member)
    entries = [
        *_purchase_entries(member, purchases, others),
        *(_return_entry(member, row, others) for row in returns),
        *(_revision_entry(row, others) for row in revisions),
        *_act_entries(member, acts, others),
        *(_review_entry(row) for row in _page(unrewarded_reviews(member), before, limit)),
        *([] if before else _open_holds(member)),
    ]
    entries.sort(key=lambda entry: (entry.on, entry.id), reverse=True)
    shown = entries[:limit]
    more = Cursor(shown[-1].on, shown[-1].id) if len(entries) > limit else None
    return Activity(_with_headings(shown, before), more)


def _page(rows: QuerySet[Any, Any], before: Cursor | None, limit: int) -> QuerySet[Any, Any]:
    if before is not None:
        rows = rows.filter(Q(business_on__lt=before.on) | Q(business_on=before.on, pk__lt=before.id))
    return rows.order_by("-business_on", "-pk")[: limit + 1]


def _with_headings(entries: Iterable[Entry], before: Cursor | None) -> list[Entry]:
    """Write the month over the first row of each, unless the page before has written it."""
    month = before.on.replace(day=1) if before else None
    written = []
    for entry in entries:
        if entry.on.replace(day=1) != month:
            month = entry.on.replace(day=1)
            entry = dataclasses.replace(entry, heading=date_format(month, "F Y"))  # noqa: PLW2901 the same row, with its heading
        written.append(entry)
    return written


def _purchases(member: Member) -> QuerySet[Purchase]:
    return Purchase.objects.filter(member=member).select_related("store", "channel")


def _returns(member: Member) -> QuerySet[Return]:
    wallet = member.points_account_id
    return Return.objects.filter(points_account=wallet, purchase__member=member).select_related("purchase__store", "purchase__channel")


def _revisions(member: Member) -> QuerySet[PurchaseRevision]:
    """What recalculations gave or took; a revision that moved nothing is no news."""
    rows = PurchaseRevision.objects.filter(points_account=member.points_account_id, purchase__member=member).exclude(earned=[], reversed=[])
    return rows.select_related("purchase__store", "purchase__channel")


def _other_acts(member: Member) -> QuerySet[Any, Any]:
    """Return the movements that are neither a purchase's, nor a return's, nor a recalculation's, with their change of what the member has.

    Points that another member sent arrive lot by lot: the first lot's movement stands for all. What was
    converted is told by what it became.
    """
    wallet = member.points_account_id
    later_lots = Q(kind=Kind.TRANSFER, debit=State.TRANSFERRED) & ~Q(pk=F("act_id"))
    gathered = Q(kind=Kind.CONVERT) & ~Q(debit=State.ISSUED)
    told = later_lots | gathered | Q(kind__in=_SILENT) | Q(act__source__in=_TOLD) | Q(act__key__startswith="return:")
    gains = When(credit__gte=State.AVAILABLE, then=F("amount"))
    change = Case(When(_BOTH_SIDES, then=Value(0)), gains, default=-F("amount"), output_field=BigIntegerField())
    rows = Movement.objects.filter(points_account=wallet, act__points_account=wallet).exclude(told)
    facts = rows.values("pk", "unit_id", "act_id", "act__key", "kind", "reason", "business_on", "occurred_at", "reverses_id")
    return facts.annotate(units=change)


def _other_currencies(member: Member) -> list[PointCurrency]:
    """All but the main one, which needs no word behind its points."""
    return list(PointCurrency.objects.filter(programme=member.programme_id, is_default=False).select_related("unit").order_by("code"))


def _purchase_entries(member: Member, purchases: list[Purchase], others: list[PointCurrency]) -> Iterable[Entry]:
    grants = [uuid.UUID(earned["movement"]) for purchase in purchases for earned in purchase.earned]
    lots = Lot.objects.filter(points_account=member.points_account_id).in_bulk(grants) if grants else {}
    buyers = names_of(member, (purchase.buyer for purchase in purchases))
    for purchase in purchases:
        of = [lots[lot] for earned in purchase.earned if (lot := uuid.UUID(earned["movement"])) in lots]
        state, label = _lot_state(of)
        price = money_text(Money(purchase.price_minor, purchase.currency))
        units, said = _by_currency(others, purchase.earned)
        by = [_("bought by %(name)s") % {"name": buyers[purchase.buyer]}] if purchase.buyer in buyers else []
        yield Entry(
            on=purchase.business_on,
            id=purchase.pk,
            title=str(purchase.store or purchase.channel),
            detail=" · ".join([_("Purchase, %(price)s") % {"price": price}, *by, *said]),
            units=units,
            icon="cart",
            when=_moment(purchase.occurred_at),
            state=state,
            state_label=label,
            undone=bool(of) and all(lot.reversed == lot.granted for lot in of),
            purchase=purchase.pk,
        )


def _by_currency(others: list[PointCurrency], earned: _Rows, reversed_: _Rows = ()) -> tuple[int, list[str]]:
    """Return what is left of the main currency, and what is left of each other one in words."""
    units: Counter[str] = Counter()
    for sign, rows in ((1, earned), (-1, reversed_)):
        for row in rows:
            units[row["currency"]] += sign * row["units"]
    said = [currency.say(units.pop(currency.code)) for currency in others if units[currency.code]]
    return units.total(), said


def _lot_state(lots: list[Lot]) -> tuple[str, str]:
    if any(lot.is_pending and lot.remaining for lot in lots):
        return "pending", _("On the way")
    reversed_units, granted = sum(lot.reversed for lot in lots), sum(lot.granted for lot in lots)
    if not reversed_units:
        return "", ""
    return "reversed", _("Taken back") if reversed_units == granted else _("Partly taken back")


def _return_entry(member: Member, row: Return, others: list[PointCurrency]) -> Entry:
    price = money_text(Money(row.price_minor, member.programme.currency))
    units, said = _by_currency(others, (), row.reversed)
    return Entry(
        on=row.business_on,
        id=row.pk,
        title=str(row.purchase.store or row.purchase.channel),
        detail=" · ".join([_("Returned, %(price)s") % {"price": price}, *said]),
        units=row.restored_units + units,
        icon="undo",
        when=_moment(row.occurred_at),
        purchase=row.purchase_id,
    )


def _revision_entry(row: PurchaseRevision, others: list[PointCurrency]) -> Entry:
    units, said = _by_currency(others, row.earned, row.reversed)
    title = _("Points added afterwards") if row.units > 0 else _("Points taken back afterwards")
    return Entry(
        on=row.business_on,
        id=row.pk,
        title=str(row.purchase.store or row.purchase.channel),
        detail=" · ".join([title, *said]),
        units=units,
        icon="plus" if row.units > 0 else "undo",
        when=date_format(row.business_on, "j M"),
        purchase=row.purchase_id,
    )


def _act_entries(member: Member, acts: list[dict[str, Any]], others: list[PointCurrency]) -> Iterable[Entry]:
    """Tell the other acts, and of which currency their points are where it is not the main one."""
    by_unit, of_act = {currency.unit_id: currency for currency in others}, {act["pk"]: act["unit_id"] for act in acts}
    for entry in _told_acts(member, acts):
        if currency := by_unit.get(of_act[entry.id]):
            detail = " · ".join(filter(None, [entry.detail, currency.plural_word]))
            yield dataclasses.replace(entry, detail=detail, scale=currency.unit.scale)
        else:
            yield entry


def _told_acts(member: Member, acts: list[dict[str, Any]]) -> Iterable[Entry]:
    """Tell the other acts; those on redemptions by the reward or the purchase that the points went to."""
    kinds = (Kind.REDEEM, Kind.CAPTURE, Kind.RESTORE)
    movements = [act["reverses_id"] if act["kind"] == Kind.RESTORE else act["pk"] for act in acts if act["kind"] in kinds]
    chosen = Redemption.objects.filter(member=member, redeem_movement__in=movements).select_related("reward_version__reward")
    redemptions = {row.redeem_movement: row for row in chosen} if movements else {}
    places = _places(row.purchase for row in redemptions.values() if row.purchase)
    sent = transfers_behind(member, [act["reverses_id"] or act["pk"] for act in acts if act["kind"] == Kind.TRANSFER])
    events = _events(member, [act["act__key"] for act in acts])
    for act in acts:
        taken = redemptions.get(act["reverses_id"] if act["kind"] == Kind.RESTORE else act["pk"])
        entry = Entry(
            on=act["business_on"],
            id=act["pk"],
            title=titles.of_act(act["kind"], act["reason"], act["act__key"]),
            detail="",
            units=act["units"],
            icon=titles.icon_of(act["kind"], act["units"]),
            when=date_format(act["business_on"], "j M"),
        )
        if transfer := sent.get(act["reverses_id"] or act["pk"]):
            yield _of_transfer(entry, transfer, member, back=act["reverses_id"] is not None)
            continue
        if event := events.get(act["act__key"]):
            entry = dataclasses.replace(entry, title=what_happened(event), event=event.pk)
            yield entry if act["units"] > 0 else dataclasses.replace(entry, detail=_("Points taken back"), icon="undo")
            continue
        yield _of_redemption(entry, taken, places, member.programme.currency, back=act["kind"] == Kind.RESTORE) if taken else entry


def _review_entry(row: Review) -> Entry:
    """Tell a review that has not earned anything: it waits for a check, or says why it was refused."""
    detail = _("Not accepted: %(reason)s") % {"reason": row.get_reason_display()} if row.reason else _("Your review waits for a check")
    return Entry(
        on=row.business_on,
        id=row.pk,
        title=_("Review of %(product)s") % {"product": row.product},
        detail=detail,
        units=0,
        icon="edit",
        when=_moment(row.occurred_at),
        state="pending" if row.is_waiting else "refused",
        state_label=row.get_state_display(),
    )


def _events(member: Member, keys: Iterable[str]) -> dict[str, Event]:
    """Return the events that gave or lost these points, by the key of the act."""
    wanted = {key: event for key in keys if (event := event_behind(key))}
    rows = Event.objects.filter(member=member, pk__in=set(wanted.values())).select_related("type_version__setup")
    found = rows.in_bulk() if wanted else {}
    return {key: found[event] for key, event in wanted.items() if event in found}


def _of_redemption(entry: Entry, row: Redemption, places: dict[uuid.UUID, str], currency: str, *, back: bool) -> Entry:
    if row.reward_version is None:
        value = money_text(Money(row.value_minor, currency))
        place = places.get(row.purchase, "") if row.purchase else ""
        detail = _("%(money)s at %(place)s") % {"money": value, "place": place} if place else value
        title = _("Points given back") if back else _("Paid with points")
        return dataclasses.replace(entry, title=title, detail=detail, purchase=row.purchase, icon="undo" if back else "coins")
    name = row.reward_version.reward.local_name
    if back:
        return dataclasses.replace(entry, title=name, detail=_("Points given back"), voucher=row.pk, icon="undo")
    place = places.get(row.purchase, "") if row.purchase else ""
    return dataclasses.replace(
        entry,
        title=name,
        detail=_("Reward, taken at %(place)s") % {"place": place} if place else _("Reward"),
        voucher=row.pk,
        icon="gift",
        state="ready" if row.is_issued else row.state,
        state_label=row.get_state_display(),
        undone=row.state == Redemption.State.CANCELLED,
    )


def _of_transfer(entry: Entry, row: Transfer, member: Member, *, back: bool) -> Entry:
    """Name the other member by initials; the whole transfer is one row, whatever lots it had."""
    is_sender = row.sender_id == member.pk
    other = row.receiver if is_sender else row.sender
    name = {"name": masked_name(other.given_name, other.family_name)}
    when = _moment(row.undone_at if back and row.undone_at else row.occurred_at)
    if back:
        title = _("Back from %(name)s") if is_sender else _("Back to %(name)s")
        return dataclasses.replace(entry, title=title % name, detail=_("Taken back by our service desk"), when=when, icon="undo")
    title = _("Sent to %(name)s") if is_sender else _("From %(name)s")
    return dataclasses.replace(
        entry,
        title=title % name,
        detail=_("Points from member to member"),
        units=-row.units if is_sender else row.units,
        when=when,
        undone=row.is_undone,
        transfer=row.pk if is_sender else None,
    )


def _open_holds(member: Member) -> Iterable[Entry]:
    held = Redemption.objects.filter(member=member, state=Redemption.State.HELD).select_related("reward_version__reward")
    for row in held.order_by("-id")[:PAGE]:
        title = row.reward_version.reward.local_name if row.reward_version else _("Paid with points")
        yield Entry(
            on=row.business_on,
            id=row.pk,
            title=title,
            detail=_("Not finished yet"),
            units=-row.units,
            icon="lock",
            when=_moment(row.occurred_at),
            state="held",
            state_label=_("Set aside"),
        )


def _places(purchases: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    wanted = list(purchases)
    if not wanted:
        return {}
    rows = Purchase.objects.filter(pk__in=wanted).select_related("store", "channel")
    return {row.pk: str(row.store or row.channel) for row in rows}


def _moment(at: dt.datetime) -> str:
    """Write day and time; the year stands over the month."""
    return date_format(localtime(at), "j M, H:i")
