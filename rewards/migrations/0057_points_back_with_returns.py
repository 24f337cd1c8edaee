"""What came back of payments with points came back with returns."""

from django.db import migrations

FILL = "UPDATE rewards_redemption SET returned_units = restored_units WHERE kind = 'tender' AND restored_units > 0"


class Migration(migrations.Migration):

    dependencies = [
        ('rewards', '0056_receipt_rewards'),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
