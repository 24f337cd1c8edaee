"""Files say what is wrong with them: everything at once, each fault with its line and column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.programme_files.domain.reading import MOST_CHARACTERS, MOST_DEPTH, Unreadable, read_document
from rewards.programme_files.domain.writing import write_document
from tests.rewards.programme_files.stage import faults_of, plain, read

KEYS = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Co", "Cn"), blacklist_characters="\ufeff\u2028\u2029\x85"), max_size=40)
LEAVES = st.one_of(
    st.booleans(),
    st.none(),
    st.integers(-(10**15), 10**15),
    TEXTS,
    st.sampled_from(["1.00", "2026-03-02", "no", "12", "0x1F", "~", "a: b\n# c"]),
)
CONTENT = st.dictionaries(
    KEYS,
    st.recursive(LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)), max_leaves=12),
    min_size=1,
    max_size=4,
)


@given(CONTENT)
def test_what_is_written_is_read_back_the_same(content):
    assert read_document(write_document(content)).content == content


def test_numbers_with_a_point_and_days_stay_as_they_were_written():
    content = read_document("a: 0.10\nb: 2026-03-02\nc: 010\nd: 10\ne: '10'\nf: no\ng: true\nh: 1e3\ni:").content

    assert content == {"a": "0.10", "b": "2026-03-02", "c": "010", "d": 10, "e": "10", "f": "no", "g": True, "h": "1e3", "i": None}


def test_every_value_remembers_its_place():
    document = read_document("a:\n  - b: 1\n    c: [x, y]\n")

    places = {path: (place.line, place.column) for path, place in document.values.items()}
    assert places == {
        (): (1, 1),
        ("a",): (2, 3),
        ("a", 0): (2, 5),
        ("a", 0, "b"): (2, 8),
        ("a", 0, "c"): (3, 8),
        ("a", 0, "c", 0): (3, 9),
        ("a", 0, "c", 1): (3, 12),
    }


BILLION_LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (BILLION_LAUGHS, (1, 4), "Anchors and aliases are not read"),
        ("a: 1\nb: *a\n", (2, 4), "Anchors and aliases"),
        ("a: !!python/object/apply:os.system [ls]", (1, 4), "Tags are not read"),
        ("a: !!float 1", (1, 4), "Tags are not read"),
        ("a: 1\nb: 2\na: 3\n", (3, 1), "a stands here twice; the first is on line 1."),
        ("a:\n  b: [1, 2\nc: 3\n", (3, 2), "This is not YAML"),
        ("a: 'open\n", (2, 1), "This is not YAML"),
        ("a: x\x00y", (1, 5), "This character cannot stand in a file"),
        ("a: 1\n---\nb: 2\n", (2, 1), "One file is one document."),
        ("[" * (MOST_DEPTH + 1), (1, MOST_DEPTH + 1), "levels deep"),
        ("[" * 150_000, (1, MOST_DEPTH + 1), "levels deep"),
        ("? [a]\n: b\n", (1, 3), "A key is a short text."),
        ("a: 1\n" * 50_000, (1, 1), "at most 200,000 characters"),
        ("[" + "x," * 30_000 + "]", (1, 40_000), "at most 20,000 values"),
    ],
)
def test_what_no_file_needs_is_refused_with_its_place(text, place, said):
    with pytest.raises(Unreadable) as refused:
        read_document(text)

    assert (refused.value.fault.place.line, refused.value.fault.place.column) == place
    assert said in refused.value.fault.detail


@given(st.text(max_size=200))
def test_no_text_at_all_breaks_the_reader(text):
    assert isinstance(faults_of(text), list)
    assert faults_of(text)


def test_the_longest_file_is_read_in_bounded_time():
    text = "a: [" + ", ".join(["x"] * 15_000) + "]\n"

    assert len(text) < MOST_CHARACTERS
    assert len(read_document(text).content["a"]) == 15_000


def test_the_plain_file_is_in_order():
    file = read()

    assert file.slug == "plain-club"
    assert file.sections["rules"]["every-dollar"] == {
        "name": "1 point for every dollar",
        "other_names": {"tr": "Her dolar için 1 puan"},
        "kind": "per_step",
        "points": 1,
        "step": "1.00",
    }
    assert [example.name for example in file.examples] == [
        "a cent is missing to silver",
        "a coffee costs a hundred",
        "points lapse after a year",
    ]


def test_all_faults_are_told_at_once_in_the_order_of_their_lines():
    text = plain(
        ("currency: USD", "currency: dollars"),
        ("points: 1\n    step", "poinst: 1\n    step"),
        ("factor: 2", "factor: 200"),
        ("price_points: 100", "price_points: 0"),
        ("category under fruit", "categry under fruit"),
    )

    assert faults_of(text) == [
        "f.yaml:11:13: programme.currency: Write a text of 1 to 3 characters.",
        "f.yaml:33:3: rules.every-dollar.points: Write a whole number from 1 to 1,000,000,000.",
        "f.yaml:37:5: rules.every-dollar.poinst: poinst is not known. Did you mean points?",
        "f.yaml:43:12: rules.fruit-twice.where: Column 1: There is no field categry.",
        "f.yaml:50:19: rewards.coffee.price_points: Write a number of points from 1 to 2000000000 without decimals.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: 1", "version: 2", "f.yaml:1:10: version: Write a whole number from 1 to 1."),
        ("rules:", "rulse:", "f.yaml:32:1: rulse: rulse is not known. Did you mean rules?"),
        ("time_zone: America/New_York", "time_zone: Mars/Base", "programme.time_zone: This is no time zone."),
        ("kind: months", "kind: month", "currencies.points.terms.expiry.kind: Choose one of none, days, months,"),
        ("number: 12}", "number: 0}", "terms.expiry.number: This does not fit points that lapse by months."),
        ("point_value: 0.01", "point_value: -1", "Write a number of 0 or more with at most 8 decimals."),
        ("spend: 1000.00", "spend: 350.00", "ladders.main.tiers[1].reach: Each tier asks for more than the one before it."),
        ("window: {kind", "windwo: {kind", "ladders.main.windwo: windwo is not known. Did you mean window?"),
        ("spend: 1000.00", "spend: 1e3", "ladders.main.tiers[1].reach.all.spend: Write the amount as digits with at most 2 decimals"),
        ("  coffee:", "  Coffee:", "rewards.Coffee: Write a code"),
        ("kind: goods", "kind: good", "Did you mean goods?"),
        ("expect: {earned: 349,", "expect: {earnt: 349,", "examples[0].steps[0].expect.earnt: earnt is not known. Did you mean earned?"),
        ("tier: silver, tier", "tier: platinum, tier", "examples[0].steps[1].expect.tier: platinum is not known here."),
        ("earned: 0,", "earned: 0.5,", "Write a number of points with at most 0 decimals."),
        ('return: "1"', 'return: "9"', "No step before this one bought 9. Named so far: 1, 2."),
        (
            "- buy: 20.00",
            "- bye: 20.00",
            "A step has exactly one act: join, buy, return, event, choose, decide, redeem, enlist, strike, take, wait",
        ),
        ("from: 2026-03-02", "from: 2026-02-30", "examples[0].from: Write a day as 2026-03-31."),
        ("      - wait: 2027-03-01", "      - wait: 2099-03-01", "within the six years after it"),
    ],
)
def test_each_fault_names_its_line_and_what_would_be_right(old, new, said):
    lines = faults_of(plain((old, new)))

    assert any(said in line for line in lines), lines


def test_a_decimal_is_never_taken_for_a_float():
    text = plain(("step: 1.00", "step: 0.10"))

    assert '"0.10"' in repr(read_document(text).content["rules"]["every-dollar"]["step"]).replace("'", '"')
    assert faults_of(text) == []
