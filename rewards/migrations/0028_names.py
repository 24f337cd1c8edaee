"""Names of fields for people; nothing changes in the database."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0018_names'),
        ('rewards', '0027_referrals'),
    ]

    operations = [
        migrations.AlterField(
            model_name='campaignuse',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='event',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='eventundo',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='purchase',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='purchaseline',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='questaward',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='questmark',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='return',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='returnline',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
        migrations.AlterField(
            model_name='ruleuse',
            name='points_account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.pointsaccount', verbose_name='wallet'),
        ),
    ]
