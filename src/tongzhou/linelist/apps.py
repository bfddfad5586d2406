from django.apps import AppConfig


class LineList(AppConfig):
    name = "tongzhou.linelist"

    def ready(self) -> None:
        from tongzhou.linelist import saved  # noqa: F401
