"""Remember what members agree to."""

import datetime as dt

from django.db import transaction

from accounts.members.models import Consent, Member
from accounts.programmes.models import ProgrammeTerms


@transaction.atomic
def record_consent(*, member: Member, kind: str, granted: bool, at: dt.datetime, terms: ProgrammeTerms | None = None) -> Consent:
    """Add a row to the history of consents; what is so already is not written again.

    Consent to the terms and conditions names their version.
    """
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    latest = member.consents.filter(kind=kind).order_by("-at", "-id").first()
    if latest is not None and (latest.granted, latest.terms_id) == (granted, terms and terms.pk):
        return latest
    return Consent.objects.create(member=member, kind=kind, granted=granted, at=at, terms=terms)
