"""A form that makes a secret link makes it once, however often it is sent.

The form carries a signed random word. The secret is made of that word and of the key of the workbench, so that the same
form gives the same secret, and its digest shows that it was made already.
"""

from __future__ import annotations

import base64
import secrets

from django.core import signing
from django.utils.crypto import salted_hmac

#: For how long such a form may lie open.
WITHIN = 2 * 60 * 60


def word(purpose: str) -> str:
    """What the form carries."""
    return signing.dumps(secrets.token_hex(32), salt=f"takeroot.web.once.{purpose}")


def secret_of(carried: str, purpose: str) -> str | None:
    """The secret, of 256 bits, that belongs to what a form carried; None if that is not ours, or too old."""
    salt = f"takeroot.web.once.{purpose}"
    try:
        said = signing.loads(carried, salt=salt, max_age=WITHIN)
    except signing.BadSignature:
        return None
    made = salted_hmac(salt, str(said), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
