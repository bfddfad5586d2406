from django.apps import AppConfig


class Investigation(AppConfig):
    name = "tongzhou.investigation"

    def ready(self) -> None:
        from tongzhou.investigation import acts, fold, kinds, reactors, reasons  # noqa: F401
