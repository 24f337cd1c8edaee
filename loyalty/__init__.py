"""The recipe: settings, URL tables, Celery, pages and commands that span the apps, and the kit."""
