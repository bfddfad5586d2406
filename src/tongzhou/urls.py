from django.urls import path

from tongzhou.api import health

urlpatterns = [path("health", health.health)]
