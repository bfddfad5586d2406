from django.apps import AppConfig


class Cases(AppConfig):
    name = "tongzhou.cases"

    def ready(self) -> None:
        from tongzhou.cases import acts, fold, kinds, reasons  # noqa: F401
