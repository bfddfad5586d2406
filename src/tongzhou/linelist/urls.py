from django.urls import path

from tongzhou.linelist import case, duplicates, import_views, views
from tongzhou.linelist.drafts import views as drafts

urlpatterns = [
    path("cases/", views.register, name="cases"),
    path("cases/export.csv", views.export, name="cases_export"),
    path("cases/list.<str:kind>", views.as_shown, name="cases_as_shown"),
    path("cases/import", import_views.bring, name="import"),
    path("cases/import/<str:key>", import_views.taken, name="import_list"),
    path("cases/import/<str:key>/refused.csv", import_views.refused, name="import_refused"),
    path("drafts/", drafts.bring, name="drafts_bring"),
    path("drafts/<str:key>", drafts.look, name="drafts"),
    path("drafts/<str:key>/refused.csv", drafts.refused, name="drafts_refused"),
    path("cases/twice", duplicates.twice, name="twice"),
    path("cases/<str:key>", case.case, name="case"),
]
