"""A throw-away company on which one scenario is played, word by word, through the product's services."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.programmes.services import Terms, change_programme_state
from ledger.points import services as bank
from ledger.points.domain import Grant, Outcome, Reason, Source
from ledger.points.models import Movement, PointUnit
from ledger.points.queries import Holdings, holdings, verify
from loyalty.kit.clock import business_date
from loyalty.kit.ids import uuid7
from loyalty.kit.problems import Problem
from rewards.catalogue.models import Reward
from rewards.earning.services import write_first_rule
from rewards.purchases.models import Purchase
from rewards.redemptions.models import Redemption
from rewards.tiers.services import write_first_ladder
from tests.accounts.factories import AT, LegalEntityFactory, MemberFactory, ProgrammeFactory
from tests.ledger.factories import BookFactory
from tests.rewards.factories import LadderFactory, RewardFactory, TierTerms
from tests.scenarios.cases import Scenario
from tests.scenarios.sentences import Definition, minor, plan_of
from tests.scenarios.vocabulary import SHOP, NotSpoken, spoken_in

EARLY = dt.date(2000, 1, 1)
ANYBODY = "M1"


@dataclasses.dataclass(frozen=True, slots=True)
class Turn:
    """What came of one act: its answer, or the refusal."""

    answer: Any = None
    refusal: Problem | IntegrityError | None = None

    @property
    def code(self) -> str | None:
        return getattr(self.refusal, "code", type(self.refusal).__name__) if self.refusal else None


class Stage:
    """Money wallets are played with points worth one cent: 50.00 are 5,000 points."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.vocabulary = spoken_in(scenario["area"])
        self.plan = plan_of(scenario.get("programme", {}))
        self.plan.rules += _rules_of_acts(scenario["when"])
        self.at = AT
        self.book = BookFactory.create(first_day=AT.date().replace(day=1))
        self.word = ""
        self.members: dict[str, Member] = {}
        self.opening: dict[str, tuple[int, int]] = {}
        self.purchases: dict[str, Purchase] = {}
        self.redemptions: dict[str, list[Redemption]] = {}
        self.acts: dict[str, tuple[str, Mapping[str, Any], Turn]] = {}
        self.turns: list[Turn] = []
        self.has_answered_for_refusals = False
        self.book_codes: dict[str, str] = {}
        """Which account of the book stands for a name of the scenario."""
        self.seen: dict[Any, Any] = {}
        """What acts leave for the assertions of their own theme."""

    # --- playing ---------------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """Play the scenario. Raises: NotSpoken, AssertionError, and a refusal that nobody expects."""
        for word, value in _words(self.scenario["given"]):
            self._say("given", word, value)
        if self.vocabulary is SHOP:
            self.member()  # what acts need is there before them: a refusal would undo it with the act
        for word, value in _words(self.scenario["when"]):
            if word == "check":
                self.expect([value])
            else:
                self.act(word, value)
        assert self.scenario["then"], "a scenario that expects nothing proves nothing"
        self.expect(self.scenario["then"])
        unexpected = [turn.refusal for turn in self.turns if turn.refusal]
        if unexpected and not self.has_answered_for_refusals:
            raise AssertionError(f"Refused, and nobody expects it: {unexpected}")
        assert verify() == []

    def act(self, word: str, value: Any) -> Turn:
        """Do what a word says; a refusal undoes it whole and is an answer too."""
        known = dict(self.members)
        try:
            with transaction.atomic():
                turn = Turn(self._say("when", word, value))
        except (Problem, IntegrityError) as refusal:
            turn, self.members = Turn(refusal=refusal), known
        self.turns.append(turn)
        if isinstance(value, Mapping) and "ref" in value:
            self.acts[value["ref"]] = (word, value, turn)
        return turn

    def expect(self, expected: Iterable[Mapping[str, Any]]) -> None:
        try:
            for word, value in _words(expected):
                self._say("then", word, value)
        except (AssertionError, LookupError) as wrong:
            wrong.add_note(f"Refused on the way: {[turn.refusal for turn in self.turns if turn.refusal]!r}")
            raise

    def _say(self, part: str, word: str, value: Any) -> Any:
        handler = self.vocabulary.find(part, word)
        self.word = word
        return handler(self, value)

    # --- who and where ---------------------------------------------------------------------------------------------------

    @functools.cached_property
    def programme(self) -> Programme:
        programme = self.open_programme(self.plan.rules)
        if self.plan.tiers:
            tiers = tuple(TierTerms(code=name.lower(), name=name, threshold_minor=minor(least)) for name, least in self.plan.tiers.items())
            LadderFactory.create(programme=programme, tiers=tiers)
        return programme

    def open_programme(self, rules: Iterable[Definition], *, scale: int = 0, ladder: Definition | None = None) -> Programme:
        """A live programme with these rules, and this ladder, in force from the beginning."""
        terms = Terms(
            expiry_kind="days",
            expiry_number=self.plan.expiry_days,
            point_value_minor=self.plan.point_value * 100,
            tender_step_units=self.plan.step_units,
            may_be_sent=True,
        )
        entity = LegalEntityFactory.create(books_from=dt.date(2026, 1, 1))
        policies = {"scale": scale}
        programme = ProgrammeFactory.create(state="draft", legal_entity=entity, terms=terms, valid_from=EARLY, unit_policies=policies)
        currency = currency_of(programme)
        for place, definition in enumerate(rules):
            code = f"rule-{place}"
            write_first_rule(programme=programme, code=code, name=code, currency=currency, definition=definition, valid_from=EARLY, at=AT)
        if ladder is not None:
            write_first_ladder(programme=programme, code="tiers", name="Tiers", definition=ladder, at=AT, is_main=True)
        return change_programme_state(programme=programme, state="live")

    @property
    def unit(self) -> PointUnit:
        return currency_of(self.programme).unit

    @property
    def today(self) -> dt.date:
        return business_date(self.at, self.programme.time_zone)

    def member(self, name: str = ANYBODY) -> Member:
        if name not in self.members:
            self.members[name] = MemberFactory.create(programme=self.programme)
        return self.members[name]

    def reward(self, name: str, price_points: int, **terms: Any) -> Reward:
        kind = {"kind": "goods", "voucher_days": None} if "kind" not in terms else {}
        return RewardFactory.create(
            programme=self.programme, name=name, price_points=price_points, valid_from=EARLY, value_minor=0, **kind, **terms
        )

    # --- points ----------------------------------------------------------------------------------------------------------

    def give(
        self, name: str, units: int, *, on: dt.date | None = None, expires_on: dt.date | None = None, at: dt.datetime | None = None
    ) -> Outcome:
        """Give points that a scenario begins with; they do not count as a movement of it."""
        on = on or self.today
        facts = Grant(
            points_account=self.member(name).points_account_id,
            unit=self.unit.pk,
            source=Source.CAMPAIGN,
            key=str(uuid7()),
            units=units,
            reason=Reason.GOODWILL,
            occurred_at=at or noon(on),
            business_on=on,
            expires_on=expires_on or on + dt.timedelta(days=self.plan.expiry_days),
        )
        return bank.grant(grant=facts)

    def begin(self, name: str) -> None:
        """Remember what a member has before anything happens."""
        self.opening[name] = (self.has(name), self.movements(name).count())

    def holdings(self, name: str = ANYBODY) -> Holdings:
        [of] = holdings(points_account=self.member(name).points_account_id, today=self.today)
        return of

    def has(self, name: str = ANYBODY) -> int:
        """What a member can spend, less what they owe."""
        of = self.holdings(name)
        return of.available - of.arrears

    def has_of(self, programme: Programme, name: str) -> int:
        """The same in a programme that is not the stage's own."""
        [of] = holdings(points_account=self.members[name].points_account_id, today=business_date(self.at, programme.time_zone))
        return of.available - of.arrears

    def movements(self, name: str = ANYBODY):
        return Movement.objects.filter(points_account=self.member(name).points_account_id).order_by("seq")


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def day_of(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def points_of(amount: str) -> int:
    """The points of one cent that stand for an amount of money."""
    return minor(Decimal(amount))


def _words(maps: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, Any]]:
    for facts in maps:
        if not isinstance(facts, Mapping):
            raise NotSpoken(f"{facts!r} where a word with facts was expected")
        yield from ((str(word), value) for word, value in facts.items())


_IMPLIED: dict[str, Definition] = {"earn": {"points": 1, "step_minor": 100}, "topup": {"points": 1, "step_minor": 1}}


def _rules_of_acts(acts: Iterable[Mapping[str, Any]]) -> list[Definition]:
    """The rules that acts imply: a top-up gives a point for each cent, `earn` what it says, and a purchase may say outright what it earns."""
    rules: list[Definition] = []
    for word, value in _words(acts):
        if word in _IMPLIED and _IMPLIED[word] not in rules:
            rules.append(_IMPLIED[word])
        if word == "purchase" and isinstance(value, Mapping) and "earns" in value:
            code = {"field": "order.codes", "op": "has", "value": f"EARNS-{value['earns']}"}
            rules.append({"kind": "fixed", "points": value["earns"], "when": code})
    return rules
