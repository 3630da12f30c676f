from datetime import UTC, datetime

import time_machine
from world import walk


@time_machine.travel("2020-01-01", tick=False)
def test_a_stopped_machine_does_not_stop_the_server(mockenv):
    assert datetime.now(UTC).year == 2020
    walk(mockenv)


def test_the_machine_may_jump_both_ways(mockenv):
    with time_machine.travel("2040-01-01", tick=False) as traveller:
        walk(mockenv)
        traveller.move_to("1999-01-01")
        walk(mockenv)
