"""Issue a card, let it pay, give back, block, and let it run out."""

import dataclasses
import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.clock import business_date
from loyalty.kit.figures import money_text
from loyalty.kit.ids import uuid7
from loyalty.kit.money import Money, minor_text
from loyalty.kit.problems import FieldError
from rewards.gift_cards import domain
from rewards.gift_cards.domain import CardKind, CardPayment, EventKind, fingerprint
from rewards.gift_cards.models import GiftCard, GiftCardEvent, GiftCardTerms
from rewards.gift_cards.queries import digest_of, left_of, pin_digest_of
from rewards.gift_cards.services.acts import (
    EXPIRY_SOURCE,
    Act,
    GiftCardCodeTaken,
    GiftCardTermsDoNotFit,
    Issued,
    MoreThanCharged,
    Moved,
    SecondPersonNeeded,
    State,
    charge_locked,
    earlier_event,
    expired,
    give_locked,
    lock_cards,
    locked_rows,
    new_event,
    payable,
    record,
    state_with,
    take,
    too_low,
)

CHUNK = 500


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NewCard:
    """What is issued. Without `code` a new one is made; `paid` and `kind` go together: a sold card costs what it is worth."""

    kind: CardKind
    amount_minor: int
    code: str | None = None
    pin: str = ""
    member: Member | None = None


@transaction.atomic
def issue_card(*, programme: Programme, new: NewCard, act: Act) -> Issued:
    """Issue a card of a programme. Its code is answered once: nobody keeps it.

    Raises: GiftCardTermsDoNotFit, GiftCardCodeTaken, GiftCardNumberConflict, SecondPersonNeeded.
    """
    check_new(new)
    given = domain.normalise_code(new.code) if new.code else None
    told = digest_of(programme, given) if given else b""
    facts = fingerprint("issue", new.kind.value, new.amount_minor, told, new.member and new.member.pk)
    if earlier := earlier_event(programme, act, facts):
        return Issued(earlier, None, replayed=True)
    if act.approved_by is None:
        check_alone(programme, new, act)
    code = given or domain.new_code()
    card = _new_row(programme, new, code, act.at)
    event = new_event(card, EventKind.ISSUED, new.amount_minor, 0, act, facts)
    try:
        with transaction.atomic():
            card.save(force_insert=True)
            event.save(force_insert=True)
    except IntegrityError:
        if earlier := earlier_event(programme, act, facts):
            return Issued(earlier, None, replayed=True)
        raise GiftCardCodeTaken(_("There is a card with this code. Issue it under another one.")) from None
    return Issued(event, code)


@transaction.atomic
def charge_card(*, programme: Programme, payment: CardPayment, act: Act) -> Moved:
    """Let a card pay, with or without a purchase that this product knows. `at_most` pays up to the amount and keeps the rest.

    Raises: GiftCardNotFound (also for a wrong PIN), GiftCardBlocked, GiftCardExpired, GiftCardBalanceTooLow, GiftCardNumberConflict.
    """
    [card] = lock_cards(programme=programme, payments=[payment])
    facts = fingerprint("charge", card.pk, payment.amount_minor, payment.at_most, act.receipt)
    if earlier := earlier_event(programme, act, facts):
        return Moved(earlier, replayed=True)
    on = business_date(act.occurred_at, programme.time_zone)
    amount = payable(card, payment, payment.amount_minor, on)
    if not amount:
        raise too_low(card)
    return Moved(charge_locked(card, amount, act, facts))


@transaction.atomic
def give_back(*, charge: GiftCardEvent, amount_minor: int | None, act: Act) -> Moved:
    """Put money of a charge back on its card, never more than it took; without an amount all that is left of it. A blocked card stays so.

    Raises: GiftCardExpired, MoreThanCharged, GiftCardNumberConflict.
    """
    assert charge.kind == EventKind.CHARGED, charge.kind
    card = locked_rows(GiftCard.objects.filter(pk=charge.card_id))[0]
    facts = fingerprint("give back", charge.pk, amount_minor, act.receipt)
    if earlier := earlier_event(card.programme, act, facts):
        return Moved(earlier, replayed=True)
    if domain.has_expired(card.expires_on, business_date(act.at, card.programme.time_zone)):
        raise expired()
    left = left_of([charge])[charge.pk]
    amount = left if amount_minor is None else amount_minor
    if not 0 < amount <= left:
        words = {"left": money_text(Money(left, card.currency))}
        extra = {"left": minor_text(left, card.currency)}
        raise MoreThanCharged(_("Of this payment only %(left)s can still be given back.") % words, extra=extra)
    return Moved(give_locked(card, charge, amount, act, facts))


