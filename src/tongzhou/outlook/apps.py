from django.apps import AppConfig


class Outlook(AppConfig):
    name = "tongzhou.outlook"

    def ready(self) -> None:
        from tongzhou.outlook import kept  # noqa: F401
