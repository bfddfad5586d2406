"""The page of oxygen."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext_noop
from tongzhou.oxygen.kinds import OXYGEN

from tongzhou.pages.ask import Ask, page
from tongzhou.pages.work import work_page

CALLED = gettext_noop("Oxygen for wards")


@page("oxygen", at="oxygen/", link=("goods", CALLED), sees="counts", roles=["ward_nurse", "supply_officer"])
def oxygen(ask: Ask) -> HttpResponse:
    """what wards ask for and the supply desk brings"""
    return work_page(ask, OXYGEN, CALLED)
