"""Let a login join a programme in the portal."""

import dataclasses
import datetime as dt

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members.domain import Enrolment
from accounts.members.models import ConsentKind, Member
from accounts.members.services.claims import link_verified_user
from accounts.members.services.consents import record_consent
from accounts.members.services.enrolment import enrol_member
from accounts.programmes.models import JoinPolicy, Programme, ProgrammeTerms
from accounts.users.models import User
from loyalty.kit.problems import Forbidden


class EmailNotVerified(Forbidden):
    code = "email_not_verified"


class CardNeeded(Forbidden):
    code = "card_needed"


@transaction.atomic
def join_programme(*, programme: Programme, user: User, enrolment: Enrolment, terms: ProgrammeTerms | None, at: dt.datetime) -> Member:
    """Return the login's member, found by its verified e-mail or else enrolled, with consent to the terms recorded.

    The e-mail address is the login's, whatever the enrolment says. Raises: EmailNotVerified, CardNeeded (the programme is for
    people with a card), and as `enrol_member`.
    """
    if not EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists():
        raise EmailNotVerified(_("Confirm your e-mail address first; the link is in your mailbox."))
    User.objects.select_for_update().get(pk=user.pk)
    link_verified_user(user=user)
    member = user.memberships.filter(programme=programme).first()
    if member is None and programme.join_policy == JoinPolicy.CARD:
        raise CardNeeded(_("Ask for a card in one of our shops, then connect it here."))
    member = member or enrol_member(programme=programme, enrolment=dataclasses.replace(enrolment, email=user.email), at=at, user=user)
    if terms is not None:
        record_consent(member=member, kind=ConsentKind.TERMS, granted=True, at=at, terms=terms)
    return member
