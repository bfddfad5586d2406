from django.apps import AppConfig


class Sites(AppConfig):
    name = "tongzhou.sites"

    def ready(self) -> None:
        from tongzhou.sites import named  # noqa: F401
