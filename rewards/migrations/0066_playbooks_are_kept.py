"""What a playbook drafted is only added."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "playbooks" / "sql" / "guards.sql").read_text()
UNDO = "DROP TRIGGER refuse_change ON rewards_playbookrun; DROP TRIGGER refuse_truncate ON rewards_playbookrun;"


class Migration(migrations.Migration):
    dependencies = [("rewards", "0065_playbooks")]

    operations = [migrations.RunSQL(SQL, UNDO)]
