from django.apps import AppConfig


class Persons(AppConfig):
    name = "tongzhou.persons"

    def ready(self) -> None:
        from tongzhou.persons import founding  # noqa: F401
