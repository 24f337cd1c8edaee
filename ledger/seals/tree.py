"""The stored tree: reads nodes in blocks of 256, hashes what lies between two stored levels."""

from django.db import connection

from ledger.seals.domain.merkle import node_hash

STEP = 8
_BLOCK = 1 << STEP


class StoredTree:
    """The perfect subtrees of one log. Remembers what it read."""

    def __init__(self, log: int) -> None:
        self.log = log
        self._kept: dict[tuple[int, int], bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """Return the root of the perfect subtree at (level, index); all its leaves must be sealed."""
        found = self._kept.get((level, index))
        if found is None:
            if level % STEP == 0:
                self._read_block(level, index // _BLOCK)
                found = self._kept[level, index]
            else:
                found = node_hash(self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1))
                self._kept[level, index] = found
        return found

    def _read_block(self, level: int, block: int) -> None:
        table, at_level = ("ledger_sealnode", "level = %(level)s") if level else ("ledger_sealleaf", "true")
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT index, hash FROM {table} WHERE log_id = %(log)s AND {at_level} AND index >= %(first)s AND index < %(end)s",  # noqa: S608  # our own names
                {"log": self.log, "level": level, "first": block * _BLOCK, "end": (block + 1) * _BLOCK},
            )
            self._kept.update(((level, index), bytes(node)) for index, node in cursor.fetchall())


def size_of(log: int) -> int:
    """Return how many leaves a log has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(index) + 1, 0) FROM ledger_sealleaf WHERE log_id = %s", [log])
        size: int = cursor.fetchone()[0]
        return size
