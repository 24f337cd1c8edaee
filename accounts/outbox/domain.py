"""When a failed delivery is tried again. Pure."""

import datetime as dt

MOST_ATTEMPTS = 12
MAIL_TOPICS = ("member.enrolled", "member.claim_code_requested", "points.expiring")
"""Topics by which a member gets an e-mail."""
_FIRST_WAIT = dt.timedelta(minutes=1)
_LONGEST_WAIT = dt.timedelta(hours=12)


def wait_after(attempts: int) -> dt.timedelta:
    """Return the pause after the `attempts`-th try: one minute, doubling, at most twelve hours (two days in all)."""
    assert attempts >= 1, attempts
    doublings: int = 2 ** (attempts - 1)
    return min(_FIRST_WAIT * doublings, _LONGEST_WAIT)
