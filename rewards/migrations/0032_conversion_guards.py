"""An approved rate of a conversion is never changed."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent.parent / "conversions" / "sql" / "guards.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("rewards", "0031_conversions")]

    operations = [migrations.RunSQL(SQL, "DROP TRIGGER conversion_rates_stand_once_approved ON rewards_conversionrate")]
