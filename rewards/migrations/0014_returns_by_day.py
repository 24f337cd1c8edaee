"""Read what came back from a day on, for the overview."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0007_ticks'),
        ('rewards', '0013_cancelled_by'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='return',
            index=models.Index(fields=['business_on'], include=('points_account', 'purchase', 'price_minor', 'refunded_minor'), name='return_by_day'),
        ),
    ]
