"""Rows of imports may forget how the file named their member; a piece of a file is found without reading all of it."""

import re
from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "imports" / "sql" / "guards.sql").read_text()
IN_PIECES = "ALTER TABLE rewards_balanceimport ALTER COLUMN content SET STORAGE EXTERNAL;"
AS_BEFORE = "ALTER TABLE rewards_balanceimport ALTER COLUMN content SET STORAGE EXTENDED;"


def replacing() -> str:
    found = re.search(r"^CREATE TRIGGER import_rows_stand .*?;$", SQL, re.MULTILINE | re.DOTALL)
    assert found
    return found[0].replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER", 1)


class Migration(migrations.Migration):
    dependencies = [("rewards", "0050_import_pieces")]

    operations = [migrations.RunSQL(IN_PIECES, AS_BEFORE), migrations.RunSQL(replacing(), migrations.RunSQL.noop)]
