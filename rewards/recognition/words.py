"""Recognition in words, for colleagues and for members."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.programmes.models import PointCurrency, Programme
from loyalty.kit.figures import said_points_text
from rewards.recognition.domain import RecognitionTerms


def sentences_of_recognition(programme: Programme, terms: RecognitionTerms) -> list[str]:
    """Say what a definition means."""
    rows = {row.code: row for row in PointCurrency.objects.filter(programme=programme).select_related("unit")}
    allowance, earned = rows[terms.allowance], rows[terms.earned]
    said = [
        _("Each member may give away %(points)s points in a month; what is left lapses on the first.")
        % {"points": _points(allowance, terms.monthly_units)},
        _("What is given arrives as %(points)s, to keep.") % {"points": earned.plural_word},
    ]
    if terms.extra:
        words = {
            "each": _points(allowance, terms.extra.each_units),
            "most": _points(allowance, terms.extra.most_units),
            "fact": terms.extra.attribute,
        }
        said.append(_("%(each)s more for each of a member's %(fact)s, at most %(most)s more.") % words)
    if terms.prorate:
        said.append(_("Who joins within a month gets the part of it that is left."))
    if terms.values:
        names = ", ".join(value_names(terms).values())
        said.append(_("Each recognition names what it is for: %(names)s.") % {"names": names})
    return [*said, *limit_sentences(allowance, terms)]


def limit_sentences(allowance: PointCurrency, terms: RecognitionTerms) -> list[str]:
    """Say how much and how often at most."""
    said = []
    if terms.least_units > 1:
        said.append(_("Give at least %(least)s points at once.") % {"least": _points(allowance, terms.least_units)})
    if terms.most_units is not None:
        said.append(_("Give at most %(most)s points at once.") % {"most": _points(allowance, terms.most_units)})
    times = terms.times_a_day
    said.append(
        ngettext("You can recognise colleagues %(times)s time a day.", "You can recognise colleagues %(times)s times a day.", times)
        % {"times": times}
    )
    return said


def value_names(terms: RecognitionTerms) -> dict[str, str]:
    """Return what a recognition can be for, by code, in the reader's language."""
    return {code: value.name_in(get_language() or "en") for code, value in terms.values.items()}


def _points(currency: PointCurrency, units: int) -> str:
    return said_points_text(units, currency.unit.scale)
