from django.apps import AppConfig


class Measures(AppConfig):
    name = "tongzhou.measures"

    def ready(self) -> None:
        from tongzhou.measures import asks, hanging  # noqa: F401
