"""The trail: one line for everything that changed something, and what each row said before.

Neither has a link to anything: they outlive what they speak of. The database itself refuses to rewrite them
(:mod:`takeroot.web.guards`), and each line of the trail is sealed with those before it, so that a line which was
changed behind the workbench's back, or taken out of the middle, is found.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any, NoReturn

from django.db import connection, models, transaction
from django.utils import timezone

REFUSED = "The trail is added to, never rewritten."

#: The lock under which PostgreSQL lets one line after the other be sealed; SQLite has one writer at a time anyway.
_SEALING = 0x7A6B726F


class AddedToQuerySet(models.QuerySet):
    """Rows that are added to, never rewritten."""

    def update(self, **_: Any) -> NoReturn:
        """Refused."""
        raise TypeError(REFUSED)

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        """Refused."""
        raise TypeError(REFUSED)

    def delete(self) -> NoReturn:
        """Refused."""
        raise TypeError(REFUSED)


class AddedTo(models.Model):
    """A row that stays as it was written."""

    objects = AddedToQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add it; one that is there stays as it is."""
        if self.pk is not None:
            raise TypeError(REFUSED)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise TypeError(REFUSED)


class Trail(AddedTo):
    """One line for everything that changed something."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.TextField(help_text="who did it")
    did = models.TextField(help_text="what was done, in a few words")
    programme = models.TextField(blank=True, db_index=True, help_text="the slug of the programme")
    revision = models.PositiveBigIntegerField(null=True, help_text="the revision that this made")
    why = models.TextField(blank=True, help_text="the reason given")
    what = models.JSONField(default=dict)
    seal = models.CharField(max_length=32, help_text="a hash of this line and of the seal before it")

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.by} {self.did}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Seal it with the line before it, and add it."""
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEALING])
            self.what = json.loads(json.dumps(self.what))  # as it will be read
            last = Trail.objects.order_by("-id").values_list("seal", flat=True).first()
            self.seal = self.sealed(last or "")
            super().save(*args, **kwargs)

    def sealed(self, before: str) -> str:
        """The seal that belongs to this line after the one ``before`` it."""
        said = [self.at.isoformat(), self.by, self.did, self.programme, self.revision, self.why, self.what, before]
        return blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=16).hexdigest()


class Change(AddedTo):
    """What a row said before a line of the trail changed it or took it out."""

    line = models.PositiveBigIntegerField(db_index=True, help_text="the line of the trail that replaced it")
    was_line = models.PositiveBigIntegerField(help_text="the line of the trail that had written it")
    programme = models.PositiveBigIntegerField(help_text="the number of the programme in this database")
    table = models.CharField(max_length=40)
    row_id = models.TextField(help_text="the id of the row in its table")
    how = models.CharField(max_length=10, help_text="changed, withdrawn or undone")
    before = models.JSONField(help_text="every cell it had")

    class Meta:
        indexes = (models.Index(fields=["programme", "table", "row_id"], name="changes_of_a_row"),)
