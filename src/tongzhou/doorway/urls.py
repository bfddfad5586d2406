from django.urls import path

from tongzhou.doorway import (
    measures,
    orders,
    paper,
    resident,
    slips,
    telephone,  # noqa: F401  (its pages declare their own address)
    views,
)

urlpatterns = [
    path("doorway/", views.shell, name="doorway"),
    path("doorway/sw.js", views.service_worker, name="doorway-sw"),
    path("doorway/words.js", views.words, name="doorway-words"),
    path("doorway/list.json", views.day_list, name="doorway-list"),
    path("doorway/send", views.send, name="doorway-send"),
    path("doorway/numbers", views.numbers, name="doorway-numbers"),
    path("doorway/callback", views.callback, name="doorway-callback"),
    path("doorway/paper", paper.sheets, name="doorway-paper"),
    path("doorway/slips", slips.choose, name="doorway-slips"),
    path("h/", resident.landing, name="resident-landing"),
    path("h/<str:token>", resident.page, name="resident"),
    path("h/<str:token>/paper", resident.paper, name="resident-paper"),
    path("h/<str:token>/measures", measures.page, name="resident-measures"),
    path("h/<str:token>/orders", orders.page, name="resident-orders"),
]
