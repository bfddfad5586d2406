from django.urls import path

from tongzhou.measures import by_number, drafting, listing, public, views

urlpatterns = [
    path("measures/", listing.listed, name="measures"),
    path("measures/register.json", listing.as_data, name="measures_data"),
    path("measures/changes", listing.changes, name="measures_changes"),
    path("measures/elsewhere", public.elsewhere, name="measures_elsewhere"),
    path("measures/desk", views.desk, name="measures_desk"),
    path("measures/draft", drafting.draft, name="measure_draft"),
    path("measures/found", drafting.found, name="measure_found"),
    path("measures/appeals", by_number.by_number, name="appeal_by_number"),
    path("measures/<str:key>", public.entry, name="measure"),
    path("measures/<str:key>/notice", public.paper, name="measure_notice"),
    path("measures/<str:key>/desk", views.work, name="measure_work"),
]
