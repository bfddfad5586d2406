from django.urls import path

from tongzhou.accounts import keeper, own

urlpatterns = [
    path("me", own.me, name="me"),
    path("me/account", own.account, name="account"),
    path("staff/", keeper.everybody, name="staff"),
    path("staff/<number:number>", keeper.person, name="staff_person"),
]
