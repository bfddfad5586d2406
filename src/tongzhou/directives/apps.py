from django.apps import AppConfig


class Directives(AppConfig):
    name = "tongzhou.directives"

    def ready(self) -> None:
        from tongzhou.directives import acts, fold, kinds, reasons  # noqa: F401
