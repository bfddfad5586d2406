from django.urls import path

from tongzhou.linelist import duplicates, import_views, views

urlpatterns = [
    path("cases/", views.register, name="cases"),
    path("cases/export.csv", views.export, name="cases_export"),
    path("cases/import", import_views.bring, name="import"),
    path("cases/import/<str:key>", import_views.taken, name="import_list"),
    path("cases/import/<str:key>/refused.csv", import_views.refused, name="import_refused"),
    path("cases/twice", duplicates.twice, name="twice"),
    path("cases/<str:key>", views.case, name="case"),
]
