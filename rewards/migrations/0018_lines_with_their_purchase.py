"""Lines are written by the statement that writes their purchase, and neither is ever changed: the database need not look again."""

from django.db import migrations

ADD = """
ALTER TABLE rewards_purchaseline ADD CONSTRAINT purchaseline_of_its_purchase
    FOREIGN KEY (purchase_id, points_account_id) REFERENCES rewards_purchase (id, points_account_id)
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0017_rule_use_keys")]

    operations = [migrations.RunSQL("ALTER TABLE rewards_purchaseline DROP CONSTRAINT purchaseline_of_its_purchase", ADD)]
