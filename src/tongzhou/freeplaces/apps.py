from django.apps import AppConfig


class Freeplaces(AppConfig):
    name = "tongzhou.freeplaces"

    def ready(self) -> None:
        from tongzhou.freeplaces import asks  # noqa: F401
