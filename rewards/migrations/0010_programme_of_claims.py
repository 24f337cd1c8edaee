"""A redemption's claim names its programme; those that stand get theirs with the next migration."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_outbox_mails"), ("rewards", "0009_list_indexes")]

    operations = [
        migrations.AddField(
            model_name="redemptionclaim",
            name="programme",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.programme",
            ),
        ),
    ]
