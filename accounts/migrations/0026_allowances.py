"""Currencies that members give to others."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0025_buyer_guards'),
        ('ledger', '0032_employee_points'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='pointcurrency',
            name='currency_kind_is_known',
        ),
        migrations.AlterField(
            model_name='pointcurrency',
            name='kind',
            field=models.CharField(choices=[('spendable', 'points to spend'), ('qualifying', 'qualifying points, for tiers only'), ('stamp', 'stamps'), ('accrual', 'accrual, converted later'), ('credit', 'credit, like money'), ('allowance', 'allowance, to give to others')], default='spendable', max_length=10, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='pointcurrency',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['spendable', 'qualifying', 'stamp', 'accrual', 'credit', 'allowance'])), name='currency_kind_is_known', violation_error_message='Choose one of the kinds of currency.'),
        ),
    ]
