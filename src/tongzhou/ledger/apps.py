from django.apps import AppConfig


class Ledger(AppConfig):
    name = "tongzhou.ledger"

    def ready(self) -> None:
        from tongzhou.ledger import roll, seal, settle, standard  # noqa: F401
