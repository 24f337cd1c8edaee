"""A receipt finds the act of a movement by its id, however many acts its wallet has; ranges of time are read from the same index."""

from django.db import migrations

BY_TIME = "CREATE INDEX ledger_act_by_time ON ledger_act USING brin (id uuid_minmax_ops) WITH (pages_per_range = 64, autosummarize = on)"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0014_sets_without_joins")]

    operations = [
        migrations.RunSQL(
            ["CREATE INDEX ledger_act_by_id ON ledger_act (id)", "DROP INDEX ledger_act_by_time"],
            [BY_TIME, "DROP INDEX ledger_act_by_id"],
        ),
    ]
