from django.apps import AppConfig


class Market(AppConfig):
    name = "tongzhou.market"

    def ready(self) -> None:
        from tongzhou.market import asks  # noqa: F401
