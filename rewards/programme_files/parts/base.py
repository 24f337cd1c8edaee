"""What every section of a file can do."""

import abc
import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.programmes.models import PointCurrency, Programme
from accounts.programmes.queries import currency_of
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Refused
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.domain.fields import Faults, Fields, Spec
from rewards.programme_files.domain.outline import Outline


class CannotChange(Refused):
    """What a file asks for cannot be done to a programme that is there."""

    code = "cannot_change"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who writes what for which programme, from which day on. Without an approver only what needs none is written."""

    programme: Programme
    on: dt.date
    at: dt.datetime
    author: User | None
    approver: User | None = None
    outline: Outline
    """What the whole file says that single specs need."""

    @property
    def today(self) -> dt.date:
        return business_date(self.at, self.programme.time_zone)

    def currency(self, code: str | None) -> PointCurrency:
        return currency_of(self.programme, code or None)

    def two_people(self) -> tuple[User, User]:
        assert self.author is not None and self.approver is not None, "a change of a programme has an author and an approver"
        return self.author, self.approver


class Part(abc.ABC):
    """One section."""

    key: ClassVar[str]
    is_single: ClassVar[bool] = False
    """Whether the section is one thing rather than things by code; its code is then empty."""
    fixed: ClassVar[frozenset[str]] = frozenset()
    """Names whose values never change once the thing is there."""
    is_needed: ClassVar[bool] = False
    """Whether a file without the section is no programme."""
    may_end: ClassVar[bool] = True

    @abc.abstractmethod
    def label(self) -> str | Promise:
        """What one thing of the section is called."""

    @abc.abstractmethod
    def read(self, section: Fields, outline: Outline) -> dict[str, Spec]:
        """Return the specs by code; every fault goes to the section's faults."""

    @abc.abstractmethod
    def live(self, programme: Programme, on: dt.date) -> dict[str, Spec]:
        """Return what is in force on a day, written in the same way."""

    @abc.abstractmethod
    def install(self, specs: Mapping[str, Spec], hand: Hand) -> None:
        """Write the first versions of a programme that has just been opened; they need no second person."""

    @abc.abstractmethod
    def change(self, change: Change, hand: Hand) -> None:
        """Write one change of a programme that is there: a new version by the author, approved by the approver."""

    def counts(self, spec: Spec, on: dt.date) -> bool:  # noqa: ARG002 most specs say nothing of days that are over
        """Tell whether a spec that nothing live stands for says anything from a day on."""
        return True

    def check(self, change: Change, faults: Faults) -> None:
        """Refuse what cannot be done to what is there."""
        path = (self.key, change.code) if change.code else (self.key,)
        for leaf in change.leaves if change.was and change.now else ():
            if str(leaf.path[0]) in self.fixed:
                faults.add((*path, *leaf.path), _("This never changes once it is there (it is %(was)s).") % {"was": shown(leaf.was)})
        if change.was and not change.now and not self.may_end:
            faults.add(
                (self.key,), _("%(code)s is in use and cannot be taken out of the file.") % {"code": change.code or self.key}, of_key=True
            )


class DefinedPart(Part):
    """A section of definitions that a topic's own parser reads."""

    @abc.abstractmethod
    def definition_in(self, fields: Fields, outline: Outline) -> dict[str, Any]:
        """Return the definition that fields say, as the topic stores it; every fault goes to the fields' faults."""

    def definition_of(self, spec: Spec, hand: Hand) -> dict[str, Any]:
        """Return the definition that a checked spec says."""
        fields = Fields.of(spec)
        definition = self.definition_in(fields, hand.outline)
        assert not fields.faults.found, fields.faults.found
        return definition


def shown(value: Any) -> str:
    """Write a value for people."""
    if value is None:
        return _("not said")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value) or _("nothing")
    if isinstance(value, dict):
        return ", ".join(f"{name} {shown(one)}" for name, one in value.items())
    return str(value)
