"""Lot moves without domains: their figures are those of a movement and a lot, which have them. `ledger_verify` looks instead."""

import re
from pathlib import Path

from django.db import migrations

VERIFY = Path(__file__).parent.parent / "points" / "sql" / "verify.sql"
PLAIN = """
ALTER TABLE ledger_lotmove ALTER from_state TYPE smallint, ALTER to_state TYPE smallint, ALTER units TYPE bigint, ALTER grant_month TYPE date;
"""
CHECKED = """
ALTER TABLE ledger_lotmove ALTER from_state TYPE ledger_state, ALTER to_state TYPE ledger_state, ALTER units TYPE ledger_amount,
    ALTER grant_month TYPE ledger_month;
"""


def replacing() -> str:
    found = re.search(r"^CREATE FUNCTION ledger_verify\(.*?^\$\$;$", VERIFY.read_text(), re.MULTILINE | re.DOTALL)
    assert found
    return found[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0024_ids_in_order")]

    operations = [migrations.RunSQL(PLAIN, CHECKED), migrations.RunSQL(replacing(), migrations.RunSQL.noop)]
