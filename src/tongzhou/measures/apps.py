from django.apps import AppConfig


class Measures(AppConfig):
    name = "tongzhou.measures"

    def ready(self) -> None:
        from tongzhou.measures import asks, asks_appeals, asks_levels, asks_running, hanging  # noqa: F401
