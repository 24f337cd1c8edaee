"""The key by wallet and the append-only guard of the uses of capped rules."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "earning" / "sql" / "rule_use.sql"
UNDO = """
DROP TRIGGER refuse_change ON rewards_ruleuse; DROP TRIGGER refuse_truncate ON rewards_ruleuse;
ALTER TABLE rewards_ruleuse DROP CONSTRAINT rewards_ruleuse_pkey, ADD PRIMARY KEY (id);
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0016_rule_uses")]

    operations = [migrations.RunSQL(SQL.read_text(), UNDO)]
