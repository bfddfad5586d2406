from django.urls import path

from tongzhou.waiting import views

urlpatterns = [
    path("waiting/", views.page, name="waiting"),
    path("waiting/hand/<str:noun>/<str:key>", views.hand_over, name="hand_over"),
]
