from django.apps import AppConfig


class Supply(AppConfig):
    name = "tongzhou.supply"

    def ready(self) -> None:
        from tongzhou.supply import fold, kinds  # noqa: F401
