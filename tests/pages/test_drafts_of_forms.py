"""What was typed in one form of a page is still there when another one of it was sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "src/tongzhou/pages/static/pages/form.js"
PAGE = """<!doctype html><body>{received}<form method="post" data-draft="lines">
<label><input type="radio" name="met" value="yes">yes</label> <input name="day"><select name="who"><option></option>
<option value="a" {chosen}>a</option></select></form>
<form method="post" action="/logout"><button id="out">Sign out</button></form>
<form method="post" data-draft="contact"><input name="years"><button id="add">Add</button></form>
<template id="kept"><p class="kept">Kept <button type="button" id="anew">Begin empty</button></p></template>
<script>{script}</script>"""
ELSEWHERE = "<!doctype html><body><p data-received></p><script>{script}</script>"


@pytest.fixture
def page(browser: Any) -> Any:
    said = {"posts": 0}

    def answer(route: Any) -> Any:
        said["posts"] += route.request.method == "POST"
        if "/case" in route.request.url:
            text = ELSEWHERE.format(script=SCRIPT.read_text(encoding="utf-8"))
            return route.fulfill(status=200, content_type="text/html", body=text)
        received = "<p data-received></p>" if said["posts"] else ""
        html = PAGE.format(received=received, chosen="", script=SCRIPT.read_text(encoding="utf-8"))
        route.fulfill(status=200, content_type="text/html", body=html)

    context = browser.new_context()
    context.route("http://127.0.0.1:9/*", answer)
    yield context.new_page()
    context.close()


def test_another_form_that_was_sent_takes_nothing_with_it(page: Any) -> None:
    page.goto("http://127.0.0.1:9/")
    page.check("[name=met]")
    page.fill("[name=day]", "2020-03-01")
    page.fill("[name=years]", "7")
    page.click("#add")
    page.wait_for_selector("[data-received]", state="attached")
    assert page.is_checked("[name=met]") and page.input_value("[name=day]") == "2020-03-01"
    assert page.input_value("[name=years]") == ""  # that one was received
    page.click("#out")
    page.goto("http://127.0.0.1:9/")
    assert not page.is_checked("[name=met]") and page.input_value("[name=day]") == ""


def test_what_was_received_is_not_the_next_persons_whatever_page_told_it(page: Any) -> None:
    page.goto("http://127.0.0.1:9/")
    page.fill("[name=years]", "44")
    page.evaluate("document.querySelector('[data-draft=contact]').action = '/case'")
    page.click("#add")
    page.wait_for_selector("[data-received]", state="attached")  # the page of the case, which has no such form
    page.goto("http://127.0.0.1:9/")
    assert page.input_value("[name=years]") == "" and not page.is_visible(".kept")


def test_what_was_kept_is_told_and_can_be_left_out(page: Any) -> None:
    page.goto("http://127.0.0.1:9/")
    page.fill("[name=years]", "44")
    page.goto("http://127.0.0.1:9/")
    assert page.input_value("[name=years]") == "44" and page.is_visible(".kept")
    page.click("#anew")
    assert page.input_value("[name=years]") == "" and not page.is_visible(".kept")
    page.reload()
    assert page.input_value("[name=years]") == ""
