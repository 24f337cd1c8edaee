"""The bank in plain Python: what a wallet must hold after each act. It shares no code with the product."""

import dataclasses


@dataclasses.dataclass
class ModelLot:
    granted: int
    on: int
    expires: int
    is_pending: bool = False
    remaining: int = 0
    held: int = 0
    reversed: int = 0
    spent: dict = dataclasses.field(default_factory=lambda: {"redeemed": 0, "adjusted": 0, "expired": 0, "sent": 0})
    stood_in: int = 0
    stood_in_last: int = 0
    taken_back_elsewhere: int = 0
    home: "ModelLot | None" = None


class Refused(Exception):
    pass


class Model:
    def __init__(self, policy="owe", limit=None):
        self.lots, self.arrears, self.forgiven, self.clock = [], 0, 0, 0
        self.policy, self.limit = policy, limit

    @property
    def balance(self):
        available = sum(lot.remaining for lot in self.lots if not lot.is_pending)
        return available, sum(lot.remaining for lot in self.lots if lot.is_pending), sum(lot.held for lot in self.lots), self.arrears

    def grant(self, units, on, expires, is_pending):
        filled = 0 if is_pending else min(self.arrears, units)
        self.arrears -= filled
        grant = {"lot": None, "filled": filled}
        if units > filled:
            grant["lot"] = ModelLot(units - filled, on, expires, is_pending, units - filled)
            self.lots.append(grant["lot"])
        return grant

    def take(self, units, on, into):
        lots = sorted((lot for lot in self.lots if not lot.is_pending and lot.expires > on), key=lambda lot: (lot.expires, lot.on))
        if sum(lot.remaining for lot in lots) < units:
            raise Refused
        taken = []
        for lot in lots:
            part = min(lot.remaining, units)
            units -= part
            lot.remaining -= part
            if part and into == "held":
                lot.held += part
            elif part:
                lot.spent[into] += part
            taken += [(lot, part)] if part else []
        return {"taken": taken, "restored": 0}

    def send(self, units, on, to):
        received = []
        for lot, part in self.take(units, on, "sent")["taken"]:
            received.append(ModelLot(part, on, lot.expires, remaining=part, home=lot))
        to.lots += received
        to.settle(units, on)
        return received

    def send_back(self, received, units, on, to):
        """The receiver's model acts; `to` is that of the member who sent the points."""
        there = [lot for lot in reversed(received) if lot.expires > on]
        if sum(lot.remaining for lot in there) < units:
            raise Refused
        left = units
        for lot in there:
            part = min(lot.remaining, left)
            left -= part
            lot.remaining, lot.home.remaining = lot.remaining - part, lot.home.remaining + part
            lot.home.spent["sent"] -= part
        to.settle(units, on)

    def finish(self, hold, on, captured):
        """Capture so many points of a hold, in the order in which it took them; the others come back."""
        released, taken = 0, []
        for lot, held in hold["taken"]:
            part = min(held, captured)
            captured -= part
            lot.held -= held
            lot.spent["redeemed"] += part
            lot.remaining += held - part
            released += held - part
            taken += [(lot, part)] if part else []
        hold["taken"] = taken
        if released:
            self.settle(released, on)

    def stand_in(self, units, on, into):
        for lot, part in self.take(units, on, into)["taken"] if units else []:
            if into == "redeemed":
                self.clock += 1
                lot.stood_in, lot.stood_in_last = lot.stood_in + part, self.clock

    def spendable(self, on):
        return sum(lot.remaining for lot in self.lots if not lot.is_pending and lot.expires > on)

    def settle(self, units, on):
        paid = min(self.arrears, units, self.spendable(on))
        self.stand_in(paid, on, "redeemed")
        self.arrears -= paid

    def activate(self, lot, on):
        if not lot.is_pending or not lot.remaining:
            raise Refused
        lot.is_pending = False
        self.settle(lot.remaining, on)

    def restore(self, redemption, units, on):
        points = [lot for lot, part in reversed(redemption["taken"]) for _ in range(part)]
        wanted = points[redemption["restored"] : redemption["restored"] + units]
        if len(wanted) < units:
            raise Refused
        redemption["restored"] += units
        left = 0
        for lot in wanted:
            left += not self.give(lot, min(1, lot.spent["redeemed"]))
        for lot in sorted((lot for lot in self.lots if lot.stood_in), key=lambda lot: -lot.stood_in_last):
            part = self.give(lot, min(left, lot.stood_in, lot.spent["redeemed"]))
            left, lot.stood_in, self.clock = left - part, lot.stood_in - part, self.clock + 1
            lot.stood_in_last = self.clock if part else lot.stood_in_last
        paid = min(left, self.arrears)
        taken_after_all = min(left - paid, self.forgiven)
        self.arrears, self.forgiven, left = self.arrears - paid, self.forgiven - taken_after_all, left - paid - taken_after_all
        if left:
            gone = [lot for lot, _ in redemption["taken"]]
            like = next((lot for lot in gone if lot.reversed), gone[0])
            self.lots.append(ModelLot(left, on, like.expires, remaining=left))
        self.settle(units, on)

    def give(self, lot, units):
        lot.remaining += units
        lot.spent["redeemed"] -= units
        return units

    def reverse(self, grant, units, on):
        lot = grant["lot"] or ModelLot(0, 0, 0)
        part = min(units, lot.granted - lot.reversed - lot.taken_back_elsewhere)
        refill = units - part
        if refill > grant["filled"]:
            raise Refused
        own = min(part, lot.remaining)
        redeemed = min(part - own, lot.spent["redeemed"])
        adjusted = min(part - own - redeemed, lot.spent["adjusted"])
        sent = max(min(part - own - redeemed - adjusted, lot.spent["sent"] - lot.taken_back_elsewhere), 0)
        expired = part - own - redeemed - adjusted - sent
        there = self.spendable(on) - (0 if lot.is_pending or lot.expires <= on else lot.remaining)
        by_redeemed = min(redeemed, there)
        by_adjusted = min(adjusted, there - by_redeemed)
        paid = min(sent, there - by_redeemed - by_adjusted)
        missing = redeemed + adjusted + sent - by_redeemed - by_adjusted - paid
        too_much = self.limit is not None and self.arrears + missing > self.limit
        if expired > lot.spent["expired"] or (missing and (self.policy == "forbid" or (self.policy == "owe" and too_much))):
            raise Refused
        lot.remaining, lot.reversed = lot.remaining - own, lot.reversed + part - sent
        lot.taken_back_elsewhere += sent
        for state, gone in (("redeemed", redeemed), ("adjusted", adjusted), ("expired", expired)):
            lot.spent[state] -= gone
        self.stand_in(by_redeemed, on, "redeemed")
        self.stand_in(by_adjusted, on, "adjusted")
        self.forgiven += missing if self.policy == "forgive" else 0
        self.arrears += refill + paid + (missing if self.policy == "owe" else 0)
        grant["filled"] -= refill
        self.settle(refill + paid, on)

    def expire(self, through):
        for lot in self.lots:
            if lot.expires <= through:
                lot.spent["expired"], lot.remaining = lot.spent["expired"] + lot.remaining, 0
