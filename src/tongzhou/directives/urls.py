from django.urls import path

from tongzhou.directives import papers, views

urlpatterns = [
    path("directives/", views.directives, name="directives"),
    path("requests/", views.requests, name="requests"),
    path("decision/<int:place>/<str:day>/<int:number>", papers.decision, name="decision"),
    path("handover/", views.handover, name="handover"),
]
