"""The pictures of pages in docs/images, from a served demonstration.

    ./tongzhou demo --no-serve && ./tongzhou serve --port 8000 &
    .venv/bin/python benchmarks/pictures.py [--base http://127.0.0.1:8000] [--only board-en] [--browser PATH]

Those of phones (doorway-*) are put together by hand from walks at a door.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SIZE = {"width": 1280, "height": 900}
PASSWORD = "tongzhou-2020"  # of every login of the demonstration, as `tongzhou demo` prints it
# name of the picture, who looks, at which page
PAGES = (
    ("board-en", "wu", "/board/"),
    ("board-zh", "wu", "/board/"),
    ("morning-en", "duty", "/morning/"),
    ("beds-en", "sun", "/beds/"),
    ("cases-en", "lin", "/cases/"),
    ("directives-en", "duty", "/directives/"),
    ("dayplan-en", "xu", "/plan/visits"),
    ("outlook-en", "duty", "/outlook/1"),
    ("sitrep-en", "duty", "/report/sitrep"),
    ("market-en", "shang", "/market/"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--only", action="append", choices=[name for name, _who, _path in PAGES])
    parser.add_argument("--browser", default="/usr/bin/chromium")
    args = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=args.browser)
        for name, who, path in PAGES:
            if args.only is None or name in args.only:
                picture(browser, args.base, name, who, path)
        browser.close()


def picture(browser: Browser, base: str, name: str, who: str, path: str) -> None:
    """Signs in with the language that the name ends in, and keeps what stands above the fold."""
    language = {"en": "en", "zh": "zh-hans"}[name[-2:]]
    context = browser.new_context(viewport=SIZE, locale="en-GB" if language == "en" else "zh-CN")
    context.add_cookies([{"name": "django_language", "value": language, "url": base}])
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{base}/login")
    page.fill("#id_username", who)
    page.fill("input[type=password]", PASSWORD)
    page.locator("form:has(input[type=password]) button").first.click()
    page.wait_for_load_state()
    answer = page.goto(f"{base}{path}")
    if answer is None or answer.status != 200:
        raise SystemExit(f"{name}: {path} answers {answer.status if answer else 'nothing'}")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")
    with Image.open(IMAGES / f"{name}.png") as full:  # 128 colours are enough for a page, in a third of the bytes
        small = full.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    small.save(IMAGES / f"{name}.png", optimize=True)
    context.close()
    print(name)


if __name__ == "__main__":
    main()
