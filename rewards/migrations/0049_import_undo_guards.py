"""What was asked for as an undo of an import, decided and posted stands."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "import_undos" / "sql" / "guards.sql").read_text()
UNDO = """
DROP TRIGGER import_undos_stand ON rewards_importundo; DROP TRIGGER import_undos_stay ON rewards_importundo;
DROP TRIGGER import_undo_lines_stand ON rewards_importundoline; DROP TRIGGER import_undo_lines_stay ON rewards_importundoline;
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0048_import_undos")]

    operations = [migrations.RunSQL(SQL, UNDO)]
