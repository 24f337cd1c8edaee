"""The statements in sql/, put together from their parts."""

import re
from pathlib import Path

_SQL = Path(__file__).parent / "sql"


def leaf_of_one() -> str:
    return _few(chosen="m.id = %(movement)s AND m.points_account_id = %(wallet)s", programme="%(programme)s")


def sealing() -> str:
    """Return the functions that seal and that make receipts, for a migration."""
    now = "m.xid = pg_current_xact_id_if_assigned() AND m.id >= (SELECT ledger_first_id(now() - interval '1 day'))"
    of_this_transaction = _few(chosen=now, programme="p_programme")
    return _with_parts((_SQL / "sealing.sql").read_text().replace("{leaves_of_this_transaction}", of_this_transaction))


def replacing(function: str) -> str:
    """Return the statement that puts one of the functions as it is now into a database that was made before."""
    found = re.search(rf"^CREATE FUNCTION {function}\(.*?^END \$\$;$", sealing(), re.MULTILINE | re.DOTALL)
    assert found, function
    return found[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def facts(chosen: str, *, more: str = "", joined: str = "") -> str:
    return (_SQL / "facts.sql").read_text().format(chosen=chosen, more=more, joined=joined)


def _few(*, chosen: str, programme: str) -> str:
    return _with_parts((_SQL / "few.sql").read_text()).replace("{chosen}", chosen).replace("{programme}", programme)


def _with_parts(statement: str) -> str:
    for part in ("leaf", "lot_moves"):
        statement = statement.replace(f"{{{part}}}", (_SQL / f"{part}.sql").read_text())
    return statement
