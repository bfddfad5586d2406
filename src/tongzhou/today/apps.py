from django.apps import AppConfig


class Today(AppConfig):
    name = "tongzhou.today"

    def ready(self) -> None:
        from tongzhou.today import acts  # noqa: F401
