"""Names for the demo's members, stores and staff: made up, the same on every machine."""

import datetime as dt
from collections.abc import Sequence

from faker import Faker

from accounts.members.domain import Enrolment
from loyalty.shell.demo.logins import MEMBERS

SEED = 20171231


def enrolments(households: Sequence[tuple[str, dt.datetime]]) -> list[Enrolment]:
    """Return an enrolment for each household; the first two are the members that may log in."""
    fake = Faker("en_US", use_weights=False)
    fake.seed_instance(SEED)
    taken: set[str] = set()
    people = []
    for position, (external_id, joined_at) in enumerate(households):
        given, family = fake.first_name(), fake.last_name()
        email = f"{given}.{family}@harbour.example".lower().replace(" ", "")
        while email in taken:
            family = fake.last_name()
            email = f"{given}.{family}@harbour.example".lower().replace(" ", "")
        taken.add(email)
        if position < len(MEMBERS):
            email = MEMBERS[position].email
            given = email.partition("@")[0].capitalize()
        people.append(
            Enrolment(
                external_id=external_id,
                email=email,
                given_name=given,
                family_name=family,
                birth_date=fake.date_of_birth(minimum_age=21, maximum_age=84),
                joined_at=joined_at,
            )
        )
    return people


def store_names(count: int) -> list[tuple[str, str]]:
    """Return (name, city) for so many stores, no name twice."""
    fake = Faker("en_US", use_weights=False)
    fake.seed_instance(SEED)
    cities: dict[str, None] = {}
    while len(cities) < count:
        cities[fake.city()] = None
    return [(f"Harbour Market {city}", city) for city in cities]
