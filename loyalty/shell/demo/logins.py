"""Who may log in to the demo. Everybody has the same password; the demo refuses to be loaded in production."""

import dataclasses

from accounts.staff.roles import Role

PASSWORD = "harbour-demo"  # noqa: S105 (printed at every start)


@dataclasses.dataclass(frozen=True, slots=True)
class Login:
    """One demo login; a member has no role."""

    who: str
    email: str
    roles: tuple[Role, ...] = ()
    is_superuser: bool = False
    password: str = PASSWORD
    name: str = ""


MEMBERS = (Login("member, platinum", "grace@harbour.example"), Login("member, bronze", "noah@harbour.example"))
PREPARER = Login("finance, prepares", "preparer@harbour.example", (Role.FINANCE_PREPARER,), name="Priya Raman")
APPROVER = Login("finance, approves", "approver@harbour.example", (Role.FINANCE_APPROVER,), name="Martin Okafor")
MARKETING = Login("marketing", "marketing@harbour.example", (Role.MARKETING,), name="Lena Fischer")
CASHIER = Login("cashier", "cashier@harbour.example", (Role.CASHIER,), name="Tom Alvarez")
STAFF = (
    CASHIER,
    Login("support", "support@harbour.example", (Role.SUPPORT,), name="Aylin Demir"),
    MARKETING,
    PREPARER,
    APPROVER,
    Login("auditor", "auditor@harbour.example", (Role.AUDITOR,), name="Ruth Calder"),
    Login("administrator", "admin@harbour.example", (Role.ADMINISTRATOR,), is_superuser=True, name="Sam Whitfield"),
)
LOGINS = (*MEMBERS, *STAFF)
