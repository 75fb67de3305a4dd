"""The database itself refuses to rewrite the trail."""

from django.db import migrations

from takeroot.web import guards


class Migration(migrations.Migration):
    dependencies = [("web", "0001_first")]

    operations = [
        migrations.RunPython(
            lambda _, editor: guards.guard(editor.connection) and None,
            lambda _, editor: guards.lift(editor.connection),
        ),
    ]
