from django.apps import AppConfig


class Gates(AppConfig):
    name = "tongzhou.gates"

    def ready(self) -> None:
        from tongzhou.gates import asks  # noqa: F401
