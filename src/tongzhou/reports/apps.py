from django.apps import AppConfig


class Reports(AppConfig):
    name = "tongzhou.reports"
