"""Changes in words, for pages and for the command."""

from django.utils.translation import gettext as _

from rewards.programme_files.domain.differences import Change, Turn
from rewards.programme_files.files import ProgrammeFile
from rewards.programme_files.parts import PARTS
from rewards.programme_files.parts.base import shown

_LABELS = {part.key: part.label for part in PARTS}


def heading_of(change: Change) -> str:
    """Say what happens to what: Earning rule every-dollar is changed."""
    what = f"{_LABELS[change.section]()} {change.code}".strip()
    if change.turn is Turn.ADDED:
        return _("%(what)s is added") % {"what": what}
    if change.turn is Turn.ENDED:
        return _("%(what)s ends") % {"what": what}
    return _("%(what)s changes") % {"what": what}


def lines_of(change: Change) -> list[str]:
    """Say every value that differs: points: 1 becomes 2."""
    if change.turn is Turn.ENDED:
        return []
    if change.turn is Turn.ADDED:
        return [f"{leaf.name}: {shown(leaf.now)}" for leaf in change.leaves]
    return [
        _("%(name)s: %(was)s becomes %(now)s") % {"name": leaf.name, "was": shown(leaf.was), "now": shown(leaf.now)}
        for leaf in change.leaves
    ]


def card_of(file: ProgrammeFile, locale: str) -> dict[str, str]:
    """Return what people read who choose a blueprint."""
    about = file.about
    modelled = {"whose": about.modelled_on, "year": about.year, "source": about.source}
    return {
        "code": file.name,
        "title": about.in_language(about.title, locale),
        "summary": about.in_language(about.summary, locale),
        "modelled": _("Modelled on %(whose)s, %(year)s (%(source)s).") % modelled if about.modelled_on else "",
    }
