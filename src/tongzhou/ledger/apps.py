from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Ledger(AppConfig):
    name = "tongzhou.ledger"

    def ready(self) -> None:
        """What work folders declare registers by being imported: a folder with these modules needs no more than its
        line in the settings."""
        from tongzhou.ledger import owed_said, reactors, roll, seal, settle, spoken, words  # noqa: F401

        for declared in ("kinds", "fold", "asks", "reasons", "reactors", "acts", "missing", "telling"):
            autodiscover_modules(declared)
