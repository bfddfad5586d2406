from django.apps import AppConfig


class Hospital(AppConfig):
    name = "tongzhou.hospital"

    def ready(self) -> None:
        from tongzhou.hospital import aftercare  # noqa: F401
