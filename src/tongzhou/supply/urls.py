from django.urls import path

from tongzhou.supply import views

urlpatterns = [path("supply/", views.stock, name="stock")]
