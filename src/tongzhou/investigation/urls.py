from django.urls import path

from tongzhou.investigation import asking, papers, views

urlpatterns = [
    path("cases/letters", views.letters, name="letters"),
    path("cases/<str:key>/interview", asking.investigate, name="investigate"),
    path("cases/<str:key>/papers", papers.papers, name="papers"),
    path("follow-up/", views.follow_up, name="follow_up"),
    path("homes/", views.homes, name="homes"),
]
