from django.urls import include, path, register_converter
from django.utils.module_loading import autodiscover_modules

from tongzhou.api import asked, describe, facts, health, lists
from tongzhou.pages.ask import PLACED

register_converter(asked.Number, "number")
register_converter(lists.Noun, "noun")
autodiscover_modules("views")  # pages that declare their own address

urlpatterns = [
    path("health", health.health),
    path("api/facts", facts.facts, name="facts"),
    path("api/openapi.json", describe.openapi, name="openapi"),
    path("api/me", lists.me),
    path("api/kinds", lists.kinds),
    path("api/places", lists.places),
    path("api/rows/<noun:noun>", lists.rows),
    path("api/refusals", lists.refusals),
    path("", include("tongzhou.doorway.urls")),  # first what telephones and households send all day
    path("", include("tongzhou.today.urls")),
    path("", include("tongzhou.console.urls")),
    path("", include("tongzhou.accounts.urls")),
    path("", include("tongzhou.sites.urls")),
    path("", include("tongzhou.erasure.urls")),
    path("", include("tongzhou.persons.urls")),
    path("", include("tongzhou.cases.urls")),
    path("", include("tongzhou.investigation.urls")),
    path("", include("tongzhou.linelist.urls")),
    path("", include("tongzhou.hospital.urls")),
    path("", include("tongzhou.supply.urls")),
    path("", include("tongzhou.directives.urls")),
    path("", include("tongzhou.measures.urls")),
    path("", include("tongzhou.gates.urls")),
    path("", include("tongzhou.freeplaces.urls")),
    path("", include("tongzhou.market.urls")),
    path("", include("tongzhou.reports.urls")),
    path("", include("tongzhou.outlook.urls")),
    path("", include("tongzhou.dayplan.urls")),
    path("", include("tongzhou.waiting.urls")),
    path("", include("tongzhou.command.urls")),
    *(path(one.at, one.view, name=one.name) for one in PLACED),
]

handler404 = "tongzhou.api.broken.missing"
handler500 = "tongzhou.api.broken.broken"
