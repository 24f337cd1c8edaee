"""No day has two choices."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "chosen_days" / "sql" / "days_apart.sql").read_text()
UNDO = "DROP TRIGGER day_choice_spans_lie_apart ON rewards_daychoice; DROP FUNCTION rewards_keep_chosen_spans_apart();"


class Migration(migrations.Migration):
    dependencies = [("rewards", "0044_connectors")]

    operations = [migrations.RunSQL(SQL, UNDO)]
