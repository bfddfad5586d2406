"""The browser that prints papers, looked for without anything else: `doctor` asks before Django is there."""

import shutil


def chromium() -> str | None:
    """The program, or None where the server has none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")
