"""How often one caller may name a card that there is not."""

import contextlib
from collections.abc import Iterator

from rest_framework.exceptions import Throttled

from loyalty.kit.rest import limits
from rewards.gift_cards.queries import GiftCardNotFound

MISSES_A_MINUTE = 20


@contextlib.contextmanager
def counted(caller: str, most: int = MISSES_A_MINUTE) -> Iterator[None]:
    """Count unknown codes and wrong PINs of a caller; who had too many in a minute waits, whatever they name.

    With several web processes the limit holds in each. Raises: Throttled.
    """
    key = f"gift cards:{caller}"
    used = limits.windows.spend(key, 0, most - 1)
    if used.exceeded:
        raise Throttled(used.reset)
    try:
        yield
    except GiftCardNotFound:
        note_misses(caller, 1)
        raise


def note_misses(caller: str, misses: int) -> None:
    if misses:
        limits.windows.spend(f"gift cards:{caller}", min(misses, MISSES_A_MINUTE), MISSES_A_MINUTE)
