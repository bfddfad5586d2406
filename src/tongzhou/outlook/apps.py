from django.apps import AppConfig


class Outlook(AppConfig):
    name = "tongzhou.outlook"

    def ready(self) -> None:
        from tongzhou.command.sitrep import TELLERS
        from tongzhou.outlook import kept  # noqa: F401
        from tongzhou.outlook.sentence import for_report

        TELLERS.append(for_report)
