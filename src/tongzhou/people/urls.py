from django.contrib.auth.views import LogoutView
from django.urls import include, path

from tongzhou.people import keeper, own, proof, second, views

urlpatterns = [
    path("login", views.SignIn.as_view(), name="login"),
    path("logout", LogoutView.as_view(next_page="/login"), name="logout"),
    path("me", views.me, name="me"),
    path("me/account", own.account, name="account"),
    path("me/password", own.password, name="password"),
    path("me/prove", proof.page, name="prove"),
    path("me/second-factor", second.page, name="second"),
    path("staff/", keeper.everybody, name="staff"),
    path("staff/<number:number>", keeper.person, name="staff_person"),
    path("i18n/", include("django.conf.urls.i18n")),
]
