"""Two at once: the same call from several threads, each with a connection of its own."""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

from loyalty.kit.problems import Problem

T = TypeVar("T")


def at_once(*acts: Callable[[], T]) -> list[T | Problem]:
    """Run the acts together and return their answers or refusals in order; any other exception is raised here."""
    gate = threading.Barrier(len(acts))
    answers: list[T | Problem | None] = [None] * len(acts)
    faults: list[BaseException] = []

    def run(place: int) -> None:
        try:
            gate.wait(10)
            answers[place] = acts[place]()
        except Problem as problem:
            answers[place] = problem
        except BaseException as fault:  # noqa: BLE001 raised again in the test itself
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if faults:
        raise faults[0]
    return answers
