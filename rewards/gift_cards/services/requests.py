"""Cards above the limit: one colleague asks, another decides."""

import contextlib
import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.problems import Forbidden, Refused
from rewards.gift_cards.domain import CardKind
from rewards.gift_cards.models import GiftCardRequest
from rewards.gift_cards.services.acts import Act, Issued, SecondPersonNeeded, conflict
from rewards.gift_cards.services.cards import NewCard, check_new, issue_card

STAFF_SOURCE, REQUEST_SOURCE = "staff", "request"
State = GiftCardRequest.State


class AnotherPersonMustDecide(Forbidden):
    code = "another_person_must_decide"


class GiftCardRequestDecided(Refused):
    """Carries `state`."""

    code = "gift_card_request_decided"


@transaction.atomic
def issue_or_ask(
    *, programme: Programme, new: NewCard, number: uuid.UUID, note: str, staff: User, at: dt.datetime
) -> Issued | GiftCardRequest:
    """Issue a card as a colleague who may do so alone, or ask a second person. What was asked for once stays so.

    Raises: GiftCardTermsDoNotFit, GiftCardNumberConflict.
    """
    if not GiftCardRequest.objects.filter(number=number).exists():
        act = Act(STAFF_SOURCE, str(number), at, at, by=staff, note=note)
        with contextlib.suppress(SecondPersonNeeded):
            return issue_card(programme=programme, new=new, act=act)
    return ask_for_card(programme=programme, new=new, number=number, note=note, asker=staff, at=at)


@transaction.atomic
def ask_for_card(*, programme: Programme, new: NewCard, number: uuid.UUID, note: str, asker: User, at: dt.datetime) -> GiftCardRequest:
    """Ask for a card that one person may not issue alone. Nothing is on a card before another person approves it. Safe to repeat.

    Raises: GiftCardTermsDoNotFit, GiftCardNumberConflict.
    """
    check_new(new)
    facts = {"programme": programme, "kind": new.kind, "amount_minor": new.amount_minor, "note": note, "requested_by": asker}
    request, is_new = GiftCardRequest.objects.get_or_create(number=number, defaults={**facts, "requested_at": at})
    if not is_new and any(getattr(request, name) != value for name, value in facts.items()):
        raise conflict()
    return request


@transaction.atomic
def approve_request(*, request: GiftCardRequest, approver: User, pin: str, at: dt.datetime) -> Issued:
    """Issue the card that was asked for; its code is answered once, to whoever approves.

    Raises: AnotherPersonMustDecide, GiftCardRequestDecided, GiftCardTermsDoNotFit (the PIN).
    """
    locked = _lock_waiting(request, approver)
    new = NewCard(kind=CardKind(locked.kind), amount_minor=locked.amount_minor, pin=pin)
    act = Act(REQUEST_SOURCE, str(locked.pk), at, at, by=locked.requested_by, approved_by=approver, note=locked.note)
    issued = issue_card(programme=locked.programme, new=new, act=act)
    _decide(locked, State.ISSUED, approver, at)
    locked.card = issued.event.card
    locked.save()
    return issued


@transaction.atomic
def refuse_request(*, request: GiftCardRequest, refuser: User, note: str, at: dt.datetime) -> GiftCardRequest:
    """Refuse a card and say why. Raises: AnotherPersonMustDecide, GiftCardRequestDecided."""
    locked = _lock_waiting(request, refuser)
    _decide(locked, State.REFUSED, refuser, at)
    locked.decision_note = note
    locked.save()
    return locked


def _lock_waiting(request: GiftCardRequest, person: User) -> GiftCardRequest:
    rows = GiftCardRequest.objects.select_for_update(of=("self",)).select_related("programme", "requested_by")
    locked = rows.get(pk=request.pk)
    if locked.requested_by_id == person.pk:
        raise AnotherPersonMustDecide(_("You asked for this card. Another person must decide on it."))
    if locked.state != State.WAITING:
        raise GiftCardRequestDecided(_("Somebody has decided on this card before."), extra={"state": locked.state})
    return locked


def _decide(request: GiftCardRequest, state: GiftCardRequest.State, person: User, at: dt.datetime) -> None:
    request.state, request.decided_by, request.decided_at = state, person, at
