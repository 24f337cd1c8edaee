"""Ask for back-tests and work them out: the only code that writes them."""

from rewards.backtests.services.asking import (
    BackTestDecided,
    NothingToTry,
    request_back_test,
    request_repetition,
    stop_back_test,
)
from rewards.backtests.services.work import work_on_all, work_on_part

__all__ = [
    "BackTestDecided",
    "NothingToTry",
    "request_back_test",
    "request_repetition",
    "stop_back_test",
    "work_on_all",
    "work_on_part",
]
