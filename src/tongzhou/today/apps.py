from django.apps import AppConfig


class Today(AppConfig):
    name = "tongzhou.today"

    def ready(self) -> None:
        from tongzhou.pages.acts import of_work_items

        of_work_items()
