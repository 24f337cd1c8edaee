"""Which conversions and runs a partner asks for."""

from typing import Annotated, ClassVar

from pydantic import Field

from loyalty.kit.rest.filtering import DayFilters, Narrow, RowFilters, choice, from_on, through_on
from rewards.conversions.domain import ConversionKind
from rewards.conversions.models import ConversionRun

_CODE = Annotated[str, Field(min_length=1, max_length=40)]


class ConversionFilters(RowFilters):
    """Over the versions in force."""

    from_currency = Narrow(_CODE, "The code of the currency that is converted.", "definition__from")
    kind = Narrow(choice(list(ConversionKind)), "By steps, or at a rate that is decided afterwards.", "definition__kind")


class ConversionRunFilters(DayFilters):
    costly: ClassVar = frozenset({"state"})

    from_on = from_on("first_on")
    through_on = through_on("first_on")
    conversion = Narrow(_CODE, "The code of the conversion.", "setup__code")
    state = Narrow(choice(ConversionRun.State.values), "How far it is.", "state")
