"""What a version of a ladder may say, and how it is told what is wrong."""

import pytest

from rewards.tiers.domain import MalformedLadder, compile_ladder
from tests.rewards.tiers.definitions import WIDE, ladder, spend

SCALES = {"points": 0, "xp": 1}


def wrong(definition):
    """Return the pointers and codes of what is wrong."""
    with pytest.raises(MalformedLadder) as told:
        compile_ladder(definition, scales=SCALES)
    return [(error.pointer, error.code) for error in told.value.errors]


def test_it_reads_all_that_a_ladder_may_say():
    scheme = compile_ladder(WIDE, scales=SCALES)

    silver, gold, black = scheme.levels
    assert [metric.key.partition(":")[0] for metric in scheme.metrics.values()] == ["gross", "units", "purchases", "pieces"]
    assert dict(silver.reach.least) == {"nights": 5_000, "spend": 50_000} and not silver.reach.needs_all
    assert dict(gold.reach.least) == {"spend": 100_000, "trips": 4, "xp": 125} and gold.reach.needs_all
    assert dict(gold.keep.least) == {"spend": 80_000}
    assert black.reach is None
    assert [benefit.text_in("tr") for benefit in gold.benefits] == ["Salona giriş", "Late checkout"]
    assert scheme.plain_keys is None


def test_it_knows_a_plain_ladder_by_what_it_says():
    assert compile_ladder(ladder(spend(silver=0, gold=100)), scales={}).plain_keys == [0, 100]
    assert compile_ladder(ladder(spend(silver=0, gold=100), downgrade={"kind": "none"}), scales={}).plain_keys is None
    assert compile_ladder(ladder(spend(silver=0, gold=100), window={"kind": "lifetime"}), scales={}).plain_keys is None


def test_the_same_condition_is_counted_once_whatever_its_ladder_calls_it():
    tree = {"field": "category", "op": "eq", "value": "food"}

    first = ladder(spend(gold=1), metrics={"spend": {"kind": "elements", "where": tree}})
    second = ladder(
        [{"code": "gold", "name": "Gold", "reach": {"all": {"n": 3}}}], metrics={"n": {"kind": "elements", "where": dict(tree)}}
    )

    keys = [next(iter(compile_ladder(one, scales={}).metrics.values())).key for one in (first, second)]
    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"colour": 1}, "/colour", "unknown"),
        ({"metrics": {}}, "/metrics", "malformed"),
        ({"metrics": {"spend": {"kind": "luck"}}}, "/metrics/spend/kind", "unknown"),
        ({"metrics": {"spend": {"kind": "units", "currency": "gems"}}}, "/metrics/spend/currency", "unknown"),
        (
            {"metrics": {"spend": {"kind": "spend", "where": {"field": "a", "op": "eq", "value": 1}}}},
            "/metrics/spend/where/field",
            "unknown",
        ),
        ({"window": {}}, "/window/kind", "required"),
        ({"window": {"kind": "rolling"}}, "/window/days", "required"),
        ({"window": {"kind": "rolling", "months": 0}}, "/window/months", "out_of_range"),
        ({"window": {"kind": "lifetime", "days": 3}}, "/window/days", "unknown"),
        ({"keeps": {"kind": "months"}}, "/keeps/months", "out_of_range"),
        ({"keeps": 12}, "/keeps", "malformed"),
        ({"downgrade": {"kind": "full", "grace_days": -1}}, "/downgrade/grace_days", "out_of_range"),
        ({"base": "birth"}, "/base", "unknown"),
        ({"tiers": []}, "/tiers", "malformed"),
        ({"tiers": spend(silver=5, gold=5)}, "/tiers/1/reach", "too_low"),
        ({"tiers": [*spend(gold=5), *spend(gold=7)]}, "/tiers/1/code", "repeated"),
        ({"tiers": [{"code": "Gold!", "name": "G", "reach": {"all": {"spend": 1}}}]}, "/tiers/0/code", "malformed"),
        ({"tiers": [{"code": "gold", "name": "\0", "reach": {"all": {"spend": 1}}}]}, "/tiers/0/name", "malformed"),
        ({"tiers": [{"code": "gold", "name": "G", "reach": {"all": {"luck": 1}}}]}, "/tiers/0/reach/all/luck", "unknown"),
        ({"tiers": [{"code": "gold", "name": "G", "reach": {"all": {"spend": 0.5}}}]}, "/tiers/0/reach/all/spend", "out_of_range"),
        ({"tiers": [{"code": "gold", "name": "G", "reach": {"all": {"spend": 10**13}}}]}, "/tiers/0/reach/all/spend", "out_of_range"),
        ({"tiers": [{"code": "gold", "name": "G", "reach": {"some": {"spend": 1}}}]}, "/tiers/0/reach", "malformed"),
        (
            {"tiers": [{"code": "gold", "name": "G", "reach": {"all": {"spend": 1}}, "keep": {"all": {"spend": 2}}}]},
            "/tiers/0/keep",
            "too_high",
        ),
        (
            {"tiers": [{"code": "gold", "name": "G", "reach": {"all": {"spend": 1}}, "benefits": [{"code": "x"}]}]},
            "/tiers/0/benefits/0/text",
            "malformed",
        ),
    ],
)
def test_it_names_the_key_that_is_wrong(changed, pointer, code):
    assert (pointer, code) in wrong(ladder(spend(silver=100, gold=500)) | changed)


@pytest.mark.parametrize(
    "hostile", [None, [], "x", {"metrics": {1: 2}, "tiers": [{1: 1}], "window": {"kind": ["a"]}, "keeps": {"kind": {}}}]
)
def test_hostile_input_is_told_like_any_other(hostile):
    assert wrong(hostile)
