"""What was paid, given back and used is only added; a subscription keeps who has what."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "plans" / "sql" / "guards.sql").read_text()
TABLES = ("subscriptionperiod", "subscriptioncancellation", "subscriptionrefund", "entitlementuse")
UNDO = """
DROP TRIGGER refund_of_its_period ON rewards_subscriptionrefund; DROP FUNCTION rewards_refund_of_its_period();
DROP TRIGGER subscriptions_stand ON rewards_subscription; DROP TRIGGER subscriptions_stay ON rewards_subscription;
""" + "".join(f"DROP TRIGGER refuse_change ON rewards_{name}; DROP TRIGGER refuse_truncate ON rewards_{name};\n" for name in TABLES)


class Migration(migrations.Migration):
    dependencies = [("rewards", "0061_paid_memberships")]

    operations = [migrations.RunSQL(SQL, UNDO)]
