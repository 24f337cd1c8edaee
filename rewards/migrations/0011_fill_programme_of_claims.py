"""Claims that stand take their programme from their redemption."""

from django.db import migrations

FILL = """
UPDATE rewards_redemptionclaim c SET programme_id = r.programme_id FROM rewards_redemption r WHERE r.id = c.redemption_id;
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0010_programme_of_claims")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
