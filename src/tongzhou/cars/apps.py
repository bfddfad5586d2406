from django.apps import AppConfig


class Cars(AppConfig):
    name = "tongzhou.cars"

    def ready(self) -> None:
        from tongzhou.cars import asks  # noqa: F401
