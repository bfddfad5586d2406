from django.apps import AppConfig


class Community(AppConfig):
    name = "tongzhou.community"

    def ready(self) -> None:
        from tongzhou.community import doors  # noqa: F401
