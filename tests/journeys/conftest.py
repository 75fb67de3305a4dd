"""A workbench started as a person starts it, and browsers that walk through it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest


@pytest.fixture(scope="session")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of ``takeroot demo``, in a folder of its own."""
    folder = tmp_path_factory.mktemp("demo")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    env |= {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}  # a tree that is not installed
    command = [sys.executable, "-m", "takeroot", "demo", "--folder", str(folder), "--port", "0"]
    server = subprocess.Popen(command, env=env, cwd=folder, stderr=subprocess.PIPE, text=True)
    said = []
    for line in server.stderr or ():
        said.append(line)
        if found := re.search(r"answers at (http://\S+)/", line):
            break
    else:
        pytest.fail(f"the workbench did not start: {''.join(said)}")
    yield found[1]
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=30)


@dataclass
class Walk:
    """A page in a browser, what the browser complained of, and every address it asked for."""

    page: Any
    home: str
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def sign_in(self, who: str = "lead", onward: str = "/") -> None:
        """Sign in, and go on to a page."""
        self.page.goto(f"{self.home}/sign-in?next={onward}")
        self.page.get_by_label("Sign-in name").fill(who)
        self.page.get_by_label("Password").fill("takeroot")
        self.follow(self.page.get_by_role("button", name="Sign in"))

    def follow(self, link: Any) -> None:
        """Press what leads to another page, and wait until that page is whole."""
        with self.page.expect_navigation():
            link.click()

    def go(self, address: str) -> int:
        """Go to a page; the status of the answer."""
        return self.page.goto(self.home + address).status

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


Walks = Callable[..., AbstractContextManager[Walk]]


@pytest.fixture(scope="session")
def walk(browser: Any, workbench: str) -> Walks:
    """A new browser window, wide or narrow, light or dark, with scripts or without."""

    @contextmanager
    def walking(width: int = 1280, scheme: str = "light", scripts: bool = True) -> Iterator[Walk]:
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, color_scheme=scheme, java_script_enabled=scripts, locale="en-GB")
        there = Walk(context.new_page(), workbench)
        there.page.on("console", lambda said: there.complaints.append(f"{said.type}: {said.text}"))
        there.page.on("pageerror", lambda error: there.complaints.append(str(error)))
        there.page.on("request", lambda request: there.asked.append(request.url))
        yield there
        elsewhere = [url for url in there.asked if not url.startswith((f"{workbench}/", "data:"))]
        context.close()
        assert there.complaints == []
        assert elsewhere == []

    return walking
