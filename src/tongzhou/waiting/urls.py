from django.urls import path

from tongzhou.waiting import source, views

urlpatterns = [
    path("source/<slug:noun>/<path:key>", source.source, name="source"),
    path("waiting/", views.waits, name="waiting"),
    path("waiting/hand/<str:noun>/<str:key>", views.hand_over, name="hand_over"),
]
