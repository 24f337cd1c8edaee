"""The database keys of revisions, items and results, and what is only added."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "recalculations" / "sql" / "keys.sql").read_text()
UNDO = """
DROP TRIGGER recalculations_stand ON rewards_recalculation; DROP TRIGGER recalculations_stay ON rewards_recalculation;
DROP TRIGGER refuse_change ON rewards_purchaserevision; DROP TRIGGER refuse_truncate ON rewards_purchaserevision;
DROP TRIGGER refuse_change ON rewards_recalculationitem; DROP TRIGGER refuse_truncate ON rewards_recalculationitem;
DROP TRIGGER refuse_change ON rewards_recalculationresult; DROP TRIGGER refuse_truncate ON rewards_recalculationresult;
ALTER TABLE rewards_purchaserevision DROP CONSTRAINT revision_of_its_purchase, DROP CONSTRAINT rewards_purchaserevision_pkey, ADD PRIMARY KEY (id);
ALTER TABLE rewards_recalculationitem DROP CONSTRAINT rewards_recalculationitem_pkey, ADD PRIMARY KEY (id);
ALTER TABLE rewards_recalculationresult DROP CONSTRAINT rewards_recalculationresult_pkey, ADD PRIMARY KEY (id);
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0033_recalculations")]

    operations = [migrations.RunSQL(SQL, UNDO)]
