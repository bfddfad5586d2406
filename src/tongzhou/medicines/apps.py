from django.apps import AppConfig


class Medicines(AppConfig):
    name = "tongzhou.medicines"

    def ready(self) -> None:
        from tongzhou.medicines import asks  # noqa: F401
