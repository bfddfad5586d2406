from django.urls import path

from tongzhou.investigation import views

urlpatterns = [
    path("cases/letters", views.letters, name="letters"),
    path("cases/contacts/<str:key>", views.contact, name="contact"),
    path("cases/<str:key>/interview", views.investigate, name="investigate"),
    path("cases/<str:key>/papers", views.papers, name="papers"),
    path("follow-up/", views.follow_up, name="follow_up"),
    path("homes/", views.homes, name="homes"),
]
