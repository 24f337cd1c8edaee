"""`./dev manage programme`: every act, its words and its exit."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.programmes.models import Programme
from accounts.staff.roles import Role
from accounts.staff.services import appoint_staff
from rewards.earning.models import EarningRuleVersion
from rewards.programme_files.models import ProgrammeDraft
from tests.accounts.factories import UserFactory
from tests.rewards.programme_files.stage import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    for email, role in (("author@example.org", Role.MARKETING), ("second@example.org", Role.FINANCE_APPROVER)):
        appoint_staff(user=UserFactory.create(email=email), roles=[role])


@pytest.fixture
def run(tmp_path):
    def call(act, *changes, more=(), text=None):
        path = tmp_path / "p.yaml"
        path.write_text(plain(*changes) if text is None else text)
        out, err = io.StringIO(), io.StringIO()
        source = [] if act == "export" else [str(path)]
        try:
            call_command("programme", act, *source, *more, stdout=out, stderr=err)
        except CommandError as error:
            err.write(str(error))
        return out.getvalue().replace(str(path), "p.yaml"), err.getvalue().replace(str(path), "p.yaml")

    return call


BY_BOTH = ("--author", "author@example.org", "--approve-by", "second@example.org")
CHEAPER = ("price_points: 100", "price_points: 80")


def test_a_good_file_is_in_order(run):
    assert run("validate") == ("p.yaml is in order: 6 things, 3 examples.\n", "")


def test_faults_are_told_as_file_line_column(run):
    out, err = run("validate", ("kind: goods", "kind: good"), ("factor: 2", "factor: 0"))

    assert out == ""
    assert err.splitlines() == [
        "p.yaml:42:13: rules.fruit-twice.factor: Write a number above 0 with at most 4 decimals.",
        "p.yaml:48:11: rewards.coffee.kind: good is not known here. Did you mean goods?",
        "2 faults. Nothing was changed.",
    ]


def test_each_example_tells_whether_it_holds(run):
    out, err = run("test", ("expect: {balance: 20}", "expect: {balance: 19}"))

    assert out.splitlines() == [
        "holds  a cent is missing to silver (11 expectations)",
        "holds  a coffee costs a hundred (3 expectations)",
        "FAILS  points lapse after a year (3 expectations)",
        "       p.yaml:79:27: examples[2].steps[1].expect.balance: expected 19, found 20",
    ]
    assert err == "1 of 3 examples fail."


def test_a_file_without_examples_proves_nothing(run):
    text = plain()

    assert "has no examples" in run("test", text=text[: text.index("examples:")])[1]


def test_a_programme_is_opened_changed_and_left_alone(run, people):
    opened, _ = run("apply", more=("--author", "author@example.org", "--live"))
    diff, _ = run("diff", CHEAPER)
    waits, _ = run("apply", CHEAPER, more=("--author", "author@example.org"))
    taken, err = run("apply", CHEAPER, more=BY_BOTH)
    again, _ = run("apply", CHEAPER, more=BY_BOTH)
    nothing, _ = run("diff", CHEAPER)

    assert opened.startswith("Opened plain-club, live, from 20")
    assert diff == "Reward coffee changes\n  price_points: 100 becomes 80\n"
    assert waits.endswith("it waits for another person's approval. Nothing has changed yet.\n")
    assert (taken.splitlines()[0], err) == ("Reward coffee changes", "")
    assert again == "Nothing to do: the programme is as the file says.\n"
    assert nothing == "Nothing would change.\n"
    assert ProgrammeDraft.objects.count() == 1
    assert EarningRuleVersion.objects.count() == 2


def test_what_is_exported_can_be_taken_over_again(run, people):
    run("apply", more=("--author", "author@example.org", "--live"))

    text, _ = run("export", more=("plain-club",))

    assert run("diff", text=text)[0] == "Nothing would change.\n"
    assert run("validate", text=text)[0] == "p.yaml is in order: 6 things, 0 examples.\n"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--author", "nobody@example.org"), "Nobody signs in as nobody@example.org."),
        (("--author", "second@example.org"), "second@example.org may not do this: the role lacks prepare_rules."),
        (("--author", "author@example.org", "--approve-by", "author@example.org"), "the role lacks approve_rules."),
    ],
)
def test_people_do_what_their_roles_allow(run, people, more, said):
    run("apply", more=("--author", "author@example.org"))

    assert said in run("apply", CHEAPER, more=more)[1]
    assert not ProgrammeDraft.objects.exists()


def test_a_file_that_is_not_there_is_named(people):
    with pytest.raises(CommandError, match="no-such-file cannot be read"):
        call_command("programme", "validate", "no-such-file")
    with pytest.raises(CommandError, match="There is no programme nowhere"):
        call_command("programme", "export", "nowhere")


def test_diff_of_a_new_programme_says_that_it_would_be_opened(run):
    assert run("diff")[0] == "There is no programme plain-club yet; apply would open it as a draft.\n"
    assert not Programme.objects.exists()
