from django.apps import AppConfig


class Ledger(AppConfig):
    name = "tongzhou.ledger"

    def ready(self) -> None:
        from tongzhou.ledger import reactors, roll, seal, settle, spoken, words  # noqa: F401
