"""Run a file's examples: through the real services, in a programme of their own that is thrown away afterwards."""

import contextlib
import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.entities.services import open_entity
from accounts.members.domain import Enrolment
from accounts.members.models import Member
from accounts.members.services import enrol_member
from accounts.programmes.models import PointCurrency, Programme, ProgrammeState
from accounts.programmes.services import change_programme_state
from accounts.users.models import User
from ledger.points.queries import Holdings, holdings, open_lots
from loyalty.kit.clock import add_months, month_start
from loyalty.kit.money import Money
from loyalty.kit.problems import Problem
from rewards.campaigns.offers import take_offer
from rewards.campaigns.queries import campaign_by_code
from rewards.catalogue.models import Reward
from rewards.chosen_days.services import choose_day
from rewards.conversions.queries import conversion_of, open_periods
from rewards.conversions.services import approve_rate, propose_rate, run_conversions
from rewards.earning.queries import setting_of
from rewards.events.services.record import EventFacts, record_event
from rewards.expiry.queries import judged
from rewards.programme_files.domain.fields import Spec, plain_text
from rewards.programme_files.domain.reading import Path, dotted
from rewards.programme_files.examples import topics
from rewards.programme_files.examples.days import pass_day
from rewards.programme_files.examples.partners import sent_by
from rewards.programme_files.examples.steps import NOON, Example, Expectation, Step
from rewards.programme_files.files import ProgrammeFile
from rewards.programme_files.opening import open_from_file
from rewards.purchases.domain import LineFacts, PurchaseFacts, TenderFacts, whole_line
from rewards.purchases.models import Purchase
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from rewards.purchases.surroundings import segments_of_members
from rewards.quests.queries import quests_of
from rewards.redemptions.services import redeem_reward
from rewards.segments.models import Segment
from rewards.segments.queries import segment_by_code
from rewards.segments.services import add_to_list, take_off_list
from rewards.tiers.queries import Standing, standings_on_ladders


