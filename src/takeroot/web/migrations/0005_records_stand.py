"""The database itself refuses to change what a record says."""

from django.db import migrations

from takeroot.web import guards


class Migration(migrations.Migration):
    dependencies = [("web", "0004_rounds")]

    operations = [
        migrations.RunPython(
            lambda _, editor: guards.guard(editor.connection) and None,
            lambda _, editor: guards.lift(editor.connection),
        ),
    ]
