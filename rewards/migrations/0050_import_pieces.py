"""How far the bytes of a file were read: it is read in pieces."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rewards", "0049_import_undo_guards")]

    operations = [
        migrations.AddField(
            model_name="balanceimport",
            name="read_bytes",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="bytes read"),
        ),
    ]
