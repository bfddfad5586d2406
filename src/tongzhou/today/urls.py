from django.urls import path

from tongzhou.today import bell, program, undoing, views

urlpatterns = [
    path("api/today", program.today, name="today-program"),
    path("today", views.today, name="today"),
    path("today/act", views.act, name="today-act"),
    path("today/name", views.name, name="today-name"),
    path("today/undo", undoing.undo, name="today-undo"),
    path("today/sw.js", views.service_worker, name="today-sw"),
    path("today/ring.json", bell.ring, name="today-ring"),
]
