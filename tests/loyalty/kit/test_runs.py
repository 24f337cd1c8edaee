"""Runs in the background take their turns, whatever becomes of one of them."""

import pytest

from loyalty.kit.runs import each_by_itself


def test_one_that_breaks_delays_none_of_the_others_and_is_named():
    took = []

    def step(name, *, breaks=False, ends=True):
        def take():
            took.append(name)
            if breaks:
                raise ValueError(name)
            return ends

        return take

    with pytest.raises(ExceptionGroup) as broken:
        each_by_itself([step("a", breaks=True), step("b"), step("c", breaks=True), step("d", ends=False)])

    assert took == ["a", "b", "c", "d"] and [str(wrong) for wrong in broken.value.exceptions] == ["a", "c"]
    assert each_by_itself([step("e"), step("f", ends=False)]) == 1
