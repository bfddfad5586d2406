from django.apps import AppConfig


class Liaisons(AppConfig):
    name = "tongzhou.liaisons"

    def ready(self) -> None:
        from tongzhou.liaisons import asks  # noqa: F401
