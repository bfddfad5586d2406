from django.urls import path

from tongzhou.erasure import views

urlpatterns = [
    path("erasures/", views.public, name="erasures"),
    path("erasures/reports.jsonl", views.reports, name="erasure_reports"),
    path("erasures/list.jsonl", views.list_of_erased, name="erasure_list"),
    path("erasures/request", views.request_page, name="erasure_request"),
]
