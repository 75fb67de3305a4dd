"""The workbench as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import Tags, register


class Workbench(AppConfig):
    """One app, called ``web``."""

    name = "takeroot.web"
    label = "web"
    default = True

    def ready(self) -> None:
        """Have the guards of the trail looked at by the checks of the system."""
        from takeroot.web import guards

        register(guards.stands, Tags.database)
