from django.apps import AppConfig


class Command(AppConfig):
    name = "tongzhou.command"

    def ready(self) -> None:
        from tongzhou.command import bulletins, publish  # noqa: F401
