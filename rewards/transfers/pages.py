"""The rules of sending points in the words of members."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty.kit.figures import points_text
from rewards.transfers.domain import Rules


def rules_in_words(rules: Rules, scale: int = 0) -> list[str]:
    """Return one sentence for each rule that a member must know; points have `scale` decimals."""
    said = [_("What you send keeps its last day.")]
    if rules.least_units > 1:
        said.append(_("Send at least %(least)s points.") % {"least": points_text(rules.least_units, scale)})
    if rules.most_units is not None:
        said.append(_("Send at most %(most)s points at once.") % {"most": points_text(rules.most_units, scale)})
    if rules.most_units_30_days is not None:
        said.append(_("Within 30 days you can send %(most)s points.") % {"most": points_text(rules.most_units_30_days, scale)})
    if rules.every_hours:
        hours = rules.every_hours
        said.append(ngettext("You can send once in %(hours)s hour.", "You can send once in %(hours)s hours.", hours) % {"hours": hours})
    return said
