"""Questions about gift cards."""

import dataclasses
import hmac
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from loyalty.kit.rest.paging import BY_DAY, BY_NEWEST_ID, Key
from rewards.gift_cards import domain
from rewards.gift_cards.models import GiftCard, GiftCardEvent, GiftCardRequest

NEWEST_FIRST = (Key("issued_on", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))
EVENTS_NEWEST_FIRST = BY_NEWEST_ID


class GiftCardNotFound(NotFound):
    code = "gift_card_not_found"


class GiftCardRequestNotFound(NotFound):
    code = "gift_card_request_not_found"


class GiftCardChargeNotFound(NotFound):
    code = "gift_card_charge_not_found"


@dataclasses.dataclass(frozen=True, slots=True)
class Charge:
    """What a card paid of a purchase, and what was on it then."""

    event: uuid.UUID
    card: uuid.UUID
    last_four: str
    charged_minor: int
    balance_minor: int


def not_found() -> GiftCardNotFound:
    """One answer for an unknown code and a wrong PIN, so that nobody learns which codes there are."""
    return GiftCardNotFound(_("There is no such gift card, or the PIN is wrong. Check the code and the PIN."))


def digest_of(programme: Programme, code: str) -> bytes:
    """Return what is kept of a code, normalised."""
    return domain.code_digest(settings.GIFT_CARD_KEY.encode(), programme.pk, code)


def pin_digest_of(card: GiftCard, pin: str) -> bytes:
    return domain.pin_digest(settings.GIFT_CARD_KEY.encode(), card.pk, pin)


def card_by_code(*, programme: Programme, code: str, pin: str) -> GiftCard:
    """Return the card that a code and a PIN open. Raises: GiftCardNotFound."""
    digest = digest_of(programme, domain.normalise_code(code))
    card = GiftCard.objects.filter(programme=programme, code_digest=digest).select_related("programme").first()
    if card is None or not opens(card, pin):
        raise not_found()
    return card


def opens(card: GiftCard, pin: str) -> bool:
    """Whether this is the card's PIN, or it has none."""
    return card.pin_digest is None or hmac.compare_digest(bytes(card.pin_digest), pin_digest_of(card, pin))


def card_by_id(*, programme: Programme, card_id: uuid.UUID) -> GiftCard:
    """Return a programme's card. Raises: GiftCardNotFound."""
    found = GiftCard.objects.filter(pk=card_id, programme=programme).select_related("programme").first()
    if found is None:
        raise not_found()
    return found


def charge_by_id(*, programme: Programme, charge_id: uuid.UUID) -> GiftCardEvent:
    """Return a payment. Raises: GiftCardChargeNotFound."""
    charges = GiftCardEvent.objects.filter(pk=charge_id, programme=programme, kind=domain.EventKind.CHARGED)
    found = charges.select_related("card__programme").first()
    if found is None:
        raise GiftCardChargeNotFound(_("There is no such payment with a gift card. Look it up in the card's history."))
    return found


def cards_of(programme: Programme) -> QuerySet[GiftCard]:
    """Return a programme's cards, to be read by NEWEST_FIRST."""
    return GiftCard.objects.filter(programme=programme)


def events_of(card: GiftCard) -> QuerySet[GiftCardEvent]:
    """Return what happened to a card, to be read newest first."""
    return GiftCardEvent.objects.filter(card=card).select_related("by")


def cards_in_wallet(member: Member) -> QuerySet[GiftCard]:
    """Return the cards in a member's wallet, those with money first, then the newest."""
    return GiftCard.objects.filter(member=member).order_by("state", "-issued_on", "-pk")


def card_in_wallet(member: Member, card_id: uuid.UUID) -> GiftCard:
    """Raises: GiftCardNotFound (also for a card that is not in this wallet)."""
    found = cards_in_wallet(member).filter(pk=card_id).select_related("programme").first()
    if found is None:
        raise not_found()
    return found


def request_by_id(request_id: uuid.UUID) -> GiftCardRequest:
    """Return a card that was asked for. Raises: GiftCardRequestNotFound."""
    rows = GiftCardRequest.objects.select_related("programme", "requested_by", "decided_by", "card")
    found = rows.filter(pk=request_id).first()
    if found is None:
        raise GiftCardRequestNotFound(_("There is no such request."))
    return found


def waiting_requests(programme: Programme) -> list[GiftCardRequest]:
    """Return the cards that wait for a second person, the oldest first, at most fifty."""
    rows = GiftCardRequest.objects.filter(programme=programme, state=GiftCardRequest.State.WAITING)
    return list(rows.select_related("requested_by").order_by("requested_at", "pk")[:50])


def left_of(charges: Sequence[GiftCardEvent]) -> dict[uuid.UUID, int]:
    """Return what is not given back of each payment."""
    rows = GiftCardEvent.objects.filter(charge__in=[charge.pk for charge in charges]).values_list("charge").annotate(Sum("amount_minor"))
    given: dict[uuid.UUID | None, int] = dict(rows)
    return {charge.pk: charge.amount_minor - given.get(charge.pk, 0) for charge in charges}


def charges_of(purchases: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Charge]]:
    """Return what cards paid, by purchase."""
    found: dict[uuid.UUID, list[Charge]] = defaultdict(list)
    if not purchases:
        return found
    rows = GiftCardEvent.objects.filter(purchase__in=purchases, kind=domain.EventKind.CHARGED)
    for event in rows.select_related("card").order_by("id"):
        assert event.purchase is not None
        found[event.purchase].append(charge_of(event))
    return found


def charge_of(event: GiftCardEvent) -> Charge:
    return Charge(event.pk, event.card_id, event.card.last_four, event.amount_minor, event.after_minor)
