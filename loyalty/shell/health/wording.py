"""What each vital is called, and what to do when it is not well."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, str | Promise] = {
    "database": _("Database"),
    "durability": _("Durability"),
    "triggers": _("Guards"),
    "grants": _("Rights"),
    "clock": _("Clocks"),
    "ticks": _("Ticks"),
    "horizon": _("Horizon"),
    "seals": _("Seals"),
    "outbox": _("Outbox"),
}
ADVICE: dict[str, str | Promise] = {
    "database": _("The database did not answer a check. Look at its log and at the web server's."),
    "durability": _("Switch fsync, full_page_writes and synchronous_commit on, and restart: a crash would lose what was acknowledged."),
    "triggers": _("Find out who acted as the owner of the database, and why. Run verify_ledger against checkpoints from outside."),
    "grants": _("Run prepare_database: it gives every role its rights and no more."),
    "clock": _("Let both machines keep time by NTP."),
    "ticks": _("See that worker and beat run. If they do, the horizon is held: see there."),
    "horizon": _(
        "Ask whose session it is; end it with pg_terminate_backend if nobody needs it. Ticks and seals wait for it, nothing is lost."
    ),
    "seals": _("See that worker and beat run. If they do, the horizon is held, or the worker's log names an error."),
    "outbox": _("See that the worker runs and that the mail server takes e-mails."),
}
