"""What a planted defect is."""

import dataclasses

BANK = ("tests/ledger/points", "tests/concurrency/ledger")


@dataclasses.dataclass(frozen=True, slots=True)
class Defect:
    """`sound` stands exactly once in the file `path`; `planted` takes its place."""

    name: str
    path: str
    sound: str
    planted: str
    tests: tuple[str, ...] = BANK
