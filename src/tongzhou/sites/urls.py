from django.urls import path

from tongzhou.sites import views

urlpatterns = [
    path("sites/", views.everything, name="sites"),
    path("sites/new", views.new, name="site_new"),
    path("sites/import", views.bring, name="site_import"),
    path("sites/import/refused.csv", views.refused, name="site_refused"),
    path("sites/<str:key>", views.one, name="site"),
]
