"""In a real browser: the ward answers for what was written down in its name; a phone's record says that it waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import uuid_utils.compat as uuids
import world
from live import live
from world import post, rows

from tongzhou.ledger import clock, door

pytestmark = [pytest.mark.postgres, pytest.mark.browser]
WARD = {"key": "h.a", "facility": "h", "facility_zh": "东医院", "facility_en": "East Hospital", "name_zh": "一病区",
        "name_en": "Ward 1", "kind": "designated", "bed": "general", "serves": "confirmed", "place": "hu.980101",
        "beds": 3}  # fmt: skip


def sign_in(page: Any, server: Any, who: str, to: str) -> None:
    page.goto(f"{server.url}/login?next={to}")
    page.fill("#id_username", who)
    page.fill("#id_password", world.PASSWORD)
    page.click("main button.do")
    page.wait_for_url(f"**{to}")


@pytest.fixture
def ward(db: str) -> int:
    """A ward whose answer Captain Sun wrote down."""
    world.furnish(simulated=True)
    world.wards([WARD])
    post("tang", "/beds/ask", infection="confirmed", severity="severe", oxygen="no", depends="nobody")
    post("sun", "/beds/", form="all")
    key, _state, data = rows("request")[-1]
    post("sun", f"/beds/ward/{data['ward']}", form=f"accepted/{key}")
    return int(data["ward"])


def test_a_nurse_confirms_in_one_tap_on_a_narrow_phone(ward: int, browser: Any) -> None:
    with live() as server:
        page = browser.new_context(viewport={"width": 360, "height": 740}, locale="en").new_page()
        sign_in(page, server, "nurse", f"/beds/ward/{ward}")
        page.locator(".foot a[href='/today'] .n", has_text="3").wait_for()  # to confirm, to admit, the round
        page.locator(".spoken", has_text="Written down by 孙 on behalf of ward nurse").wait_for()
        page.get_by_role("button", name="That is what we said").click()
        page.locator(".receipt", has_text="Confirmed").wait_for()
        assert page.url.endswith(f"/beds/ward/{ward}")
        page.locator(".spoken", has_text="confirmed by the post").wait_for()
        assert page.locator(".foot a[href='/today'] .n").inner_text() == "2"
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
        page.goto(f"{server.url}/today")
        page.locator("form.show button").first.click()
        page.locator(".opened").wait_for()
        page.goto(f"{server.url}/waiting/")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
        page.go_back()  # to a page that answered a form: nothing is sent again, nothing stands open
        page.locator("form.show").first.wait_for()
        assert page.url.startswith(f"{server.url}/today") and not page.locator(".opened").count()
    assert [row[1] for row in rows("spoken")] == ["confirmed"]


@pytest.fixture
def doors(db: str) -> Iterator[Any]:
    world.furnish()
    with door.ledger() as connection:
        clock.declare_production(connection)
    with live() as server:
        yield server


def test_what_waits_is_received_and_marked_on_the_phone(doors: Any, browser: Any) -> None:
    """Zhao met a need that was told elsewhere and has not reached the ledger yet."""
    page = browser.new_context(viewport={"width": 360, "height": 740}, locale="en").new_page()
    sign_in(page, doors, "zhao", "/doorway/")
    page.locator("[data-door]").first.wait_for()
    page.evaluate(
        """async (needs) => {
          const base = new URL(document.querySelector("script[type=module]").src);
          const { Queue } = await import(new URL("queue.js", base));
          const { get } = await import(new URL("store.js", base));
          const me = await get("session", "me");
          const now = new Date().toISOString();
          const queue = new Queue(me.user, me.key);
          const fact = { kind: "need.met", effective_at: now, recorded_at: now, place: 6 };
          await queue.keep(needs.map(([id, need]) => ({ type: "fact", group: id,
            fact: { ...fact, id, body: { need } } })));
          await queue.send();
        }""",
        [[str(uuids.uuid7()), str(uuids.uuid7())]],
    )
    page.reload()
    page.locator("[data-k='tab-records']").click()
    page.locator(".records .received .waits").wait_for()
    assert page.locator(".records .refused").count() == 0
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    with door.ledger() as connection:
        assert connection.execute("select count(*) from ledger_pending").fetchone() == (1,)
