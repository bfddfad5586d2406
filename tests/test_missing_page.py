"""An address that no page has is answered in both languages, with a way back."""

from django.test import RequestFactory

from tongzhou import urls
from tongzhou.api import broken


def test_a_page_that_there_is_not() -> None:
    page = broken.missing(RequestFactory().get("/nowhere")).content.decode()
    assert "没有这个页面" in page and "no such page" in page and 'href="/"' in page
    assert urls.handler404 == "tongzhou.api.broken.missing"


def test_a_program_is_told_in_json() -> None:
    assert b"not_found" in broken.missing(RequestFactory().get("/api/nowhere")).content
