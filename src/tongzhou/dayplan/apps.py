from django.apps import AppConfig


class DayPlan(AppConfig):
    name = "tongzhou.dayplan"

    def ready(self) -> None:
        from tongzhou.dayplan import kinds  # noqa: F401
