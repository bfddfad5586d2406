from django.urls import path

from tongzhou.gates.phone import ADDRESSES

urlpatterns = [path(at, view, name=name) for at, view, name in ADDRESSES]
