"""Ids that the database makes carry the fraction of their millisecond: what a later statement writes sorts behind them."""

import re
from pathlib import Path

from django.db import migrations

GUARDS = Path(__file__).parent.parent / "points" / "sql" / "guards.sql"


def replacing() -> str:
    found = re.search(r"^CREATE FUNCTION ledger_new_id\(.*?^\$\$;$", GUARDS.read_text(), re.MULTILINE | re.DOTALL)
    assert found
    return found[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0023_names_of_recalculations")]

    operations = [migrations.RunSQL(replacing(), migrations.RunSQL.noop)]
