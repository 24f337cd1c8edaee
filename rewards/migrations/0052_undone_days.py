"""For which days rules count no more, for late purchases too."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_devaluation_notice'),
        ('rewards', '0051_import_rows_forget'),
    ]

    operations = [
        migrations.CreateModel(
            name='UndoneDays',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_on', models.DateField(verbose_name='first day')),
                ('last_on', models.DateField(verbose_name='last day')),
                ('decided_at', models.DateTimeField(help_text='Rules approved later are not meant.', verbose_name='decided')),
                ('cause', models.UUIDField(unique=True, verbose_name='undo')),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.campaign', verbose_name='campaign')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.earningrule', verbose_name='rule')),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'undone days',
                'verbose_name_plural': 'undone days',
                'constraints': [models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='undone_days_end_after_they_begin', violation_error_message='The last day is the first day or a later one.'), models.CheckConstraint(condition=models.Q(('rule__isnull', True), ('campaign__isnull', True), _connector='OR'), name='undone_days_are_of_one_thing', violation_error_message='A rule, a campaign, or all rules: not two of them.')],
            },
        ),
    ]
