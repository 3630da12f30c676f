"""The checker itself: it finds an order where there is one, and none in a history that is broken."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pytest

from tests.linear.history import Operation, Recorder, is_linearizable, race


class Register:
    """One value: `("put", v)` answers None, `("get",)` answers the value."""

    def start(self) -> Hashable:
        return 0

    def step(self, state: Any, asked: Any, answered: Any) -> Hashable | None:
        if asked[0] == "put":
            return int(asked[1])
        return int(state) if answered == state else None


def history(*rows: tuple[Hashable, Any, float, float]) -> list[Operation]:
    return [Operation(*row) for row in rows]


def test_what_overlaps_may_have_happened_in_either_order() -> None:
    for seen in (0, 1):
        assert is_linearizable(history((("put", 1), None, 0, 10), (("get",), seen, 1, 9)), Register())


@pytest.mark.parametrize(
    "broken",
    [
        history((("put", 1), None, 0, 1), (("get",), 0, 2, 3)),  # a stale read
        history((("get",), 1, 0, 1), (("put", 1), None, 2, 3)),  # a read from the future
        history((("put", 1), None, 0, 9), (("get",), 1, 1, 2), (("get",), 0, 3, 4)),  # seen, and then unseen
        history((("put", 1), None, 0, 1), (("put", 2), None, 2, 3), (("get",), 1, 4, 5)),  # a lost write
        history(
            (("put", 1), None, 0, 9), (("put", 2), None, 0, 9), (("get",), 1, 10, 11), (("get",), 2, 12, 13)
        ),  # two last writes
        history((("get",), 7, 0, 1)),  # out of thin air
    ],
)
def test_a_broken_history_has_no_order(broken: list[Operation]) -> None:
    assert not is_linearizable(broken, Register())


def test_a_long_history_with_one_lie_in_its_middle_is_found_out() -> None:
    rows = [(("put", number), None, number * 2.0, number * 2 + 3.0) for number in range(1, 200)]
    for seen, is_good in ((174, True), (173, True), (50, False)):  # at 350, 174 is being written, and 173 was there before it
        assert is_linearizable(history(*rows, (("get",), seen, 350.0, 350.1)), Register()) == is_good


def test_a_race_tells_what_went_wrong_in_it() -> None:
    recorder = Recorder()
    race(*[lambda number=number: recorder.call(number, lambda: number) for number in range(8)])
    assert sorted(one.answered for one in recorder.operations) == list(range(8))
    assert all(one.began <= one.ended for one in recorder.operations)
    with pytest.raises(ZeroDivisionError):
        race(lambda: 1 // 0)
