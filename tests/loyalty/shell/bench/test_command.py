import io
import re

import pytest
from django.core.management import CommandError, call_command

from loyalty.shell.bench import scratch
from loyalty.shell.management.commands import bench


@pytest.fixture
def no_database(monkeypatch):
    """Measuring makes databases: none of these may come so far."""

    def refuse():
        pytest.fail("it began to measure")

    monkeypatch.setattr(bench, "scratch", refuse)


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--only", "nosuch"], "There is no measure nosuch"),
        (["--only", "grant", "--write"], "--write renews the whole table"),
        (["--rounds", "0"], "needs a round"),
        (["--movements", "10"], "20,000 movements"),
    ],
)
def test_it_refuses_what_makes_no_sense_before_it_makes_a_database(arguments, says):
    with pytest.raises(CommandError, match=re.escape(says)):
        call_command("bench", *arguments)


@pytest.mark.usefixtures("no_database")
def test_it_refuses_production(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="not for production"):
        call_command("bench")


@pytest.mark.usefixtures("no_database")
def test_it_lists_the_names():
    told = io.StringIO()

    call_command("bench", "--list", "--only", "rival", stdout=told)

    assert [line.split()[0] for line in told.getvalue().splitlines()] == ["rival-8", "rival-16"]


def test_its_databases_are_never_the_products():
    assert scratch.address("pointbook_bench_1").rsplit("/", 1)[1] == "pointbook_bench_1"
    assert re.match(scratch.OURS, "pointbook") is None
    assert re.match(scratch.OURS, "pointbook_bench_of_mine") is None
    assert re.match(scratch.OURS, "pointbook_bench_12")
