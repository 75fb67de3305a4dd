"""What keeps the answers of an anonymous round apart from whoever gave them, until it closes and after.

One key, which is not in the database, stands behind three things. The *code* of a respondent is a keyed hash of a
secret that only they hold, so that they find their own sheet again, and nobody who has the database can tell whose it
is. What they wrote is *sealed* until the round closes. And a code that people write down bears four letters by which
one that was made up is known.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from django.conf import settings

from takeroot.errors import TakerootError

#: Letters and digits that are not taken for one another when they are read aloud or written by hand.
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_DRAWN, _CHECKED = 16, 4
#: Sealed sheets are as long as so many bytes, or a multiple of it: their length tells little of what was written.
_STEP = 2048
#: How many bytes are drawn anew for each seal.
_NONCE = 12

LOST = (
    "The key of the answers is not the one with which this round began, so they can not be opened. Put the file "
    "'answers-key' that belongs to this database back into the data folder, or name its content by "
    "TAKEROOT_ANSWERS_KEY."
)


def code_of(programme: int, series: str, secret: str) -> str:
    """The code of whoever holds a secret, in the rounds of one series: the same each time, and told by nothing else."""
    return _keyed("code", f"{programme}\0{series}\0{secret}").hex()[:24]


def mark() -> str:
    """By which it is known that the key is the same as it was."""
    return _keyed("mark", "").hex()[:16]


def link_secret(nonce: str) -> str:
    """The secret of a link for everyone: made again whenever it is shown, and kept nowhere."""
    return base64.urlsafe_b64encode(_keyed("link", nonce)).decode().rstrip("=")


def new_code() -> str:
    """A code for somebody to write down: about 78 random bits and a check, in groups of four."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(_DRAWN))
    return _grouped(drawn + _check(drawn))


def read_code(text: str) -> str | None:
    """A code as it was made; None for one that was not made here.

    Spaces, lines and small letters do not matter. Whether somebody answered by it is not told by this.
    """
    letters = "".join(one for one in text[:100].upper() if one.isascii() and one.isalnum())
    drawn, check = letters[:_DRAWN], letters[_DRAWN:]
    if len(letters) != _DRAWN + _CHECKED or not hmac.compare_digest(check, _check(drawn)):
        return None
    return _grouped(letters)


def sealed(said: dict[str, Any], of: str) -> str:
    """What was written on a sheet, for nobody without the key to read or change; it opens as that sheet alone."""
    plain = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    plain += b" " * (-len(plain) % _STEP)
    nonce = secrets.token_bytes(_NONCE)
    return base64.b64encode(nonce + _cipher().encrypt(nonce, plain, of.encode())).decode()


def opened(text: str, of: str) -> dict[str, Any]:
    """What was sealed.

    Raises
    ------
    TakerootError
        If the key is another one, or the sheet was changed.
    """
    whole = base64.b64decode(text)
    try:
        plain = _cipher().decrypt(whole[:_NONCE], whole[_NONCE:], of.encode())
    except InvalidTag as wrong:
        raise TakerootError(LOST) from wrong
    said: dict[str, Any] = json.loads(plain)
    return said


def _cipher() -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_keyed("seal", ""))


def _check(drawn: str) -> str:
    return "".join(_LETTERS[one % len(_LETTERS)] for one in _keyed("check", drawn)[:_CHECKED])


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _keyed(purpose: str, text: str) -> bytes:
    key = hmac.new(settings.ANSWERS_KEY.encode(), f"takeroot.{purpose}".encode(), "sha256").digest()
    return hmac.new(key, text.encode(), "sha256").digest()
