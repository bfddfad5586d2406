from django.apps import AppConfig


class Ledger(AppConfig):
    name = "tongzhou.ledger"

    def ready(self) -> None:
        from tongzhou.ledger import owed_said, reactors, roll, seal, settle, spoken, words  # noqa: F401
