"""Pages and commands that span the apps."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "loyalty.shell"
    label = "shell"
    verbose_name = "Shell"

    def ready(self) -> None:
        """Register the database checks, and make Celery's application the one that every `shared_task` joins."""
        from loyalty import celery  # noqa: F401, PLC0415
        from loyalty.postgres import checks  # noqa: F401, PLC0415
