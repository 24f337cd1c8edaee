"""Cards that members keep in their wallet: whoever has the code adds it, and takes it out to pass it on."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members.models import Member
from loyalty.kit.problems import Refused
from rewards.gift_cards.models import GiftCard
from rewards.gift_cards.queries import card_by_code
from rewards.gift_cards.services.acts import locked_rows


class GiftCardOfAnotherMember(Refused):
    code = "gift_card_of_another_member"


@transaction.atomic
def keep_card(*, member: Member, code: str, pin: str) -> GiftCard:
    """Put the card that a code and a PIN open into a member's wallet. Adding it again changes nothing.

    Raises: GiftCardNotFound (also for a wrong PIN), GiftCardOfAnotherMember.
    """
    found = card_by_code(programme=member.programme, code=code, pin=pin)
    card = locked_rows(GiftCard.objects.filter(pk=found.pk))[0]
    if card.member_id not in (None, member.pk):
        detail = _("This card is in somebody else's wallet. Whoever gave it to you can take it out there; at the till it pays anyway.")
        raise GiftCardOfAnotherMember(detail)
    if card.member_id is None:
        card.member = member
        card.save(update_fields=["member"])
    return card


@transaction.atomic
def release_card(*, card: GiftCard, member: Member) -> None:
    """Take a card out of a member's wallet; its money stays on it. One that is not there is left alone."""
    GiftCard.objects.filter(pk=card.pk, member=member).update(member=None)
