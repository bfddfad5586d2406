from django.urls import path

from tongzhou.console import search

urlpatterns = [
    path("find", search.find, name="find"),
    path("rules/<slug:rule_id>", search.rule, name="rule"),
]
