"""Pages and commands that span the apps."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "loyalty.shell"
    label = "shell"
    verbose_name = "Shell"

    def ready(self) -> None:
        """Register the database checks, let pure code speak the reader's language, and make Celery's application the tasks' own."""
        from django.utils.translation import gettext  # noqa: PLC0415

        from loyalty import celery  # noqa: F401, PLC0415
        from loyalty.kit.sentences import translate_with  # noqa: PLC0415
        from loyalty.postgres import checks  # noqa: F401, PLC0415

        translate_with(gettext)
