"""One wallet of one currency, with the acts of the bank in short form and what they leave behind as plain tuples."""

import dataclasses
import uuid

from django.db import transaction

from ledger.points import queries, services
from ledger.points.domain import ArrearsPolicy, Outcome, Reason, Reversal, Source
from ledger.points.models import Balance, Lot, LotMove, Movement, PointUnit
from tests.ledger.factories import DAY, PointUnitFactory, WalletFactory, a_grant, a_taking, noon


@dataclasses.dataclass(frozen=True)
class Purse:
    """Every act stands in a savepoint of its own: a refusal aborts the transaction that it happens in."""

    account: uuid.UUID
    unit: PointUnit

    @classmethod
    def of(cls, unit: PointUnit | None = None) -> "Purse":
        unit = unit or PointUnitFactory.create()
        return cls(WalletFactory.create(unit=unit).id, unit)

    @transaction.atomic
    def grant(self, units, on=DAY, **more) -> Outcome:
        return services.grant(grant=a_grant(self.account, self.unit.pk, units, on, **more))

    @transaction.atomic
    def redeem(self, units, on=DAY, **more) -> Outcome:
        return services.redeem(taking=self._taking(units, on, more), order=self.unit.consumption_order)

    @transaction.atomic
    def hold(self, units, on=DAY, **more) -> Outcome:
        return services.hold(taking=self._taking(units, on, more), order=self.unit.consumption_order)

    @transaction.atomic
    def adjust(self, units, on=DAY, **more) -> Outcome:
        more = {"source": Source.ADJUSTMENT, "reason": Reason.CORRECTION} | more
        return services.adjust_down(taking=self._taking(units, on, more), order=self.unit.consumption_order)

    @transaction.atomic
    def capture(self, hold: Outcome, on=DAY, part=None, **more) -> Outcome:
        return services.capture(hold=hold.movement, settling=self._taking(1, on, more), units=part)

    @transaction.atomic
    def release(self, hold: Outcome, on=DAY, **more) -> Outcome:
        return services.release(hold=hold.movement, settling=self._taking(1, on, {"reason": Reason.CANCELLATION} | more))

    @transaction.atomic
    def activate(self, grant: Outcome, on=DAY, **more) -> Outcome:
        return services.activate(lot=grant.movement, settling=self._taking(1, on, {"reason": Reason.MATURATION} | more))

    @transaction.atomic
    def restore(self, redemption: Outcome, units, on=DAY, **more) -> Outcome:
        taking = self._taking(units, on, {"reason": Reason.CANCELLATION} | more)
        return services.restore(redemption=redemption.movement, taking=taking)

    @transaction.atomic
    def adjust_back(self, adjustment: Outcome, units, on=DAY, **more) -> Outcome:
        taking = self._taking(units, on, {"source": Source.ADJUSTMENT, "reason": Reason.CORRECTION} | more)
        return services.adjust_back(adjustment=adjustment.movement, taking=taking, order=self.unit.consumption_order)

    @transaction.atomic
    def reverse(self, grant: Outcome, units, on=DAY, policy=ArrearsPolicy.LIMIT, limit=None, refunded=None, **more) -> Reversal:
        taking = self._taking(units, on, {"source": Source.RETURN, "reason": Reason.RETURN} | more)
        return services.reverse(grant=grant.movement, taking=taking, policy=policy, limit=limit, refunded_minor=refunded)

    @transaction.atomic
    def send(self, to: "Purse", units, on=DAY, **more) -> Outcome:
        taking = self._taking(units, on, {"source": Source.TRANSFER, "reason": Reason.TRANSFER} | more)
        return services.transfer(taking=taking, to=to.account, order=self.unit.consumption_order)

    @transaction.atomic
    def send_back(self, transfer: Outcome, to: "Purse", units, on=DAY, **more) -> Outcome:
        taking = self._taking(units, on, {"source": Source.TRANSFER, "reason": Reason.CANCELLATION} | more)
        return services.transfer_back(transfer=transfer.movement, taking=taking, to=to.account)

    def expire(self, through, **more) -> tuple[int, int]:
        return services.expire_due(unit=self.unit.pk, through_on=through, at=noon(through), **more)

    def _taking(self, units, on, more):
        return a_taking(self.account, self.unit.pk, units, on, **more)

    @property
    def balance(self) -> tuple[int, int, int, int]:
        """Available, pending, held, arrears as they stand in the row."""
        return Balance.objects.values_list("available", "pending", "held", "arrears").get(points_account=self.account, unit=self.unit)

    def shown(self, on=DAY) -> tuple[int, int, int, int]:
        """The same as a member sees it."""
        [found] = queries.holdings(points_account=self.account, today=on)
        return found.available, found.pending, found.held, found.arrears

    def as_of(self, on, known_at=None) -> tuple[int, int, int, int]:
        for found in queries.holdings_as_of(points_account=self.account, on=on, known_at=known_at):
            return found.available, found.pending, found.held, found.arrears
        return 0, 0, 0, 0

    @property
    def lots(self) -> list[tuple[int, int, int, int]]:
        """Granted, remaining, held, reversed of each lot, oldest first."""
        return list(Lot.objects.filter(points_account=self.account).order_by("id").values_list("granted", "remaining", "held", "reversed"))

    @property
    def story(self) -> list[tuple[int, int, int, int]]:
        """Seq, debit, credit and amount of each movement."""
        rows = Movement.objects.filter(points_account=self.account, unit=self.unit).order_by("seq")
        return list(rows.values_list("seq", "debit", "credit", "amount"))

    def lot_moves(self, act: Outcome) -> list[tuple[int, int, int, int]]:
        """Lot (1 is the oldest), from, to and units of each lot move of all movements of an act."""
        lots = list(Lot.objects.filter(points_account=self.account).order_by("id").values_list("id", flat=True))
        rows = LotMove.objects.filter(points_account=self.account, movement__act=act.movement).order_by("id")
        return [(lots.index(lot) + 1, *more) for lot, *more in rows.values_list("lot", "from_state", "to_state", "units")]

    @property
    def is_sound(self) -> bool:
        return queries.verify(programme=self.unit.programme) == []
