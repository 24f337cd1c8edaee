"""What each playbook is for, whom it reaches, what it gives and when to use it; what its form asks for."""

import dataclasses
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rewards.playbooks.domain import Playbook

Text = str | Promise


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """The texts of a playbook; `name` is what its campaign is called at first, as members read it."""

    purpose: Text
    reaches: Text
    gives: Text
    use: Text
    name: Text
    days: Text = ""
    days_hint: Text = ""


WORDS: Mapping[Playbook, Words] = {
    Playbook.WELCOME: Words(
        purpose=_("Turn new members into customers."),
        reaches=_("Who joined lately and has not bought yet"),
        gives=_("Points for the first purchase"),
        use=_("Always on. The first weeks decide whether a card is ever used again."),
        name=_("Welcome gift"),
        days=_("Joined in the last so many days"),
        days_hint=_("The gift is for a first purchase within these days of joining."),
    ),
    Playbook.SECOND_PURCHASE: Words(
        purpose=_("Get the second visit, the hardest one."),
        reaches=_("Who bought once, lately"),
        gives=_("Points for the second purchase"),
        use=_("When many members stop after one receipt."),
        name=_("See you again"),
        days=_("Bought first in the last so many days"),
        days_hint=_("Twice the usual time between two purchases of your members, unless you know better."),
    ),
    Playbook.WIN_BACK: Words(
        purpose=_("Bring back members who have gone quiet."),
        reaches=_("Who bought before, but not lately"),
        gives=_("Points for coming back, once"),
        use=_("When members stay away much longer than usual."),
        name=_("We miss you"),
        days=_("No purchase for so many days"),
        days_hint=_("Four times the usual time between two purchases of your members, unless you know better."),
    ),
    Playbook.BIRTHDAY: Words(
        purpose=_("Give a reason to celebrate with you."),
        reaches=_("Who has a birthday around these days"),
        gives=_("Points for a purchase around the birthday, once a year"),
        use=_("Always on, for the whole year. It needs birthdays in the members' profiles."),
        name=_("Happy birthday"),
        days=_("So many days before and after the birthday"),
    ),
    Playbook.TIER_NUDGE: Words(
        purpose=_("Help members over the last step to the next tier."),
        reaches=_("Who has most of what a tier asks, and not the tier"),
        gives=_("A multiple of the points that purchases earn"),
        use=_("In the weeks before the year or the window of the tier is over."),
        name=_("Almost there"),
    ),
    Playbook.EXPIRING_POINTS: Words(
        purpose=_("Bring members in before their points are lost."),
        reaches=_("Whose points end soon"),
        gives=_("Points for a purchase before that, once"),
        use=_("A few weeks before many points end."),
        name=_("Use your points in time"),
        days=_("Points end within so many days"),
        days_hint=_("Only points that can be spent today are looked at."),
    ),
    Playbook.QUIET_WEEKDAY: Words(
        purpose=_("Fill the day on which the shop is quiet."),
        reaches=_("Who bought lately"),
        gives=_("A multiple of the points on one day of the week"),
        use=_("When one weekday has far fewer receipts than the others."),
        name=_("More points on a quiet day"),
        days=_("Bought in the last so many days"),
    ),
    Playbook.NEW_CATEGORY: Words(
        purpose=_("Show regular customers what else you sell."),
        reaches=_("Who buys, but nothing of a category"),
        gives=_("Points for the first purchase with something of the category"),
        use=_("When a category is launched, or known to too few."),
        name=_("Try something new"),
        days=_("Bought in the last so many days, nothing of the category among it"),
    ),
    Playbook.REFERRAL_PUSH: Words(
        purpose=_("Turn friends who were invited into customers."),
        reaches=_("Who named a friend's code and has not bought yet"),
        gives=_("Points for the friend's first purchase; who invited them gets what your referral terms say"),
        use=_("Beside a mailing that asks members to invite friends. It needs referral terms."),
        name=_("Welcome, friend"),
        days=_("Named the code in the last so many days"),
    ),
    Playbook.SERVICE_RECOVERY: Words(
        purpose=_("Make good what went wrong."),
        reaches=_("The members you name, or all who bought in a store on a day"),
        gives=_("Points for the next purchase, once"),
        use=_("After a fault: a till that was down, a delivery that was late, a wrong price."),
        name=_("We are sorry"),
    ),
}
LISTED: Mapping[Playbook, Text] = {
    Playbook.TIER_NUDGE: _("A list of members who have at least %(percent)s %% of what %(tier)s asks, taken when the draft is made."),
    Playbook.EXPIRING_POINTS: _("A list of members whose points end within %(days)s days, taken when the draft is made."),
    Playbook.SERVICE_RECOVERY: _("A list of the members who are affected, taken when the draft is made."),
}
"""What is said of an audience that no condition describes."""
