"""Days that members choose, in words."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rewards.chosen_days.domain import ChosenDayTerms, Every, Span

_EVERY = {
    Every.WEEK: gettext_lazy("A member chooses one day of each week."),
    Every.MONTH: gettext_lazy("A member chooses one day of each month."),
    Every.QUARTER: gettext_lazy("A member chooses one day of each quarter."),
    Every.YEAR: gettext_lazy("A member chooses one day of each year."),
}


def sentences_of_chosen_day(terms: ChosenDayTerms) -> list[str]:
    """Say what a definition means."""
    return [str(_EVERY[terms.every]), _("It is chosen ahead of time; what was chosen of a period that has begun stands.")]


def span_text(span: Span) -> str:
    return _("%(first)s to %(last)s") % {"first": date_format(span.first_on, "j F Y"), "last": date_format(span.through_on, "j F Y")}