@dataclasses.dataclass(frozen=True, slots=True)
class Mismatch:
    """One expectation that does not hold."""

    path: Path
    detail: str


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What came of one example."""

    example: Example
    mismatches: tuple[Mismatch, ...]

    @property
    def expectations(self) -> int:
        return sum(len(step.expectations) for step in self.example.steps)

    @property
    def holds(self) -> bool:
        return not self.mismatches

    def lines(self, file: ProgrammeFile) -> list[str]:
        """Write every mismatch as FILE:LINE:COLUMN: path: message."""
        places = [(file.document.place_of(one.path), one) for one in self.mismatches]
        return [f"{file.name}:{place.line}:{place.column}: {dotted(one.path)}: {one.detail}" for place, one in places]


def run_examples(file: ProgrammeFile, *, at: dt.datetime, told: Callable[[Result], None] | None = None) -> list[Result]:
    """Run every example of a file; nothing of it stays. `told` hears each result as it comes.

    Raises: whatever the services refuse of the programme itself.
    """
    results: list[Result] = []
    if not file.examples:
        return results
    with _thrown_away():
        first_day = month_start(add_months(min(example.begins_on for example in file.examples), -1))
        programme = _open(file, first_day, at)
        programme = change_programme_state(programme=programme, state=ProgrammeState.LIVE)
        for example in file.examples:
            with _thrown_away():
                results.append(_Trial(programme, file, example).run())
            if told is not None:
                told(results[-1])
    return results


def _open(file: ProgrammeFile, first_day: dt.date, at: dt.datetime) -> Programme:
    """Open the programme in a company of its own."""
    said, slug = file.programme, f"trial-{uuid.uuid4().hex[:12]}"
    entity = open_entity(
        name=slug,
        slug=slug,
        country=said.get("country", ""),
        currency=said["currency"],
        time_zone=said["time_zone"],
        books_from=first_day,
    )
    file = dataclasses.replace(file, sections={**file.sections, "campaigns": _for_everybody(file.sections["campaigns"])})
    return open_from_file(file=file, slug=slug, first_day=first_day, at=at, author=None, entity=entity)


def _for_everybody(campaigns: Mapping[str, Spec]) -> dict[str, Spec]:
    """Nobody is held out in an example: who is follows from a secret key, and would be another one each time."""
    return {code: {**spec, "holdout_percent": 0} for code, spec in campaigns.items()}


@contextlib.contextmanager
def _thrown_away() -> Iterator[None]:
    """A transaction, or a part of one, that is always rolled back."""
    with transaction.atomic():
        savepoint = transaction.savepoint()
        try:
            yield
        finally:
            transaction.savepoint_rollback(savepoint)


class _Trial:
    """One example on its way through its days."""

    def __init__(self, programme: Programme, file: ProgrammeFile, example: Example) -> None:
        self.programme = programme
        self.file = file
        self.example = example
        self.currencies: dict[str, PointCurrency] = {row.code: row for row in programme.currencies.select_related("unit")}
        self.members: dict[str, Member] = {}
        self.purchases: dict[str, Purchase] = {}
        self.today = example.begins_on

    def run(self) -> Result:
        """Take the steps until one does not do what it should."""
        failures = (mismatches for step in self.example.steps if (mismatches := self._step(step)))
        return Result(self.example, tuple(next(failures, ())))

    def _step(self, step: Step) -> list[Mismatch]:
        self._let_pass(step.on)
        member = self._member(step)
        before = self.whole(member)
        refused = None
        try:
            with transaction.atomic():
                _ACTS[step.act](self, step, member)
        except Problem as problem:
            refused = problem
        wants_refusal = any(one.name == "refused" for one in step.expectations)
        if refused is not None and not wants_refusal:
            return [Mismatch((*step.path, step.act), f"This was refused: {refused.code}: {refused.detail}")]
        seen = _Seen(self, step, member, before, refused.code if refused else None)
        return [found for one in step.expectations if (found := seen.mismatch(one)) is not None]

    def _let_pass(self, day: dt.date) -> None:
        """Do what the tasks do on every day that matters up to `day`: the first of each month, each day on which something is due, and `day`."""
        while self.today < day:
            self.today = min(day, add_months(month_start(self.today), 1))
            pass_day(programme=self.programme, day=self.today, at=self.moment(self.today))

    def moment(self, day: dt.date, time: dt.time = NOON) -> dt.datetime:
        return dt.datetime.combine(day, time, ZoneInfo(self.programme.time_zone))

    def _member(self, step: Step) -> Member:
        if step.who not in self.members:
            at = self.moment(self.example.begins_on)
            said = {"birth_date": step.given.get("birth_date"), "attributes": step.given.get("attributes", {})}
            facts = Enrolment(external_id=step.who, joined_at=at, **said)
            self.members[step.who] = enrol_member(programme=self.programme, enrolment=facts, at=at, announce=False)
        return self.members[step.who]

    def holdings(self, member: Member) -> dict[str, Holdings]:
        by_unit = {row.unit: row for row in holdings(points_account=member.points_account_id, today=self.today)}
        return {code: by_unit[row.unit_id] for code, row in self.currencies.items() if row.unit_id in by_unit}

    def whole(self, member: Member) -> dict[str, int]:
        return {code: one.available + one.pending + one.held - one.arrears for code, one in self.holdings(member).items()}

    def buy(self, step: Step, member: Member) -> None:
        given, currency = step.given, self.programme.currency
        lines = tuple(_line(str(place), line) for place, line in enumerate(given["lines"], start=1))
        facts = PurchaseFacts(
            source=sent_by(self.programme, given["partner"]),
            external_id=f"{step.name}",
            occurred_at=self.moment(step.on, step.time),
            currency=currency,
            channel=given["channel"],
            lines=lines or (whole_line(Money(given["amount_minor"], currency)),),
            member=member.pk,
            tender=TenderFacts(given["points_minor"]) if given["points_minor"] else None,
            codes=tuple(given["codes"]),
            tender_kinds=tuple(sorted(given["tenders"])),
            buyer=given["buyer"],
            fulfilled_on=given["fulfilled_on"],
        )
        self.purchases[step.name] = record_purchase(programme=self.programme, facts=facts, at=facts.occurred_at).purchase

    def bring_back(self, step: Step, _member: Member) -> None:
        lines = tuple((line, Decimal(quantity)) for line, quantity in step.given["lines"].items())
        at = self.moment(step.on, step.time)
        facts = ReturnFacts("examples", f"return-{step.name}", at, lines or None, step.given["amount_minor"])
        record_return(purchase=self.purchases[step.given["of"]], facts=facts, at=at)

    def redeem(self, step: Step, member: Member) -> None:
        reward = Reward.objects.get(programme=self.programme, code=step.given["reward"])
        source = sent_by(self.programme, step.given["partner"])
        redeem_reward(member=member, reward=reward, source=source, external_id=f"redeem-{step.name}", at=self.moment(step.on))

    def happen(self, step: Step, member: Member) -> None:
        facts = EventFacts(
            source="examples",
            external_id=step.name,
            type=step.given["type"],
            occurred_at=self.moment(step.on),
            payload=step.given["payload"],
            member=member.pk,
        )
        record_event(programme=self.programme, facts=facts, at=self.moment(step.on))

    def choose(self, step: Step, member: Member) -> None:
        choose_day(member=member, code=step.given["code"], day=step.given["day"], at=self.moment(step.on))

    def enlist(self, step: Step, member: Member) -> None:
        add_to_list(segment=self._segment(step), members=[member.pk], at=self.moment(step.on))

    def strike(self, step: Step, member: Member) -> None:
        take_off_list(segment=self._segment(step), members=[member.pk], at=self.moment(step.on))

    def _segment(self, step: Step) -> Segment:
        return segment_by_code(self.programme, step.given["segment"])

    def take(self, step: Step, member: Member) -> None:
        take_offer(campaign=campaign_by_code(self.programme, step.given["campaign"]), member=member, at=self.moment(step.on))

    def decide(self, step: Step, _member: Member) -> None:
        """Two people decide the rate of the newest period that is over."""
        at, code = self.moment(step.on), step.given["conversion"]
        waiting = next((one for one in open_periods(self.programme, step.on) if one.setup.code == code), None)
        setup = conversion_of(self.programme, code)
        on = waiting.period.first_on if waiting else step.on
        rate = propose_rate(setup=setup, on=on, rate=step.given["rate"], author=self.colleague("one"), at=at)
        approve_rate(rate=rate, approver=self.colleague("other"), at=at)
        run_conversions(programme=self.programme, at=at)

    def colleague(self, name: str) -> User:
        return User.objects.get_or_create(email=f"{name}@{self.programme.slug}.example.org")[0]

    def wait(self, _step: Step, _member: Member) -> None:
        """Time has passed, or the member has joined, already."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Seen:
    """How things stand after a step."""

    trial: _Trial
    step: Step
    member: Member
    before: Mapping[str, int]
    refused: str | None

    def mismatch(self, wanted: Expectation) -> Mismatch | None:
        if wanted.name in topics.LOOKS:
            found = topics.LOOKS[wanted.name](self.trial, self.step, self.member, wanted.wanted)
        else:
            found = _LOOKS[wanted.name](self, wanted.wanted)
        if found == wanted.wanted:
            return None
        return Mismatch(wanted.path, f"expected {self._text(wanted.wanted)}, found {self._text(found)}")

    def _text(self, value: Any, code: str = "") -> str:
        if isinstance(value, dict):
            inner = {name: self._text(one, name if name in self.trial.currencies else code) for name, one in value.items()}
            if set(value) in ({self.trial.file.outline.main}, {self.trial.file.outline.ladder}):
                return next(iter(inner.values()))
            return ", ".join(f"{name}: {text}" for name, text in inner.items()) or "nothing"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int | Decimal):
            return plain_text(Decimal(value).scaleb(-self.trial.file.outline.scales.get(code, 0)))
        return "none" if value is None else str(value)

    def earned(self, wanted: Mapping[str, int]) -> dict[str, int]:
        now = self.trial.whole(self.member)
        return {code: now[code] - self.before[code] for code in wanted}

    def balance(self, wanted: Mapping[str, int]) -> dict[str, int]:
        return {code: self.trial.holdings(self.member)[code].available for code in wanted}

    def pending(self, wanted: Mapping[str, int]) -> dict[str, int]:
        return {code: self.trial.holdings(self.member)[code].pending for code in wanted}

    def owed(self, wanted: Mapping[str, int]) -> dict[str, int]:
        return {code: self.trial.holdings(self.member)[code].arrears for code in wanted}

    def lapses(self, wanted: Mapping[str, Any]) -> dict[str, dict[str, int]]:
        codes = {row.unit_id: code for code, row in self.trial.currencies.items()}
        found: dict[str, dict[str, int]] = {code: {} for code in wanted}
        lots = list(open_lots(points_account=self.member.points_account_id, today=self.trial.today))
        for one in judged(setting_of(self.trial.programme), lots, self.trial.today):
            if (code := codes[one.lot.unit_id]) in found:
                day = one.ends_on.isoformat() if one.ends_on else "never"
                found[code][day] = found[code].get(day, 0) + one.lot.remaining
        return found

    def tier(self, wanted: Mapping[str, str]) -> dict[str, str]:
        return {ladder: held.tier.code if held else "none" for ladder, held in self._standings(wanted).items()}

    def tier_until(self, wanted: Mapping[str, str]) -> dict[str, str]:
        return {
            ladder: held.through_on.isoformat() if held and held.through_on else "none" for ladder, held in self._standings(wanted).items()
        }

    def _standings(self, ladders: Iterable[str]) -> dict[str, Standing | None]:
        held = standings_on_ladders([self.member.pk], self.trial.today).get(self.member.pk, {})
        by_code = {ladder.code: one for ladder, one in held.items()}
        return {ladder: by_code.get(ladder) for ladder in ladders}

    def segments(self, wanted: Mapping[str, bool]) -> dict[str, bool]:
        [belongs] = segments_of_members([self.member], list(wanted), at=self.trial.moment(self.trial.today))
        return {code: code in belongs for code in wanted}

    def reasons(self, wanted: Mapping[str, str]) -> dict[str, str]:
        purchase = self.trial.purchases.get(self.step.name)
        told = {one["rule"]: one["reason"] for one in purchase.evaluation} if purchase else {}
        return {rule: told.get(rule, "not looked at") for rule in wanted}

    def quests(self, wanted: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
        """Answer what is asked of each: how often it is done, and how much of the first step stands on the one under way."""
        stands = {one.version.setup.code: one for one in quests_of(self.member, self.trial.today)}
        found = {code: {"done": one.awarded, "now": one.stand.counts[0]} for code, one in stands.items()}
        return {code: {key: found.get(code, {}).get(key, 0) for key in asked} for code, asked in wanted.items()}

    def refusal(self, _wanted: str) -> str | None:
        return self.refused


_ACTS: dict[str, Callable[[_Trial, Step, Member], None]] = {
    "join": _Trial.wait,
    "buy": _Trial.buy,
    "return": _Trial.bring_back,
    "event": _Trial.happen,
    "choose": _Trial.choose,
    "decide": _Trial.decide,
    "redeem": _Trial.redeem,
    "enlist": _Trial.enlist,
    "strike": _Trial.strike,
    "take": _Trial.take,
    "wait": _Trial.wait,
    **topics.ACTS,
}
_LOOKS: dict[str, Callable[[_Seen, Any], Any]] = {
    "earned": _Seen.earned,
    "balance": _Seen.balance,
    "pending": _Seen.pending,
    "owed": _Seen.owed,
    "lapses": _Seen.lapses,
    "tier": _Seen.tier,
    "tier_until": _Seen.tier_until,
    "segments": _Seen.segments,
    "reasons": _Seen.reasons,
    "quests": _Seen.quests,
    "refused": _Seen.refusal,
}


def _line(name: str, said: Mapping[str, Any]) -> LineFacts:
    return LineFacts(
        name,
        said["sku"],
        said["category"],
        said["brand"],
        said["quantity"],
        said["price_minor"],
        said["discount_minor"],
        said["tax_minor"],
        tuple(said["flags"]),
    )


def summary_of(results: Sequence[Result]) -> tuple[int, int]:
    """Return how many examples hold, of how many."""
    return sum(result.holds for result in results), len(results)
