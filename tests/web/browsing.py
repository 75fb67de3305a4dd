"""What tests of pages share: a browser that is signed in, what a page says, and what a form on it carries."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client

from takeroot.web.models import Person

PASSWORD = "a long password"


def signed_in(person: Person) -> Client:
    """Somebody's browser, after they signed in."""
    client = Client()
    client.force_login(person)
    return client


def words(response: Any) -> str:
    """What a page says, without its mark-up."""
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))


def carried(response: Any, name: str) -> str:
    """What a hidden or read-only field of a page holds."""
    field = next(one for one in re.findall(r"<input[^>]*>", response.content.decode()) if f'name="{name}"' in one)
    found = re.search(r'value="([^"]*)"', field)
    return html.unescape(found[1]) if found else ""


def link_shown(response: Any) -> str:
    """The secret address that a page shows once, without its host."""
    found = re.search(r'id="address" readonly value="http://testserver([^"]+)"', response.content.decode())
    assert found, words(response)
    return found[1]


def together(times: int, call: Callable[[], Any]) -> list[Any]:
    """What a call gives, made so often at once."""
    said: list[Any] = []

    def one() -> None:
        said.append(call())
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)
