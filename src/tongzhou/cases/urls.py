from django.urls import path

from tongzhou.cases import views

urlpatterns = [
    path("callbacks/", views.callbacks, name="callbacks"),
    path("clinic/", views.clinic, name="clinic"),
    path("clinic/identify", views.identify, name="identify_walk_in"),
    path("clinic/<str:key>/identify", views.identify, name="identify"),
    path("warnings/", views.warnings, name="warnings"),
]
