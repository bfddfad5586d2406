from django.contrib.auth.views import LogoutView
from django.urls import include, path

from tongzhou.people import views

urlpatterns = [
    path("login", views.SignIn.as_view(), name="login"),
    path("logout", LogoutView.as_view(next_page="/login"), name="logout"),
    path("me", views.me, name="me"),
    path("i18n/", include("django.conf.urls.i18n")),
]
