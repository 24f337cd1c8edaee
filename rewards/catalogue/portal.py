"""The rewards that a member can choose from."""

import dataclasses
from collections.abc import Iterable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.members.access import portal_member, portal_page
from accounts.members.models import Member
from loyalty.kit import clock
from rewards.catalogue.cards import ALMOST, CAN, FAR, RewardCard, reward_card, reward_cards
from rewards.devaluations.queries import changes_ahead
from rewards.devaluations.wording import sentences_of
from rewards.redemptions.vouchers import vouchers_in_words


@dataclasses.dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str
    current: bool


@require_safe
@portal_member
def rewards(request: HttpRequest, member: Member) -> HttpResponse:
    today = clock.business_date(clock.now(), member.programme.time_zone)
    cards = reward_cards(member, today)
    show = request.GET.get("show", "")
    chips = _chips(reverse("portal:rewards", kwargs={"programme": member.programme.slug}), cards, show)
    return portal_page(
        request,
        member.programme,
        "rewards/catalogue/rewards.html",
        cards=_shown(cards, show),
        chips=chips,
        vouchers=vouchers_in_words(member, today),
        changes=[sentence for change in changes_ahead(member.programme, today) for sentence in sentences_of(change)],
        is_filtered=bool(show),
    )


@require_safe
@portal_member
def reward(request: HttpRequest, member: Member, reward: str) -> HttpResponse:
    today = clock.business_date(clock.now(), member.programme.time_zone)
    card = reward_card(member, reward, today)
    changes = [change for change in changes_ahead(member.programme, today) if change.is_of(reward)]
    told = [sentence for change in changes for sentence in sentences_of(change)]
    return portal_page(request, member.programme, "rewards/catalogue/reward.html", reward=card, changes=told, token=uuid4().hex)


def _chips(url: str, cards: Iterable[RewardCard], show: str) -> list[Chip]:
    """Return the filters that leave something to see."""
    kinds = {card.kind: card.kind_label for card in cards}
    words = {"": _("All"), CAN: _("You can"), ALMOST: _("Almost"), **(kinds if len(kinds) > 1 else {})}
    return [Chip(label, f"{url}?show={value}" if value else url, value == show) for value, label in words.items()]


def _shown(cards: Iterable[RewardCard], show: str) -> list[RewardCard]:
    """Choose by what can be had, what needs only points, or the kind of reward."""
    chosen = {"": None, CAN: {CAN}, ALMOST: {ALMOST, FAR}}.get(show, {show})
    return [card for card in cards if chosen is None or card.status in chosen or card.kind in chosen]
