"""What counted for causes and what was handed over is only added."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "causes" / "sql" / "guards.sql").read_text()
TABLES = ("causemark", "causehandover")
UNDO = "".join(f"DROP TRIGGER refuse_change ON rewards_{name}; DROP TRIGGER refuse_truncate ON rewards_{name};\n" for name in TABLES)


class Migration(migrations.Migration):
    dependencies = [("rewards", "0063_causes")]

    operations = [migrations.RunSQL(SQL, UNDO)]
