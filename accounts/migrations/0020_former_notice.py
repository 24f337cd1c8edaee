"""A shorter notice of devaluations waits until the one before has passed."""

from pathlib import Path

from django.db import migrations, models


SQL = (Path(__file__).parent.parent / "programmes" / "sql" / "guard_notice.sql").read_text()
UNDO = "DROP TRIGGER shorter_notice_waits_for_the_one_before ON accounts_programme; DROP FUNCTION accounts_keep_former_notice();"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_devaluation_notice'),
    ]

    operations = [
        migrations.AddField(
            model_name='programme',
            name='former_notice_days',
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='notice before it was made shorter'),
        ),
        migrations.AddField(
            model_name='programme',
            name='former_notice_until',
            field=models.DateField(editable=False, null=True, verbose_name='day from which the shorter notice counts'),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.CheckConstraint(condition=models.Q(('former_notice_days__isnull', True), models.Q(('former_notice_days__lte', 365), ('former_notice_until__isnull', False)), _connector='OR'), name='former_devaluation_notice_says_until_when', violation_error_message='A notice that was made shorter counts until a day.'),
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
