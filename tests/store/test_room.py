"""What a store saves room with answers like the plain thing that it stands for."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mockenv.kernel.time.order import Order, due_of, make_node, number_of, planned_of
from mockenv.store import table
from mockenv.store.alike import Alike
from mockenv.store.base import Kind, by
from mockenv.store.numbers import BLOCK, Numbered, Numbers
from mockenv.store.table import Table, seq_of, text_of

numbers = st.one_of(st.integers(0, 300), st.integers(0, 4 * BLOCK), st.sampled_from([BLOCK - 1, BLOCK, 2 * BLOCK]))
places = st.integers(0, 12)


class Sets(RuleBasedStateMachine):
    """A set of bits and things by number, beside a dict."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers, self.things = Numbers(), Numbered[str]()
        self.kept: dict[int, str] = {}

    @rule(number=numbers)
    def add(self, number: int) -> None:
        if number not in self.kept:
            self.numbers.add(number)
        self.things.put(number, f"thing {number}")
        self.kept[number] = f"thing {number}"

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.kept)))
        self.numbers.remove(number)
        self.things.remove(number)
        del self.kept[number]

    @rule()
    def go_on_with_copies(self) -> None:
        old, self.numbers, self.things = (self.numbers, self.things), self.numbers.copy(), self.things.copy()
        old[0].add(9 * BLOCK)
        old[1].put(9 * BLOCK, "not ours")

    @rule(start=places, stop=places, number=numbers)
    def ask(self, start: int, stop: int, number: int) -> None:
        ascending = sorted(self.kept)
        assert self.numbers[start:stop] == ascending[start:stop]
        assert self.numbers.after(number) == [one for one in ascending if one > number]
        assert (number in self.numbers) == (number in self.kept)

    @invariant()
    def all_are_there_in_order(self) -> None:
        ascending = sorted(self.kept)
        assert (list(self.numbers), len(self.numbers)) == (ascending, len(ascending))
        assert self.things.at(ascending) == [self.kept[number] for number in ascending]


TestSets = Sets.TestCase

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text(max_size=4)
    | st.sampled_from(['"first":', '"end":', "\0", '\\"end":']),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["first", "end", "\0", "x"]), inner, max_size=3),
)
documents = st.dictionaries(st.sampled_from(["id", "first", "middle", "end", "last", "\0"]), values, max_size=6)


@given(st.lists(documents, max_size=8))
def test_what_is_kept_in_parts_is_read_as_it_was_put(some: list[dict[str, Any]]) -> None:
    kept = Table(Kind("test/alike"), Alike("first", "end"))
    for number, document in enumerate(some * 2):
        kept.put(str(number), document)
    assert [text_of(row) for row in kept.rows.values()] == [orjson.dumps(document) for document in some * 2]


def test_what_is_the_same_in_two_documents_is_kept_once() -> None:
    alike = Alike("first", "end")
    texts = [orjson.dumps({"id": id, "first": "a" * 100, "end": id}) for id in range(3)]
    (_, nothing), (own, shared), (_, again) = [alike.part(text) for text in texts]
    assert (nothing, len(own) + len(shared)) == (b"", len(texts[1]) + 1)
    assert again is shared


def test_what_many_are_found_under_is_one_object() -> None:
    kept = Table(Kind("test/alike", {"colour": by("colour")}))
    for number in range(4):
        kept.put(str(number), {"colour": orjson.loads(b'"a word of a document"')})
    _, second, *others = [table.places_of(row)[0] for row in kept.rows.values()]
    assert all(other is second for other in others)


@settings(max_examples=20)  # each makes thousands
@given(st.lists(st.integers(0, 3 * table.LONG), min_size=1, max_size=20))
def test_a_long_kind_is_numbered_and_found_like_a_short_one(deleted: list[int]) -> None:
    kept = Table(Kind("test/long", {"even": by("even")}))
    for number in range(table.LONG + 50):
        kept.put(str(number), {"even": number % 2 == 0})
    for id in {str(number) for number in deleted} & kept.rows.keys():
        kept.restore(id, None)
    left = list(kept.rows)
    assert kept.ids_at(kept.matches([])) == left
    assert kept.ids_at(kept.matches([("even", True)])) == [id for id in left if int(id) % 2 == 0]
    assert kept.ids_after(seq_of(kept.rows[left[-5]])) == left[-4:]


parts = st.tuples(*[st.integers(0, 1 << 58)] * 2, st.integers(0, 1 << 62))


@given(st.lists(parts, max_size=20))
def test_an_order_hands_out_what_it_was_given_as_sorted(some: list[tuple[int, int, int]]) -> None:
    order = Order()
    for one in some:
        order.push(*one)
    nodes = [make_node(*one) for one in sorted(some)]
    assert [(due_of(node), planned_of(node), number_of(node)) for node in nodes] == sorted(some)
    assert [order.due(), order.first()] == ([min(some)[0], nodes[0]] if some else [None, None])
    assert [order.take(due_of(node)) for node in nodes] == nodes
    assert order.take(1 << 60) is None
