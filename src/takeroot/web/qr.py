"""An address as a square to be photographed."""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def square(text: str, title: str) -> SafeString:
    """The text as a QR code, as mark-up: dark on white in any light, with a title for those who do not see it."""
    out = io.BytesIO()
    made = segno.make(text, error="m", micro=False)
    made.save(
        out, kind="svg", scale=4, border=4, dark="#000", light="#fff", title=title, xmldecl=False, svgclass="qr",
        lineclass=None, omitsize=False, nl=False,
    )  # fmt: skip
    return mark_safe(out.getvalue().decode())
