"""What a purchase stands for now: by which rules and facts it is judged, what is kept of it, and what is left of each of its grants."""

import dataclasses
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from accounts.programmes.models import Programme
from rewards.earning.domain import Evaluation, Line, Rule, Why, basket_of, evaluate
from rewards.earning.domain.rulebook import Rulebook
from rewards.earning.queries import compiled_versions
from rewards.purchases.domain import Kept, kept_lines
from rewards.purchases.models import Purchase, PurchaseLine, PurchaseRevision, Return, ReturnLine
from rewards.purchases.periods import facts_now

UNDONE = (Why.UNDONE, Why.UNDONE_DAYS)
"""Rules of outcomes with these reasons judge the purchase no more."""


@dataclasses.dataclass(frozen=True, slots=True)
class GrantLeft:
    """Points of one currency that the purchase gave, at first (layer 0) or by a revision (its number), less what was taken back."""

    movement: uuid.UUID
    currency: str
    layer: int
    left: int


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """A rule by which a purchase is judged, and the layer that it belongs to."""

    version: uuid.UUID
    layer: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class History:
    """A purchase with all that happened to it; `stages` are what was kept at first and after each return."""

    purchase: Purchase
    lines: list[PurchaseLine]
    stages: list[list[Kept]]
    returns: list[Return]
    revisions: list[PurchaseRevision]

    @property
    def kept(self) -> list[Kept]:
        return self.stages[-1]

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        """What the rules by which the purchase is judged now make of all that was bought."""
        found: list[dict[str, Any]] = self.revisions[-1].evaluation if self.revisions else self.purchase.evaluation
        return found

    @property
    def told(self) -> list[Told]:
        return [Told(uuid.UUID(of["version_id"]), of.get("since", 0)) for of in self.outcomes if of["reason"] not in UNDONE]

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.revisions[-1].facts if self.revisions else self.purchase.facts
        return found

    @property
    def evidence(self) -> list[uuid.UUID]:
        """What uses of rules and campaigns are noted by."""
        return [self.purchase.pk, *(row.pk for row in self.returns), *(row.pk for row in self.revisions)]

    def grants(self) -> list[GrantLeft]:
        """Return the grants, oldest first."""
        given = [(0, of) for of in self.purchase.earned] + [(row.number, of) for row in self.revisions for of in row.earned]
        first = {of["currency"]: of["movement"] for of in self.purchase.earned}
        gone: dict[str, int] = defaultdict(int)
        for undone in (*(row.reversed for row in self.returns), *(row.reversed for row in self.revisions)):
            for of in undone:
                gone[of.get("grant") or first[of["currency"]]] += of["units"]
        return [GrantLeft(uuid.UUID(of["movement"]), of["currency"], layer, of["units"] - gone[of["movement"]]) for layer, of in given]

    def left(self) -> dict[str, int]:
        """Return what the member still has of the purchase's points, by currency."""
        total: dict[str, int] = defaultdict(int)
        for grant in self.grants():
            total[grant.currency] += grant.left
        return dict(total)


@dataclasses.dataclass(frozen=True, slots=True)
class Stand:
    """What a purchase comes to when only the kept quantities count; `layers` are its points by currency and layer."""

    price_minor: int
    paid_minor: int
    evaluation: Evaluation
    lines: tuple[Line, ...]
    layers: Mapping[tuple[str, int], int]

    @property
    def units(self) -> dict[str, int]:
        return self.evaluation.units

    @property
    def tender_minor(self) -> int:
        return self.price_minor - self.paid_minor


def history_of(purchase: Purchase) -> History:
    """Return what happened to a purchase; four queries at most. Its wallet is locked if something will follow from it."""
    return histories_of([purchase])[0]


def histories_of(purchases: Sequence[Purchase]) -> list[History]:
    """Return what happened to each of the purchases; four queries at most, however many they are."""
    wallets, ids = {of.points_account_id for of in purchases}, [of.pk for of in purchases]
    lines: dict[uuid.UUID, list[PurchaseLine]] = defaultdict(list)
    for line in PurchaseLine.objects.filter(purchase__in=ids, points_account__in=wallets).order_by("position"):
        lines[line.purchase_id].append(line)
    returns: dict[uuid.UUID, list[Return]] = defaultdict(list)
    for returned in Return.objects.filter(purchase__in=ids, points_account__in=wallets).order_by("pk"):
        returns[returned.purchase_id].append(returned)
    revisions: dict[uuid.UUID, list[PurchaseRevision]] = defaultdict(list)
    for revision in PurchaseRevision.objects.filter(purchase__in=ids, points_account__in=wallets).order_by("number"):
        revisions[revision.purchase_id].append(revision)
    back: dict[uuid.UUID, list[ReturnLine]] = defaultdict(list)
    rows = [row.pk for of in returns.values() for row in of]
    for gone in ReturnLine.objects.filter(of__in=rows, points_account__in=wallets) if rows else ():
        back[gone.of_id].append(gone)
    return [History(of, lines[of.pk], _stages(lines[of.pk], returns[of.pk], back), returns[of.pk], revisions[of.pk]) for of in purchases]


def _stages(lines: Sequence[PurchaseLine], returns: Iterable[Return], back: Mapping[uuid.UUID, Sequence[ReturnLine]]) -> list[list[Kept]]:
    left = {line.pk: line.quantity for line in lines}
    stages = [[Kept(line.quantity, line.quantity) for line in lines]]
    for row in returns:
        for gone in back[row.pk]:
            left[gone.line_id] -= gone.quantity
        stages.append([Kept(left[line.pk], line.quantity) for line in lines])
    return stages


def stand_of(history: History, programme: Programme, kept: Sequence[Kept]) -> Stand:
    """Evaluate what is kept under the rules and facts by which the purchase is judged now."""
    rules = compiled_versions([of.version for of in history.told], programme)
    return judge(history, rules, history.told, facts_now(history.purchase, rules.values(), history.facts, programme), kept)


def judge(history: History, rules: Mapping[uuid.UUID, Rule], told: Sequence[Told], facts: Mapping[str, Any], kept: Sequence[Kept]) -> Stand:
    """Evaluate what is kept under these rules; each layer has what it adds to the layers before it."""
    remaining = kept_lines([line.as_bought() for line in history.lines], kept)
    basket = basket_of(tuple(line for line in remaining if line.quantity), facts)
    layers: dict[tuple[str, int], int] = {}
    before: dict[str, int] = {}
    evaluation = Evaluation(())
    for layer in sorted({0, *(of.layer for of in told)}):
        evaluation = evaluate(basket, list(Rulebook(rules[of.version] for of in told if of.layer <= layer)))
        layers |= {(code, layer): max(0, units - before.get(code, 0)) for code, units in evaluation.units.items()}
        before = evaluation.units
    price, paid = sum(line.price_minor for line in remaining), sum(line.paid_minor for line in remaining)
    return Stand(price, paid, evaluation, remaining, layers)


def is_open(history: History) -> bool:
    """Whether something of the purchase can still come back."""
    return any(some.quantity > Decimal(0) for some in history.kept)
