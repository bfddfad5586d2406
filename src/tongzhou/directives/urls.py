from django.urls import path

from tongzhou.directives import views

urlpatterns = [
    path("directives/", views.directives, name="directives"),
    path("requests/", views.requests, name="requests"),
    path("handover/", views.handover, name="handover"),
]
