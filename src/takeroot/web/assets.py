"""Style sheets, scripts and pictures, served from the package itself at an address that changes when they do.

The colours and the style of charts live beside the charts, so that reports and pages share them.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware

OURS = Path(__file__).parent / "static"
OF_CHARTS = tuple(Path(str(files("takeroot.charts") / name)) for name in ("tokens.css", "charts.css"))


@cache
def address_of_assets() -> str:
    """``/static/3f9a.../``: browsers may keep what is under it for good."""
    told = blake2b(digest_size=6)
    for path in sorted([*OURS.rglob("*.*"), *OF_CHARTS]):
        told.update(path.name.encode() + path.read_bytes())
    return f"/static/{told.hexdigest()}/"


class Assets(WhiteNoiseMiddleware):
    """The app's static files, and the two style sheets of the charts."""

    def __init__(self, get_response: Any = None) -> None:
        super().__init__(get_response)
        for path in OF_CHARTS:
            self.add_file_to_dictionary(f"{settings.STATIC_URL}{path.name}", str(path))
