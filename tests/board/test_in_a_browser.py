"""The board in a real browser: it moves when a fact lands, nothing spills at 360 px, axe finds nothing."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from typing import Any

import pytest
import world
from live import live

from tongzhou.ledger import follow

pytestmark = [pytest.mark.postgres, pytest.mark.browser]
DAY = dt.date(2020, 3, 10)


def published() -> None:
    for back in range(15, -1, -1):
        day = DAY - dt.timedelta(days=back)
        at = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), world.NOW.tzinfo)
        for place, key, n in ((1, "hu.980000", 100 - back), (2, "hu.980100", 60 - back), (5, "hu.980101001001", 3)):
            body = {"unit": key, "day": str(day), "confirmed": n, "cured": 2, "dead": 0}
            body |= {"published_on": str(min(day + dt.timedelta(days=1), world.NOW.date())), "source": "test"}
            world.say(world.said("bulletin.published", body, place=place, at=at))
    world.say(world.heard(1), world.said("exception.raised", {"household": 2, "concerns": ["fever"]}, place=6))
    follow.catch_up()


@pytest.fixture
def page(db: str, browser: Any) -> Iterator[Any]:
    world.furnish(simulated=True)
    published()
    with live(streams=True) as server:
        context = browser.new_context(locale="zh-CN", viewport={"width": 1200, "height": 800}, bypass_csp=True)
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
        page.server = server
        yield page
        context.close()


def sign_in(page: Any, who: str) -> None:
    page.goto(f"{page.server.url}/login")
    page.fill("#id_username", who)
    page.fill("#id_password", world.PASSWORD)
    page.click("main button.do")
    page.wait_for_load_state()


def test_it_moves_by_itself_when_a_fact_lands(page: Any) -> None:
    sign_in(page, "wu")
    page.goto(f"{page.server.url}/board/1?day={DAY}")
    page.locator("[data-live].on").first.wait_for()
    heard = page.locator("#now")
    assert "已回应 1 共 100" in " ".join(heard.inner_text().split()), heard.inner_text()
    told = time.monotonic()
    world.say(world.heard(3), world.heard(41), world.heard(81))
    page.wait_for_function("document.querySelector('#now').innerText.replace(/\\s+/g, ' ').includes('已回应 4 共 100')")
    assert time.monotonic() - told < 5
    assert page.complaints == []


def test_charlie_hears_nothing_from_the_stream(page: Any) -> None:
    for who, status in (("charlie", 403), ("wu", 200)):
        page.context.clear_cookies()
        sign_in(page, who)
        ask = (
            "fetch('/stream/board', {signal: AbortSignal.timeout(3000)})"
            ".then((r) => { r.body?.cancel(); return r.status; })"
        )
        assert page.evaluate(ask) == status, who
    page.context.clear_cookies()
    page.goto(f"{page.server.url}/login")
    assert page.evaluate(ask) == 403
    # Far's grid worker hears of their own grid, and of no other.
    page.context.clear_cookies()
    sign_in(page, "far")
    page.evaluate(
        "window.told = []; window.source = new EventSource('/stream/board');"
        "window.source.addEventListener('changed', (e) => window.told.push(e.data));"
        "new Promise((done) => window.source.addEventListener('open', done))"
    )
    world.say(world.heard(5))
    world.say(world.heard(82))
    page.wait_for_function("window.told.length > 0")
    page.wait_for_timeout(500)
    assert page.evaluate("[...new Set(window.told)].join()") == "10"


@pytest.mark.parametrize("width", [1200, 360])
def test_axe_finds_nothing_and_nothing_spills(page: Any, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 760})
    sign_in(page, "wu")
    for language in ("zh-hans", "en"):
        for path in (f"/board/1?day={DAY}", f"/board/6?day={DAY}", f"/report/sitrep?day={DAY}", "/me",
                     "/me/second-factor", f"/source/bulletin/hu.980100/{DAY}", "/public/"):  # fmt: skip
            page.context.add_cookies([{"name": "django_language", "value": language, "url": page.server.url}])
            page.goto(page.server.url + path)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path} {language}: {found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, language)
    assert page.complaints == []


def test_what_the_public_sees_hides_small_counts_below_the_county(page: Any) -> None:
    page.goto(f"{page.server.url}/public/?day={DAY}")
    rows = {row.locator("th").inner_text(): row.inner_text() for row in page.locator("#public-table tbody tr").all()}
    assert "100" in rows["湖省"] and "<5" not in rows["湖省"]  # 2 cured: shown, the province is above county level
    assert "<5" in rows["同舟里"] and "3" not in rows["同舟里"].split()


def test_the_curve_is_read_and_the_times_are_moved_from_the_keyboard(page: Any) -> None:
    sign_in(page, "wu")
    page.goto(f"{page.server.url}/board/1?day={DAY}")
    reader = page.locator("curve-reader")
    reader.focus()
    page.keyboard.press("ArrowLeft")
    assert reader.get_attribute("role") == "slider" and "2020-03-09" in reader.get_attribute("aria-valuetext")
    page.keyboard.press("Home")
    assert "2020-02-24" in reader.get_attribute("aria-valuetext") and reader.locator(".tip").is_visible()
    slider = page.locator("board-slider input[type=range]").first
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**day={DAY - dt.timedelta(days=1)}**")
    assert page.complaints == []


OVERLAPPING = """() => {
  const told = [...document.querySelectorAll('.fig, .smalls li, .mapped, .mapped-table, .half')]
    .filter((one) => one.offsetWidth), found = [];
  const shapes = told.map((one) => one.getBoundingClientRect());
  told.forEach((one, n) => {
    if (one.scrollWidth > one.clientWidth + 1) found.push('spills: ' + one.innerText);
    shapes.slice(n + 1).forEach((b, m) => {
      const a = shapes[n];
      if (a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 2 && b.top < a.bottom - 2
          && !one.contains(told[n + 1 + m])) found.push(one.innerText + ' / ' + told[n + 1 + m].innerText);
    });
  });
  return found;
}"""


def test_without_scripts_and_on_paper_the_board_is_whole(page: Any, browser: Any) -> None:
    sign_in(page, "wu")
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    sheet = plain.new_page()
    sheet.goto(f"{page.server.url}/board/1?day={DAY}&scale=log")
    assert sheet.locator("#f-day").is_visible() and sheet.locator("a.step").first.is_visible()
    assert sheet.locator("svg.curve.wide path.bars").get_attribute("d").startswith("M")
    sheet.locator("form.times button").click()
    assert f"day={DAY}" in sheet.url
    sheet.set_viewport_size({"width": 360, "height": 600})  # a phone jumps to what lies far below
    targets = sheet.eval_on_selector_all(".jump a", "all => all.map(a => !!document.querySelector(a.hash))")
    assert len(targets) >= 2 and all(targets) and sheet.locator(".jump").is_visible()
    sheet.emulate_media(media="print")
    assert not sheet.locator("form.times").is_visible() and sheet.locator("svg.curve.wide").is_visible()
    assert not sheet.locator("svg.curve.narrow").is_visible()
    sheet.set_viewport_size({"width": 720, "height": 1000})  # A4
    assert sheet.evaluate(OVERLAPPING) == []
    plain.close()


def test_the_public_page_fits_the_smallest_phone_in_both_languages(page: Any) -> None:
    page.set_viewport_size({"width": 320, "height": 600})
    for language in ("zh-hans", "en"):
        page.context.add_cookies([{"name": "django_language", "value": language, "url": page.server.url}])
        page.goto(f"{page.server.url}/public/?day={DAY}&ind=new7")
        page.evaluate("document.querySelectorAll('#public-table td.n').forEach(one => one.textContent = '67,773')")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, language
        assert page.locator("svg.curve.narrow").is_visible() and page.locator(".advice li").count() == 4
    assert page.complaints == []
