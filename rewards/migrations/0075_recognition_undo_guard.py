"""How recognitions were taken back is only added."""

from django.db import migrations

SQL = "SELECT ledger_make_append_only('rewards_recognitionundo')"
UNDO = "DROP TRIGGER refuse_change ON rewards_recognitionundo; DROP TRIGGER refuse_truncate ON rewards_recognitionundo"


class Migration(migrations.Migration):
    dependencies = [("rewards", "0074_recognition_undo")]

    operations = [migrations.RunSQL(SQL, UNDO)]
