"""Every family of worked cases is either played or named as not built yet: none passes in silence."""

import pytest

from tests.books.cases import BUILT, UNBUILT, every_case, of_family


def test_every_family_is_built_or_declared_unbuilt():
    unknown = {case["family"] for case in every_case()} - BUILT - UNBUILT

    assert unknown == set(), f"Families nobody has declared: {sorted(unknown)}"


@pytest.mark.parametrize("family", sorted({case["family"] for case in every_case()} - BUILT))
def test_an_unbuilt_family_is_reported_by_name(family):
    assert family in UNBUILT, f"Nobody has declared the family {family}."
    pytest.skip(f"The family {family} ({len(of_family(family))} cases) is not built yet.")


@pytest.mark.parametrize("family", sorted(BUILT))
def test_a_built_family_has_cases(family):
    if not of_family(family):
        pytest.skip(f"The named file of cases has none of family {family}.")
    assert of_family(family)
