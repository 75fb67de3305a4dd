"""Take the pictures of our own pages and report that stand in README.md: ``python scripts/screenshots.py``.

Starts the demonstration in a folder of its own, looks at it with Debian's Chromium and stops it. Pictures are kept
small: a palette of 128 colours is more than calm pages use.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PORT = 8765
EXAMPLE = "synthetic"
SIZES = {"wide": (1280, 900), "phone": (390, 780)}
#: Which figure of a page is brought to the top; the others are taken from their beginning.
FIGURE = {"spread": 0, "sustain": 1, "charts": 4}
#: What is taken: a page, a width, a light. ``charts`` is the report, further down.
SHOTS = [
    *((page, "wide", light) for page in ("overview", "spread", "sustain", "report") for light in ("light", "dark")),
    *((page, "phone", "light") for page in ("overview", "spread", "sustain", "charts")),
]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@contextlib.contextmanager
def demonstration() -> Iterator[Path]:
    """The demonstration, running; gives the folder of its reports."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "takeroot", "demo", "--folder", folder, "--port", str(PORT)]
        running = subprocess.Popen(command, env={**os.environ, "TAKEROOT_DEMO": "1"})
        try:
            for _ in range(240):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=1):
                    break
                if running.poll() is not None:
                    sys.exit("The demonstration did not start.")
                time.sleep(0.5)
            yield Path(folder)
        finally:
            running.terminate()
            running.wait(timeout=20)


def sign_in(page: Any) -> None:
    """As the demonstration's lead."""
    from takeroot.web.serving import DEMO_PASSWORD, DEMO_SIGN_INS

    page.goto(f"http://127.0.0.1:{PORT}/sign-in")
    page.get_by_label("Sign-in name").fill(DEMO_SIGN_INS[0][0])
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"http://127.0.0.1:{PORT}/")


def address(page: str, reports: Path) -> str:
    """Where a page is."""
    if page in ("report", "charts"):
        return (reports / f"{EXAMPLE}.html").as_uri()
    return f"http://127.0.0.1:{PORT}/p/{EXAMPLE}/" + ("" if page == "overview" else page)


def smaller(path: Path) -> None:
    """The same picture with a palette."""
    Image.open(path).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    """Take every picture."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("Chromium is needed: apt-get install chromium.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demonstration() as reports, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        for name, size, light in SHOTS:
            width, height = SIZES[size]
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=light, reduced_motion="reduce"
            )
            page = context.new_page()
            if name not in ("report", "charts"):
                sign_in(page)
            answer = page.goto(address(name, reports))
            if answer and not answer.ok:
                sys.exit(f"{name}: the workbench answered {answer.status}.")
            if name in FIGURE:
                figure = page.locator("figure").nth(FIGURE[name])
                figure.evaluate("each => window.scrollTo(0, each.getBoundingClientRect().top + window.scrollY - 90)")
            path = IMAGES / f"{name}-{size}-{light}.png"
            page.screenshot(path=path)
            smaller(path)
            print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} kB")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
