"""Conversions in words, sentence by sentence, so that two versions can be compared."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.programmes.domain import CurrencyKind
from accounts.programmes.models import PointCurrency, Programme
from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money
from rewards.conversions.domain import ConversionKind, ConversionTerms, Every
from rewards.earning.queries import setting_of

EVERY = {
    Every.DAY: gettext_lazy("What gathers in a day is converted together."),
    Every.MONTH: gettext_lazy("What gathers in a month is converted together."),
    Every.QUARTER: gettext_lazy("What gathers in a quarter is converted together."),
    Every.YEAR: gettext_lazy("What gathers in a year is converted together."),
}


def units_text(currency: PointCurrency, units: int) -> str:
    """Write units of a currency: as money where they are like money, else the number with its word."""
    if is_like_money(currency):
        return money_text(Money(units, currency.programme.currency))
    return f"{points_text(units, currency.unit.scale)} {currency.word(units)}"


def is_like_money(currency: PointCurrency) -> bool:
    """Whether a unit is one minor unit of money: of credit always, of what gathers where its terms say so."""
    if currency.kind != CurrencyKind.ACCRUAL:
        return currency.kind == CurrencyKind.CREDIT
    of = setting_of(currency.programme).currencies.get(currency.code)
    return of is not None and bool(of.terms) and of.unit.scale == 0 and of.terms[0].point_value_minor == 1


def sentences_of_conversion(programme: Programme, terms: ConversionTerms) -> list[str]:
    """Say what a definition means."""
    rows = PointCurrency.objects.filter(programme=programme, code__in=[terms.from_code, terms.to_code]).select_related("unit", "programme")
    known = {row.code: row for row in rows}
    source, target = known[terms.from_code], known[terms.to_code]
    if terms.kind is ConversionKind.STEPS:
        words = {"taken": units_text(source, terms.step_units), "given": units_text(target, terms.gives_units)}
        said = [_("%(taken)s become %(given)s; the rest stays and waits for the next time.") % words]
    else:
        words = {"source": source.plural, "target": target.plural}
        said = [_("All %(source)s become %(target)s at a rate that two people decide when the period is over.") % words]
    said.append(str(EVERY[terms.every]))
    days = terms.after_days
    after = ngettext("It is done %(days)s day after the period's end.", "It is done %(days)s days after the period's end.", days + 1)
    said.append(_("It is done on the day after the period.") if not days else after % {"days": days + 1})
    if terms.valid_days is not None:
        valid = ngettext("What is given can be used for %(days)s day.", "What is given can be used for %(days)s days.", terms.valid_days)
        said.append(valid % {"days": terms.valid_days})
    return said
