import pytest

from accounts.staff.domain import QUERY_SYMBOLS, TooMuchToRead, is_plain, kept_of

FILTERS = ("status", "store")


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("?store=3&status=active", "status=active&store=3"),
        ("status=active&q=Ada&cursor=abc&utm=1", "status=active"),
        ("status=&store=+", ""),
        ("q=Ada", ""),
        ("programme=club", ""),
        ("programme=club&store=3", "programme=club&store=3"),
        ("store=3&store=4", "store=4"),
        ("status=a%00b%0d%0aLocation%3A+%2F%2Fevil", "status=a%00b%0D%0ALocation%3A+%2F%2Fevil"),
        ("//evil.example/?status=active", ""),
    ],
)
def test_it_keeps_the_filters_of_the_list_and_nothing_else(address, kept):
    assert kept_of(address, FILTERS) == kept


def test_it_keeps_the_same_of_what_it_kept():
    once = kept_of("store=3&status=%C3%A7ay", FILTERS)

    assert kept_of(once, FILTERS) == once


@pytest.mark.parametrize("address", ["q=" + "x" * 5_000, "&".join(f"a{number}=1" for number in range(60)), "status=" + "x" * QUERY_SYMBOLS])
def test_it_refuses_more_than_can_be_kept(address):
    with pytest.raises(TooMuchToRead):
        kept_of(address, FILTERS)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Altın, İzmir", True),
        ("<b>Gold</b>", True),
        ("", False),
        ("a" * 41, False),
        ("one\ntwo", False),
        ("\u202edlog", False),
        ("a\x00", False),
    ],
)
def test_a_name_can_be_read_as_it_is_written(name, plain):
    assert is_plain(name) is plain
