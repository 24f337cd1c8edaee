"""How much of the goods a refund in money takes back."""

from collections.abc import Sequence
from fractions import Fraction

from loyalty.kit.money import half_up, share_out
from rewards.connectors.domain.acts import Refund, RefundKind


def goods_to_take(refund: Refund, *, price_minor: int, left_minor: int) -> int:
    """Return how much of the goods' price still has to come back, at most what is left; 0 for a total that was reached before.

    A refund of a part of the payment (goods, tax, delivery) brings back the same part of the goods, rounded half-up on the total, so that
    totals in any order and any number end at the same sum.
    """
    assert refund.kind in {RefundKind.TOTAL, RefundKind.STEP}, refund
    part = Fraction(price_minor, refund.of_minor) if refund.of_minor else Fraction(1)
    goods = half_up(refund.amount_minor * part)
    if refund.kind is RefundKind.TOTAL:
        goods -= price_minor - left_minor
    return max(0, min(goods, left_minor))


def shares_of_lines(take_minor: int, left_minor: Sequence[int]) -> list[int]:
    """Share what comes back over what is left of the lines; no line gives more than it has."""
    assert 0 <= take_minor <= sum(left_minor), (take_minor, left_minor)
    shares = share_out(take_minor, left_minor)
    assert all(share <= left for share, left in zip(shares, left_minor, strict=True)), shares
    return shares
