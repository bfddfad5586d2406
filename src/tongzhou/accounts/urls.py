from django.contrib.auth.views import LogoutView
from django.urls import include, path

from tongzhou.accounts import keeper, own, password, second, signing

urlpatterns = [
    path("login", signing.SignIn.as_view(), name="login"),
    path("logout", LogoutView.as_view(next_page="/login"), name="logout"),
    path("me", own.me, name="me"),
    path("me/account", own.account, name="account"),
    path("me/password", password.password, name="password"),
    path("me/prove", signing.prove, name="prove"),
    path("me/second-factor", second.second, name="second"),
    path("staff/", keeper.everybody, name="staff"),
    path("staff/<number:number>", keeper.person, name="staff_person"),
    path("i18n/", include("django.conf.urls.i18n")),
]
