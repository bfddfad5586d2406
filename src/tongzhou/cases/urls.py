from django.urls import path

from tongzhou.cases import duplicates, imports_views, investigation_views, views

urlpatterns = [
    path("callbacks/", views.callbacks, name="callbacks"),
    path("clinic/", views.clinic, name="clinic"),
    path("clinic/identify", views.identify, name="identify_walk_in"),
    path("clinic/<str:key>/seen", views.seen, name="referral_seen"),
    path("clinic/<str:key>/identify", views.identify, name="identify"),
    path("cases/", views.register, name="cases"),
    path("cases/export.csv", views.export, name="cases_export"),
    path("cases/import", imports_views.bring, name="import"),
    path("cases/import/<str:key>", imports_views.taken, name="import_list"),
    path("cases/import/<str:key>/refused.csv", imports_views.refused, name="import_refused"),
    path("cases/twice", duplicates.twice, name="twice"),
    path("cases/letters", investigation_views.letters, name="letters"),
    path("cases/contacts/<str:key>", investigation_views.contact, name="contact"),
    path("cases/<str:key>/interview", investigation_views.investigate, name="investigate"),
    path("cases/<str:key>/papers", investigation_views.papers, name="papers"),
    path("cases/<str:key>", views.case, name="case"),
    path("warnings/", views.warnings, name="warnings"),
    path("follow-up/", investigation_views.follow_up, name="follow_up"),
    path("homes/", investigation_views.homes, name="homes"),
]
