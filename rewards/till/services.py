"""What a cashier does, in one call each; a form that is sent twice does it once.

A purchase and a return are recognised by their number and their facts, and the moment is one of the facts. A form that is sent
again brings a later moment: so the moment of the first time is what counts.
"""

import dataclasses
import datetime as dt

from django.db import transaction

from accounts.members.domain import Enrolment
from accounts.members.facts import normalised
from accounts.members.models import ConsentKind, Member
from accounts.members.services import AlreadyMember, enrol_member, record_consent
from accounts.programmes.models import Programme
from accounts.programmes.queries import programme_terms_on
from loyalty.kit.clock import business_date
from rewards.purchases.domain import PurchaseFacts
from rewards.purchases.models import Purchase, Return
from rewards.purchases.queries import purchase_by_external_id
from rewards.purchases.services import PurchaseRecord, ReturnFacts, ReturnRecord, record_purchase, record_return
from rewards.purchases.services.record import ExternalIdConflict


def sell(*, programme: Programme, facts: PurchaseFacts, at: dt.datetime) -> PurchaseRecord:
    """Record a sale that happens now. The same number with the same sale again answers like the first time.

    Raises: as `record_purchase` (ExternalIdConflict: the number belongs to another sale).
    """
    try:
        return record_purchase(programme=programme, facts=facts, at=at)
    except ExternalIdConflict:
        first = purchase_by_external_id(programme=programme, source=facts.source, external_id=facts.external_id)
        return record_purchase(programme=programme, facts=dataclasses.replace(facts, occurred_at=first.occurred_at), at=at)


def take_back(*, purchase: Purchase, facts: ReturnFacts, at: dt.datetime) -> ReturnRecord:
    """Record a return that happens now. The same number with the same return again answers like the first time.

    Raises: as `record_return`.
    """
    try:
        return record_return(purchase=purchase, facts=facts, at=at)
    except ExternalIdConflict:
        first = Return.objects.get(points_account=purchase.points_account_id, source=facts.source, external_id=facts.external_id)
        return record_return(purchase=purchase, facts=dataclasses.replace(facts, occurred_at=first.occurred_at), at=at)


def preview_return(*, purchase: Purchase, facts: ReturnFacts, at: dt.datetime) -> ReturnRecord:
    """Work out a return as `take_back` would, and write nothing. Raises the same."""
    with transaction.atomic():
        savepoint = transaction.savepoint()
        record = record_return(purchase=purchase, facts=facts, at=at)
        transaction.savepoint_rollback(savepoint)
    return record


@transaction.atomic
def enrol(*, programme: Programme, enrolment: Enrolment, news: tuple[ConsentKind, ...], locale: str, at: dt.datetime) -> Member:
    """Enrol somebody who accepts the terms, with the consents they give. The card number says whether a form is sent again.

    Raises: as `enrol_member`; AlreadyMember also for a card that somebody else has.
    """
    try:
        member = enrol_member(programme=programme, enrolment=enrolment, at=at)
    except AlreadyMember:
        earlier = Member.objects.of(programme).by_card(enrolment.card).first() if enrolment.card else None
        if earlier is None or bytes(earlier.enrolment_fingerprint) != normalised(programme, enrolment, at).fingerprint:
            raise
        return earlier
    terms = programme_terms_on(programme, business_date(at, programme.time_zone), locale)
    if terms is not None:
        record_consent(member=member, kind=ConsentKind.TERMS, granted=True, at=at, terms=terms)
    for kind in news:
        record_consent(member=member, kind=kind, granted=True, at=at)
    return member