@transaction.atomic
def block_card(*, card: GiftCard, blocked: bool, act: Act) -> Moved:
    """Block a card, or let it pay again; its money stays. One that is so already is left alone. Raises: GiftCardNumberConflict."""
    locked = locked_rows(GiftCard.objects.filter(pk=card.pk))[0]
    kind = EventKind.BLOCKED if blocked else EventKind.UNBLOCKED
    facts = fingerprint(kind.value, card.pk)
    if earlier := earlier_event(locked.programme, act, facts):
        return Moved(earlier, replayed=True)
    if blocked == (locked.state == State.BLOCKED):
        latest = locked.events.filter(kind__in=(EventKind.BLOCKED, EventKind.UNBLOCKED, EventKind.ISSUED)).order_by("-id").first()
        assert latest is not None, "a card was issued"
        return Moved(latest, replayed=True)
    locked.state = State.BLOCKED if blocked else state_with(locked.balance_minor)
    locked.save(update_fields=["state"])
    return Moved(record(locked, kind, 0, act, facts))


@transaction.atomic
def expire_cards(*, programme: Programme, at: dt.datetime, most: int = CHUNK) -> int:
    """Take what is left of cards that ran out, at most so many; return how many. May run late, twice, or twice at once."""
    today = business_date(at, programme.time_zone)
    due = GiftCard.objects.filter(programme=programme, expires_on__lte=today, balance_minor__gt=0).order_by("pk")
    cards = list(due.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("programme")[:most])
    for card in cards:
        assert card.expires_on is not None
        lapsed = dt.datetime.combine(card.expires_on, dt.time(), dt.UTC)
        act = Act(EXPIRY_SOURCE, f"{card.pk}", lapsed, at)
        left = card.balance_minor
        take(card, left)
        record(card, EventKind.EXPIRED, left, act, fingerprint("expire", card.pk), on=card.expires_on)
    return len(cards)


def check_new(new: NewCard) -> None:
    """Raises: GiftCardTermsDoNotFit."""
    faults = []
    if not 0 < new.amount_minor <= domain.MOST_MINOR:
        faults.append(FieldError("/amount", "out_of_range", _("A card holds more than nothing, and not more than the books can hold.")))
    if new.code and not domain.is_code(domain.normalise_code(new.code)):
        limits = {"least": domain.LEAST_SYMBOLS, "most": domain.MOST_SYMBOLS}
        faults.append(FieldError("/code", "malformed", _("A code has %(least)s to %(most)s letters from A to Z and digits.") % limits))
    if new.pin and not domain.is_pin(new.pin):
        faults.append(FieldError("/pin", "malformed", _("A PIN has 4 to 8 digits.")))
    if faults:
        raise GiftCardTermsDoNotFit(_("Correct the marked fields."), errors=faults)


def check_alone(programme: Programme, new: NewCard, act: Act) -> None:
    """Lock the programme's terms and add up what was issued alone today: by this colleague, or given away with this key.

    A key's sold cards are left out: they were paid for. Raises: SecondPersonNeeded.
    """
    if act.by is None and new.kind == CardKind.SOLD:
        return
    GiftCardTerms.objects.get_or_create(programme=programme)
    limit = GiftCardTerms.objects.select_for_update().get(programme=programme).alone_minor
    today = business_date(act.at, programme.time_zone)
    alone = GiftCardEvent.objects.filter(programme=programme, kind=EventKind.ISSUED, card__issued_on=today, approved_by=None)
    mine = alone.filter(by=act.by) if act.by else alone.filter(source=act.source, by=None, card__kind=CardKind.GIVEN)
    left = max(0, limit - int(mine.aggregate(total=Sum("amount_minor", default=0))["total"]))
    if new.amount_minor > left:
        words = {"left": money_text(Money(left, programme.currency))}
        detail = _("Without a second person only %(left)s can still be issued today. Ask a colleague to approve this card.") % words
        raise SecondPersonNeeded(detail, extra={"left": minor_text(left, programme.currency)})


def _new_row(programme: Programme, new: NewCard, code: str, at: dt.datetime) -> GiftCard:
    terms = GiftCardTerms.objects.filter(programme=programme).first()
    today = business_date(at, programme.time_zone)
    card = GiftCard(
        id=uuid7(),
        programme=programme,
        code_digest=digest_of(programme, code),
        last_four=code[-4:],
        kind=new.kind,
        currency=programme.currency,
        face_minor=new.amount_minor,
        paid_minor=new.amount_minor if new.kind == CardKind.SOLD else 0,
        balance_minor=new.amount_minor,
        issued_at=at,
        issued_on=today,
        expires_on=today + dt.timedelta(days=terms.valid_days) if terms and terms.valid_days else None,
        member=new.member,
    )
    card.pin_digest = pin_digest_of(card, new.pin) if new.pin else None
    return card
