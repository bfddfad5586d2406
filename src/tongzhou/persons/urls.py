from django.urls import path

from tongzhou.persons import views

urlpatterns = [
    path("persons/pads", views.pads, name="pads"),
    path("persons/<uuid:key>", lambda request, key: views.person(request, str(key)), name="person"),
    path("persons/show/<noun:noun>/<uuid:key>", lambda request, noun, key: views.show(request, noun, str(key)),
         name="show_name"),
]  # fmt: skip
