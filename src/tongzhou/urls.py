from django.urls import include, path, register_converter

from tongzhou.api import asked, facts, health

register_converter(asked.Number, "number")

urlpatterns = [
    path("health", health.health),
    path("api/facts", facts.facts, name="facts"),
    path("", include("tongzhou.people.urls")),
    path("", include("tongzhou.doorway.urls")),
    path("", include("tongzhou.cases.urls")),
    path("", include("tongzhou.investigation.urls")),
    path("", include("tongzhou.linelist.urls")),
    path("", include("tongzhou.hospital.urls")),
    path("", include("tongzhou.supply.urls")),
    path("", include("tongzhou.directives.urls")),
    path("", include("tongzhou.reports.urls")),
    path("", include("tongzhou.outlook.urls")),
    path("", include("tongzhou.dayplan.urls")),
    path("", include("tongzhou.command.urls")),
]

handler500 = "tongzhou.api.broken.broken"
