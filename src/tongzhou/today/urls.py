from django.urls import path

from tongzhou.today import program, views

urlpatterns = [
    path("api/today", program.today, name="today-program"),
    path("today", views.today, name="today"),
    path("today/act", views.act, name="today-act"),
    path("today/name", views.name, name="today-name"),
    path("today/undo", views.undo, name="today-undo"),
    path("today/ring.json", views.ring, name="today-ring"),
]
