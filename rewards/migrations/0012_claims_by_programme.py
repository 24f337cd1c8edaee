"""Two programmes may each have a redemption under the same number of the same source."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rewards", "0011_fill_programme_of_claims")]

    operations = [
        migrations.AlterField(
            model_name="redemptionclaim",
            name="programme",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.programme",
            ),
        ),
        migrations.RemoveConstraint(model_name="redemptionclaim", name="redemption_claimed_once"),
        migrations.AddConstraint(
            model_name="redemptionclaim",
            constraint=models.UniqueConstraint(
                fields=("programme", "source", "external_id"),
                name="redemption_claimed_once",
                violation_error_message="This number was used before.",
            ),
        ),
    ]
