from django.urls import path

from tongzhou.reports import views

urlpatterns = [
    path("reports/", views.index, name="reports"),
    path("reports/<slug:id>", views.report, name="report"),
    path("reports/<slug:id>.xlsx", views.workbook, name="report_workbook"),
    path("reports/<slug:id>/<slug:cell>", views.source, name="report_source"),
    path("forms/", views.forms, name="forms"),
]
