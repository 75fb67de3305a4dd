"""A programme's own instruments; rounds as they are asked, slips and sheets; what a round promised is guarded."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import takeroot.web.models.rounds
from takeroot.web import guards


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0003_measures_judged"),
    ]

    operations = [
        migrations.CreateModel(
            name="Asking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.TextField(help_text="its name in the table of rounds")),
                ("kind", models.CharField(help_text="anonymous, or open", max_length=20)),
                (
                    "way",
                    models.CharField(
                        help_text="link: one for everybody; slips: one for each; team: signed in", max_length=20
                    ),
                ),
                ("instrument", models.CharField(max_length=64)),
                ("edition", models.TextField()),
                ("texts", models.JSONField(help_text="the instrument as it stood, by language")),
                ("site", models.TextField(blank=True, help_text="the site that it is about; empty for the programme")),
                ("roles", models.JSONField(default=list, help_text="the roles that a respondent chooses from")),
                ("floor", models.PositiveSmallIntegerField(default=5, help_text="the smallest group that is shown")),
                ("opens", models.DateField()),
                ("closes", models.DateField(help_text="the last day on which it is answered")),
                ("invited", models.PositiveIntegerField(blank=True, null=True)),
                ("keep_until", models.DateField(blank=True, help_text="the first day without its answers", null=True)),
                ("digest", models.CharField(max_length=64, null=True, unique=True)),
                ("nonce", models.CharField(blank=True, max_length=64)),
                ("mark", models.CharField(help_text="tells whether the key of the answers is the same", max_length=16)),
                ("by", models.TextField()),
                ("on", models.DateField(default=django.utils.timezone.localdate)),
                ("told", models.JSONField(default=list, help_text="the days of which the trail has a line")),
                ("closed", models.DateTimeField(blank=True, null=True)),
                (
                    "answered",
                    models.PositiveIntegerField(blank=True, help_text="how many answered, once it closed", null=True),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="askings", to="web.programme"
                    ),
                ),
            ],
            options={
                "ordering": ("-opens", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        default=takeroot.web.models.rounds.at_random, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=64)),
                ("sealed", models.TextField()),
                ("sent", models.BooleanField(default=False)),
                ("on", models.DateField(help_text="the day on which it was last kept or sent; no hour is kept")),
                (
                    "asking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="replies", to="web.asking"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Slip",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        default=takeroot.web.models.rounds.at_random, primary_key=True, serialize=False
                    ),
                ),
                ("series", models.TextField()),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="slips", to="web.programme"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InstrumentFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=150)),
                ("text", models.TextField()),
                ("by", models.TextField()),
                ("on", models.DateField(default=django.utils.timezone.localdate)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="instrument_files",
                        to="web.programme",
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.AddConstraint(
            model_name="instrumentfile",
            constraint=models.UniqueConstraint(fields=("programme", "name"), name="one_file_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.UniqueConstraint(fields=("programme", "round"), name="one_asking_of_a_round"),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.UniqueConstraint(fields=("asking", "code"), name="one_sheet_of_a_respondent"),
        ),
        migrations.RunPython(
            lambda _, editor: guards.guard(editor.connection) and None,
            lambda _, editor: guards.lift(editor.connection),
        ),
    ]
