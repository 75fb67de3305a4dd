"""What is kept: people, programmes with their tables, and the trail.

The columns of a table are declared in :mod:`takeroot.vocabulary.tables` and nowhere else; ``stored.py`` makes fields of
them. Here stands what only the web has.
"""

from __future__ import annotations

from typing import Any, NoReturn

import polars as pl
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from takeroot.vocabulary import tables
from takeroot.vocabulary.about import About
from takeroot.vocabulary.programme import Programme as Read
from takeroot.web import frames
from takeroot.web.stored import keys, stored


class Person(AbstractBaseUser):
    """Somebody who signs in."""

    sign_in = models.CharField("sign-in name", max_length=150, unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False, help_text="may sign in only while TAKEROOT_DEMO is 1")
    made = models.DateTimeField(default=timezone.now)

    objects: BaseUserManager[Person] = BaseUserManager()

    USERNAME_FIELD = "sign_in"

    def __str__(self) -> str:
        return self.name or self.sign_in


class Programme(models.Model):
    """A programme in the workbench: its words, and the number of its latest revision.

    ``mark`` is new with every revision and never comes again, not even after a backup was restored: what was worked out
    for one revision is kept under its mark.
    """

    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    name = models.TextField()
    about = models.JSONField(default=dict, help_text="what programme.yaml says")
    covariates = models.JSONField(default=list, help_text="further columns of the sites, each with its kind, in order")
    revision = models.PositiveBigIntegerField(default=0)
    mark = models.CharField(max_length=32, default="")
    marks = models.JSONField(default=dict, help_text="the mark of the revision that last changed each table")
    made = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name", "slug")

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> About:
        """What programme.yaml says."""
        return About.model_validate(self.about)

    def read(self, scope: Any) -> Read:
        """The programme as far as a scope reaches: the only way from the database to a frame."""
        return frames.read(self, scope)


class Membership(models.Model):
    """What a person is in a programme, for which sites, and until when."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="members")
    role = models.CharField(max_length=40, help_text="a name in roles.py")
    sites = models.JSONField(default=list, help_text="the sites it speaks of, where the role is one for named sites")
    expires = models.DateField(null=True, blank=True, help_text="the first day without it")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "programme", "role"], name="one_of_each_role"),)


class TrailQuerySet(models.QuerySet):
    """The trail is added to, never rewritten."""

    def update(self, **_: Any) -> NoReturn:
        """Refused."""
        raise TypeError("The trail is added to, never rewritten.")

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        """Refused."""
        raise TypeError("The trail is added to, never rewritten.")

    def delete(self) -> NoReturn:
        """Refused."""
        raise TypeError("The trail is added to, never rewritten.")


class Trail(models.Model):
    """One line for everything that changed something. No links: it outlives what it speaks of."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.TextField(help_text="who did it")
    did = models.TextField(help_text="what was done, in a few words")
    programme = models.TextField(blank=True, db_index=True, help_text="the slug of the programme")
    revision = models.PositiveBigIntegerField(null=True, help_text="the revision that this made")
    what = models.JSONField(default=dict)

    objects = TrailQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.by} {self.did}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the line; a line that is there stays as it is."""
        if self.pk is not None:
            raise TypeError("The trail is added to, never rewritten.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise TypeError("The trail is added to, never rewritten.")


class Row(models.Model):
    """A row of a table, kept. ``id`` is the table's own; the database's is ``row``."""

    id: str  # a field of every table
    row = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=32, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """``table:id``."""
        return f"{self._meta.db_table}:{self.id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it with the key and, where it has none, the id that its columns make."""
        table = self._meta.table
        cells = {name: [getattr(self, name)] for name in table.columns} | {"id": [self.id or None]}
        frame = pl.DataFrame(cells, schema=table.schema)
        self.id, self.key = table.identified(frame)["id"][0], keys(table, frame)[0]
        super().save(*args, **kwargs)


@stored(tables.SITES)
class SiteRow(Row):
    """A place that may take the improvement up."""


@stored(tables.SUCCESSIONS)
class SuccessionRow(Row):
    """What became of a site."""


@stored(tables.TIES)
class TieRow(Row):
    """A relation along which influence may travel."""


@stored(tables.PLANS)
class PlanRow(Row):
    """What was intended, by when."""


@stored(tables.STAGES)
class StageRow(Row):
    """Where a site stands, from a day on."""


@stored(tables.SUPPORTS)
class SupportRow(Row):
    """What the programme gives a site."""


@stored(tables.EVENTS)
class EventRow(Row):
    """What happened in the wider context."""


@stored(tables.CONDITIONS)
class ConditionRow(Row):
    """What enables, limits, or does both."""


@stored(tables.OTHER_WORK)
class OtherWorkRow(Row):
    """Other improvement work at a site."""


@stored(tables.ANCHORS)
class AnchorRow(Row):
    """How the change becomes institutional."""


@stored(tables.COMPONENTS)
class ComponentRow(Row):
    """A part of the improvement."""


@stored(tables.CORE_CLAIMS)
class CoreClaimRow(Row):
    """Who says that a component is core, or is not."""


@stored(tables.DELIVERIES)
class DeliveryRow(Row):
    """How much of a component was delivered."""


@stored(tables.ADAPTATIONS)
class AdaptationRow(Row):
    """A change to what is done or how it is put in place."""


@stored(tables.MEASURES)
class MeasureRow(Row):
    """What is measured."""


@stored(tables.VALUES)
class ValueRow(Row):
    """What was counted or timed."""


@stored(tables.PHASES)
class PhaseRow(Row):
    """A baseline, recalculation, exclusion or target of a chart."""


@stored(tables.FINDINGS)
class FindingRow(Row):
    """A published or local result."""


@stored(tables.ROUNDS)
class RoundRow(Row):
    """When an instrument was answered."""


@stored(tables.ANSWERS)
class AnswerRow(Row):
    """What a respondent answered."""


@stored(tables.ENTRIES)
class EntryRow(Row):
    """What a record or plan says."""


@stored(tables.LINKS)
class LinkRow(Row):
    """A noted dependence between two questions."""


@stored(tables.NOTES)
class NoteRow(Row):
    """A dated piece of narrative evidence."""


@stored(tables.CODINGS)
class CodingRow(Row):
    """A passage of a note, coded to a construct."""


@stored(tables.EXPLANATIONS)
class ExplanationRow(Row):
    """Why something changed, according to somebody."""


@stored(tables.ACCOUNTS)
class AccountRow(Row):
    """A written answer, signed, in versions."""


@stored(tables.ACTIONS)
class ActionRow(Row):
    """What somebody will do."""


@stored(tables.EXPERIMENTS)
class ExperimentRow(Row):
    """A small test of change."""


@stored(tables.DECISIONS)
class DecisionRow(Row):
    """What was decided, why and by whom."""
