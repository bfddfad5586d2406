from django.contrib.auth.views import LogoutView
from django.urls import include, path

from tongzhou.people import own, proof, second, views

urlpatterns = [
    path("login", views.SignIn.as_view(), name="login"),
    path("logout", LogoutView.as_view(next_page="/login"), name="logout"),
    path("me/password", own.password, name="password"),
    path("me/prove", proof.page, name="prove"),
    path("me/second-factor", second.page, name="second"),
    path("i18n/", include("django.conf.urls.i18n")),
]
