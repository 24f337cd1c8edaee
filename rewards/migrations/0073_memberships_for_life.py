"""A membership may be paid for life."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rewards', '0072_coalition_guards'),
    ]

    operations = [
        migrations.AlterField(
            model_name='subscription',
            name='term',
            field=models.CharField(choices=[('month', 'by the month'), ('year', 'by the year'), ('life', 'for life')], max_length=5, verbose_name='term'),
        ),
    ]
