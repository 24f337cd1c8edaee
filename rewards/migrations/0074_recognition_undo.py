"""Recognitions can be taken back."""

import django.db.models.deletion
import loyalty.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0026_allowances'),
        ('rewards', '0073_memberships_for_life'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RecognitionUndo',
            fields=[
                ('id', models.UUIDField(default=loyalty.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('source', models.CharField(max_length=100, verbose_name='sent through')),
                ('taken_movement', models.UUIDField(editable=False, unique=True, verbose_name='movement of who received')),
                ('owed_units', models.PositiveBigIntegerField(verbose_name='owed by who received')),
                ('returned_units', models.PositiveBigIntegerField(default=0, verbose_name='back in the allowance')),
                ('returned_movement', models.UUIDField(editable=False, null=True, unique=True, verbose_name='movement of who gave')),
                ('undone_at', models.DateTimeField(verbose_name='when')),
                ('business_on', models.DateField(verbose_name='business day')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.programme', verbose_name='programme')),
                ('recognition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='undo', to='rewards.recognition', verbose_name='recognition')),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
            ],
            options={
                'verbose_name': 'recognition that was taken back',
                'verbose_name_plural': 'recognitions that were taken back',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('returned_movement__isnull', True), ('returned_units', 0)), models.Q(('returned_movement__isnull', False), ('returned_units__gt', 0)), _connector='OR'), name='recognition_undo_has_its_movement', violation_error_message='What goes back to an allowance has a movement.'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='recognition_undo_says_why', violation_error_message='Say why you take it back.')],
            },
        ),
    ]
