"""Processes that work side by side and are told over pipes what to do."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Self


class Crew:
    """So many processes. Use as a context manager; ends them all."""

    def __init__(self, count: int, work: Callable[..., None], *told: Any) -> None:
        """Start `work(pipe, number, *told)` in each process; it ends when it receives None."""
        context = multiprocessing.get_context("spawn")
        self.pipes: list[Connection] = []
        self.processes = []
        for number in range(count):
            near, far = context.Pipe()
            process = context.Process(target=work, args=(far, number, *told), daemon=True)
            process.start()
            self.pipes.append(near)
            self.processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for pipe in self.pipes:
            pipe.send(None)
        for process in self.processes:
            process.join(10)
