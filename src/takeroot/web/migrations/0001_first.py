"""The first tables: people, programmes, the trail, and a table of the database for every table of the vocabulary."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("sign_in", models.CharField(max_length=150, unique=True, verbose_name="sign-in name")),
                ("name", models.CharField(blank=True, max_length=150)),
                (
                    "email",
                    models.EmailField(
                        blank=True, help_text="for digests and invitations; none is sent without it", max_length=254
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("demo", models.BooleanField(default=False, help_text="may sign in only while TAKEROOT_DEMO is 1")),
                ("begins", models.BooleanField(default=False, verbose_name="begins programmes")),
                (
                    "keeps_house",
                    models.BooleanField(
                        default=False,
                        help_text="looks after sign-ins and the workbench itself; sees no programme by that",
                    ),
                ),
                ("made", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Knock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("what", models.CharField(max_length=20)),
                ("who", models.CharField(db_index=True, max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(allow_unicode=True, max_length=80, unique=True)),
                ("name", models.TextField()),
                ("about", models.JSONField(default=dict, help_text="what programme.yaml says")),
                ("mappings", models.TextField(blank=True, help_text="what mappings.yaml says")),
                (
                    "covariates",
                    models.JSONField(
                        default=list, help_text="further columns of the sites, each with its kind, in order"
                    ),
                ),
                ("revision", models.PositiveBigIntegerField(default=0)),
                ("mark", models.CharField(default="", max_length=32)),
                (
                    "marks",
                    models.JSONField(default=dict, help_text="the mark of the revision that last changed each table"),
                ),
                ("made", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ("name", "slug"),
            },
        ),
        migrations.CreateModel(
            name="Trail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("by", models.TextField(help_text="who did it")),
                ("did", models.TextField(help_text="what was done, in a few words")),
                ("programme", models.TextField(blank=True, db_index=True, help_text="the slug of the programme")),
                ("revision", models.PositiveBigIntegerField(help_text="the revision that this made", null=True)),
                ("why", models.TextField(blank=True, help_text="the reason given")),
                ("what", models.JSONField(default=dict)),
                ("seal", models.CharField(help_text="a hash of this line and of the seal before it", max_length=32)),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "line",
                    models.PositiveBigIntegerField(db_index=True, help_text="the line of the trail that replaced it"),
                ),
                ("was_line", models.PositiveBigIntegerField(help_text="the line of the trail that had written it")),
                ("programme", models.PositiveBigIntegerField(help_text="the number of the programme in this database")),
                ("table", models.CharField(max_length=40)),
                ("row_id", models.TextField(help_text="the id of the row in its table")),
                ("how", models.CharField(help_text="changed, withdrawn or undone", max_length=10)),
                ("before", models.JSONField(help_text="every cell it had")),
            ],
            options={
                "indexes": [models.Index(fields=["programme", "table", "row_id"], name="changes_of_a_row")],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(default=django.utils.timezone.localdate)),
                ("title", models.TextField()),
                ("by", models.TextField()),
                (
                    "since",
                    models.PositiveBigIntegerField(
                        default=0, help_text="the last line of the trail that was reviewed before"
                    ),
                ),
                (
                    "upto",
                    models.PositiveBigIntegerField(
                        help_text="the last line of the trail that was reviewed here", null=True
                    ),
                ),
                (
                    "words",
                    models.JSONField(
                        default=dict, help_text="who was there, where views differ, how it is read, what is open"
                    ),
                ),
                ("note", models.TextField(blank=True, help_text="the reference of its minutes, once it is closed")),
                ("made", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed", models.DateTimeField(blank=True, null=True)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="meetings", to="web.programme"
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("role", models.CharField(blank=True, max_length=40)),
                ("sites", models.JSONField(default=list)),
                ("member_until", models.DateField(blank=True, null=True)),
                ("for_whom", models.CharField(blank=True, help_text="as the inviter calls them", max_length=150)),
                ("by", models.TextField()),
                ("made", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires", models.DateTimeField()),
                ("used", models.DateTimeField(blank=True, null=True)),
                ("revoked", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        help_text="whose password it sets anew, if it is for that",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="web.programme",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=40)),
                ("cells", models.JSONField(default=dict)),
                ("made", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="web.programme"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by", models.TextField()),
                ("file_name", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("kept_as", models.TextField(help_text="its name in the folder of uploads")),
                ("kind", models.CharField(help_text="tracker, or ours", max_length=20)),
                ("state", models.CharField(help_text="asking, ready, accepted, undone or dropped", max_length=20)),
                ("answers", models.JSONField(default=dict, help_text="what a person answered of what was asked")),
                ("counts", models.JSONField(default=dict)),
                ("faults", models.JSONField(default=list)),
                (
                    "line",
                    models.PositiveBigIntegerField(help_text="the line of the trail by which it came in", null=True),
                ),
                ("undone", models.PositiveBigIntegerField(help_text="the line by which it went out again", null=True)),
                ("made", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="batches", to="web.programme"
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "agent",
                    models.CharField(blank=True, help_text="which browser, as it says of itself", max_length=200),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SiteLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("site", models.TextField()),
                ("label", models.CharField(help_text="whom it was given to, such as 'Night team'", max_length=150)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("by", models.TextField()),
                ("made", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires", models.DateField(blank=True, help_text="the first day without it", null=True)),
                ("revoked", models.DateTimeField(blank=True, null=True)),
                ("used", models.DateTimeField(blank=True, null=True)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="site_links", to="web.programme"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("what", models.TextField()),
                ("site", models.TextField(blank=True, null=True)),
                ("name", models.TextField(blank=True, null=True)),
                ("value", models.FloatField(blank=True, null=True)),
                ("due", models.DateField()),
                ("set_on", models.DateField()),
                ("set_by", models.TextField(blank=True, null=True)),
                ("why", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="plans", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "plans",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="plans_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="plans_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="plans_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhaseRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("measure", models.TextField()),
                ("site", models.TextField(blank=True, null=True)),
                ("on", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("kind", models.TextField()),
                ("value", models.FloatField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, null=True)),
                ("evidence", models.TextField(blank=True, null=True)),
                ("by", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="phases", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "phases",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="phases_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="phases_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="phases_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OtherWorkRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("site", models.TextField()),
                ("name", models.TextField()),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("relation", models.TextField(blank=True, null=True)),
                ("according_to", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="other_work", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "other_work",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="other_work_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="other_work_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="other_work_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("on", models.DateField()),
                ("title", models.TextField()),
                ("text", models.TextField(blank=True, null=True)),
                ("site", models.TextField(blank=True, null=True)),
                ("source_kind", models.TextField(blank=True, null=True)),
                ("voice", models.TextField(blank=True, null=True)),
                ("stance", models.TextField(blank=True, null=True)),
                ("confidence", models.TextField(blank=True, null=True)),
                ("about", models.TextField(blank=True, null=True)),
                ("visibility", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "notes",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="notes_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="notes_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="notes_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(help_text="a name in roles.py", max_length=40)),
                (
                    "sites",
                    models.JSONField(
                        default=list, help_text="the sites it speaks of, where the role is one for named sites"
                    ),
                ),
                ("expires", models.DateField(blank=True, help_text="the first day without it", null=True)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="web.programme"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "programme", "role"), name="one_of_each_role")
                ],
            },
        ),
        migrations.CreateModel(
            name="MeasureRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("measure", models.TextField()),
                ("name", models.TextField(blank=True, null=True)),
                ("kind", models.TextField(blank=True, null=True)),
                ("unit", models.TextField(blank=True, null=True)),
                ("improves", models.TextField(blank=True, null=True)),
                ("chart", models.TextField(blank=True, null=True)),
                ("rules", models.TextField(blank=True, null=True)),
                ("multiply", models.FloatField(blank=True, null=True)),
                ("definition", models.TextField(blank=True, null=True)),
                ("definition_version", models.TextField(blank=True, null=True)),
                ("owner", models.TextField(blank=True, null=True)),
                ("source", models.TextField(blank=True, null=True)),
                ("collected_until", models.DateField(blank=True, null=True)),
                ("minutes_a_month", models.FloatField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="measures", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "measures",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="measures_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="measures_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("instrument", models.TextField()),
                ("from_question", models.TextField()),
                ("to_question", models.TextField()),
                ("text", models.TextField()),
                ("on", models.DateField(blank=True, null=True)),
                ("by", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "links",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="links_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="links_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FindingRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("title", models.TextField()),
                ("on", models.DateField(blank=True, null=True)),
                ("design", models.TextField(blank=True, null=True)),
                ("population", models.TextField(blank=True, null=True)),
                ("analysed", models.TextField(blank=True, null=True)),
                ("estimate", models.FloatField(blank=True, null=True)),
                ("lower", models.FloatField(blank=True, null=True)),
                ("upper", models.FloatField(blank=True, null=True)),
                ("unit", models.TextField(blank=True, null=True)),
                ("source", models.TextField()),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="findings", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "findings",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="findings_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="findings_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExplanationRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("change", models.TextField()),
                ("reason", models.TextField()),
                ("speaks_for", models.TextField(blank=True, null=True)),
                ("speaks_against", models.TextField(blank=True, null=True)),
                ("confidence", models.TextField(blank=True, null=True)),
                ("dissent", models.TextField(blank=True, null=True)),
                ("by", models.TextField(blank=True, null=True)),
                ("on", models.DateField(blank=True, null=True)),
                ("visibility", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="explanations", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "explanations",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="explanations_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="explanations_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExperimentRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("question", models.TextField()),
                ("prediction", models.TextField(blank=True, null=True)),
                ("site", models.TextField(blank=True, null=True)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("what_happened", models.TextField(blank=True, null=True)),
                ("decision", models.TextField(blank=True, null=True)),
                ("why", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="experiments", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "experiments",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="experiments_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="experiments_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="experiments_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("on", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("kind", models.TextField()),
                ("title", models.TextField()),
                ("site", models.TextField(blank=True, null=True)),
                ("region", models.TextField(blank=True, null=True)),
                ("note", models.TextField(blank=True, null=True)),
                ("source", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "events",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="events_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="events_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="events_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("instrument", models.TextField()),
                ("edition", models.TextField()),
                ("subject", models.TextField()),
                ("site", models.TextField(blank=True, null=True)),
                ("question", models.TextField()),
                ("on", models.DateField()),
                ("text", models.TextField()),
                ("by", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "entries",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="entries_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="entries_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="entries_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("site", models.TextField()),
                ("component", models.TextField()),
                ("on", models.DateField()),
                ("dimension", models.TextField(blank=True, null=True)),
                ("delivered", models.TextField(blank=True, null=True)),
                ("form_here", models.TextField(blank=True, null=True)),
                ("function_kept", models.TextField(blank=True, null=True)),
                ("source", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "deliveries",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="deliveries_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="deliveries_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="deliveries_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DecisionRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("on", models.DateField()),
                ("what", models.TextField()),
                ("why", models.TextField(blank=True, null=True)),
                ("by", models.TextField(blank=True, null=True)),
                ("dissent", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "decisions",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="decisions_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="decisions_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoreClaimRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("component", models.TextField()),
                ("core", models.BooleanField()),
                ("according_to", models.TextField()),
                ("site", models.TextField(blank=True, null=True)),
                ("on", models.DateField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, null=True)),
                ("evidence", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="core_claims", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "core_claims",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="core_claims_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="core_claims_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="core_claims_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConditionRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("site", models.TextField(blank=True, null=True)),
                ("kind", models.TextField()),
                ("text", models.TextField()),
                ("works", models.TextField(blank=True, null=True)),
                ("according_to", models.TextField(blank=True, null=True)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("source", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="conditions", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "conditions",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="conditions_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="conditions_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="conditions_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComponentRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("component", models.TextField()),
                ("name", models.TextField(blank=True, null=True)),
                ("version", models.TextField(blank=True, null=True)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("standardised_by", models.TextField(blank=True, null=True)),
                ("function", models.TextField(blank=True, null=True)),
                ("works_by", models.TextField(blank=True, null=True)),
                ("measure", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="components", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "components",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="components_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="components_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CodingRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("note", models.TextField()),
                ("construct", models.TextField()),
                ("start", models.BigIntegerField(blank=True, null=True)),
                ("end", models.BigIntegerField(blank=True, null=True)),
                ("coder", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="codings", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "codings",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="codings_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="codings_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("round", models.TextField()),
                ("respondent", models.TextField()),
                ("role", models.TextField(blank=True, null=True)),
                ("question", models.TextField()),
                ("answer", models.TextField(blank=True, null=True)),
                ("comment", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "answers",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="answers_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="answers_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnchorRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("what", models.TextField()),
                ("title", models.TextField()),
                ("level", models.TextField(blank=True, null=True)),
                ("on", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("source", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="anchors", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "anchors",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="anchors_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="anchors_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdaptationRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("site", models.TextField(blank=True, null=True)),
                ("on", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("concerns", models.TextField(blank=True, null=True)),
                ("component", models.TextField(blank=True, null=True)),
                ("what", models.TextField()),
                ("phase", models.TextField(blank=True, null=True)),
                ("planned", models.TextField(blank=True, null=True)),
                ("decided_by", models.TextField(blank=True, null=True)),
                ("level", models.TextField(blank=True, null=True)),
                ("nature", models.TextField(blank=True, null=True)),
                ("core_relation", models.TextField(blank=True, null=True)),
                ("function_kept", models.TextField(blank=True, null=True)),
                ("goals", models.TextField(blank=True, null=True)),
                ("reasons", models.TextField(blank=True, null=True)),
                ("effects_intended", models.TextField(blank=True, null=True)),
                ("effects_unintended", models.TextField(blank=True, null=True)),
                ("source", models.TextField(blank=True, null=True)),
                ("visibility", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="adaptations", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "adaptations",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="adaptations_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="adaptations_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="adaptations_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("title", models.TextField()),
                ("strand", models.TextField(blank=True, null=True)),
                ("site", models.TextField(blank=True, null=True)),
                ("owner", models.TextField(blank=True, null=True)),
                ("due", models.DateField(blank=True, null=True)),
                ("done", models.DateField(blank=True, null=True)),
                ("status", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="actions", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "actions",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="actions_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="actions_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="actions_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("question", models.TextField()),
                ("on", models.DateField()),
                ("by", models.TextField()),
                ("text", models.TextField(blank=True, null=True)),
                ("version", models.BigIntegerField(blank=True, null=True)),
                ("stands_beside", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="accounts", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "accounts",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="accounts_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="accounts_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "digest"), name="one_of_each_code")],
            },
        ),
        migrations.CreateModel(
            name="RoundRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("round", models.TextField()),
                ("instrument", models.TextField()),
                ("edition", models.TextField()),
                ("subject", models.TextField()),
                ("kind", models.TextField(blank=True, null=True)),
                ("opens", models.DateField(blank=True, null=True)),
                ("closes", models.DateField(blank=True, null=True)),
                ("invited", models.BigIntegerField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rounds", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "rounds",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="rounds_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="rounds_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sharing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("site", models.TextField()),
                ("shares", models.CharField(help_text="own only, named peers, or all", max_length=20)),
                ("peers", models.JSONField(default=list, help_text="the sites it shares with, where it names them")),
                ("agreed_by", models.TextField()),
                ("on", models.DateField(default=django.utils.timezone.localdate)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sharings", to="web.programme"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("programme", "site"), name="one_sharing_of_a_site")],
            },
        ),
        migrations.CreateModel(
            name="SiteRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("site", models.TextField()),
                ("name", models.TextField(blank=True, null=True)),
                ("kind", models.TextField(blank=True, null=True)),
                ("part_of", models.TextField(blank=True, null=True)),
                ("organisation", models.TextField(blank=True, null=True)),
                ("region", models.TextField(blank=True, null=True)),
                ("wave", models.TextField(blank=True, null=True)),
                ("planned", models.BooleanField(blank=True, null=True)),
                ("eligible", models.BooleanField(blank=True, null=True)),
                ("eligible_people", models.BigIntegerField(blank=True, null=True)),
                ("deprivation", models.BigIntegerField(blank=True, null=True)),
                ("opened", models.DateField(blank=True, null=True)),
                ("closed", models.DateField(blank=True, null=True)),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("longitude", models.FloatField(blank=True, null=True)),
                ("size", models.FloatField(blank=True, null=True)),
                ("ods_code", models.TextField(blank=True, null=True)),
                ("contact", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                ("covariates", models.JSONField(default=dict)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sites", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "sites",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="sites_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="sites_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="sites_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StageRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("site", models.TextField()),
                ("stage", models.TextField()),
                ("on", models.DateField()),
                ("on_before", models.DateField(blank=True, null=True)),
                ("precision", models.TextField(blank=True, null=True)),
                ("extent", models.FloatField(blank=True, null=True)),
                ("extent_of", models.TextField(blank=True, null=True)),
                ("how_known", models.TextField(blank=True, null=True)),
                ("decided_by", models.TextField(blank=True, null=True)),
                ("reason_kind", models.TextField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, null=True)),
                ("source", models.TextField(blank=True, null=True)),
                ("recorded_by", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stages", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "stages",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="stages_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="stages_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="stages_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SuccessionRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("site", models.TextField()),
                ("successor", models.TextField()),
                ("on", models.DateField()),
                ("kind", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="successions", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "successions",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="successions_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="successions_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="successions_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupportRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("site", models.TextField(blank=True, null=True)),
                ("kind", models.TextField()),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("amount", models.FloatField(blank=True, null=True)),
                ("unit", models.TextField(blank=True, null=True)),
                ("cost", models.FloatField(blank=True, null=True)),
                ("by", models.TextField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="supports", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "supports",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="supports_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="supports_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="supports_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="a name in tasks.KINDS", max_length=40)),
                ("arguments", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        default="waiting", help_text="waiting, running, done, failed or cancelled", max_length=20
                    ),
                ),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("of", models.PositiveBigIntegerField(default=0)),
                ("says", models.TextField(blank=True, help_text="what it is at, or why it failed, in a sentence")),
                ("result", models.TextField(blank=True, help_text="a file in the folder of results, or an address")),
                ("cancel", models.BooleanField(default=False, help_text="somebody asked it to stop")),
                ("made", models.DateTimeField(default=django.utils.timezone.now)),
                ("started", models.DateTimeField(blank=True, null=True)),
                ("ended", models.DateTimeField(blank=True, null=True)),
                ("worker", models.TextField(blank=True, help_text="the process that holds it")),
                ("beat", models.DateTimeField(blank=True, help_text="when that process was last heard", null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="tasks", to="web.programme"
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["state", "id"], name="tasks_by_state")],
            },
        ),
        migrations.CreateModel(
            name="TieRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("source", models.TextField()),
                ("target", models.TextField()),
                ("kind", models.TextField(blank=True, null=True)),
                ("weight", models.FloatField(blank=True, null=True)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ties", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "ties",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="ties_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="ties_id"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ValueRow",
            fields=[
                ("row", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(editable=False, max_length=32)),
                (
                    "line",
                    models.PositiveBigIntegerField(default=0, help_text="the line of the trail that made it as it is"),
                ),
                ("measure", models.TextField()),
                ("site", models.TextField()),
                ("on", models.DateField()),
                ("value", models.FloatField(blank=True, null=True)),
                ("numerator", models.FloatField(blank=True, null=True)),
                ("denominator", models.FloatField(blank=True, null=True)),
                ("id", models.TextField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="values", to="web.programme"
                    ),
                ),
            ],
            options={
                "db_table": "values",
                "abstract": False,
                "indexes": [models.Index(fields=["programme", "site"], name="values_by_site")],
                "constraints": [
                    models.UniqueConstraint(models.F("programme"), models.F("key"), name="values_key"),
                    models.UniqueConstraint(models.F("programme"), models.F("id"), name="values_id"),
                ],
            },
        ),
    ]
