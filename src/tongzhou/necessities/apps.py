from django.apps import AppConfig


class Necessities(AppConfig):
    name = "tongzhou.necessities"

    def ready(self) -> None:
        from tongzhou.necessities import asks  # noqa: F401
