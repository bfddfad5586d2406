from django.apps import AppConfig


class Waiting(AppConfig):
    name = "tongzhou.waiting"
