from django.apps import AppConfig


class Cases(AppConfig):
    name = "tongzhou.cases"

    def ready(self) -> None:
        from tongzhou.cases import fold, investigation_fold, investigation_kinds, kinds, reasons, saved  # noqa: F401
