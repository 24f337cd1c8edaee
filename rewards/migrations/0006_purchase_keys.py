"""Keys by wallet, pair foreign keys and append-only guards of purchases and returns."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "purchases" / "sql" / "keys.sql"
UNDO = """
DROP TRIGGER refuse_change ON rewards_purchase; DROP TRIGGER refuse_truncate ON rewards_purchase;
DROP TRIGGER refuse_change ON rewards_purchaseline; DROP TRIGGER refuse_truncate ON rewards_purchaseline;
DROP TRIGGER refuse_change ON rewards_purchaseclaim; DROP TRIGGER refuse_truncate ON rewards_purchaseclaim;
DROP TRIGGER refuse_change ON rewards_return; DROP TRIGGER refuse_truncate ON rewards_return;
DROP TRIGGER refuse_change ON rewards_returnline; DROP TRIGGER refuse_truncate ON rewards_returnline;
ALTER TABLE rewards_returnline DROP CONSTRAINT returnline_of_its_return, DROP CONSTRAINT returnline_of_its_line,
    DROP CONSTRAINT returnline_amounts_fit, DROP CONSTRAINT rewards_returnline_pkey, ADD PRIMARY KEY (id);
ALTER TABLE rewards_return DROP CONSTRAINT return_of_its_purchase, DROP CONSTRAINT rewards_return_pkey, ADD PRIMARY KEY (id);
ALTER TABLE rewards_purchaseline DROP CONSTRAINT purchaseline_of_its_purchase, DROP CONSTRAINT purchaseline_amounts_fit,
    DROP CONSTRAINT rewards_purchaseline_pkey, ADD PRIMARY KEY (id);
ALTER TABLE rewards_purchase DROP CONSTRAINT purchase_amounts_fit, DROP CONSTRAINT rewards_purchase_pkey, ADD PRIMARY KEY (id);
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0005_purchases")]

    operations = [migrations.RunSQL(SQL.read_text(), UNDO)]
