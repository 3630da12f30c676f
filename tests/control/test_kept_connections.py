"""The Python client's connections: kept between calls, taken by one thread at a time, left behind where the server has gone."""

from __future__ import annotations

import gc
import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockenv.client import Mockenv, MockenvError
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings


def test_calls_one_after_the_other_go_over_one_connection(mockenv_server: Mockenv) -> None:
    client = Mockenv(mockenv_server.url)
    client.health()
    [kept] = client._kept
    there = kept.sock
    with client.sandbox() as sandbox:
        sandbox.advance("1s")
    assert [one.sock for one in client._kept] == [there]
    client.close()
    assert client.health()["status"] == "ok"
    client.close()


def test_a_refusal_leaves_its_connection_fit_for_the_next_call(mockenv_server: Mockenv) -> None:
    client = Mockenv(mockenv_server.url)
    for _ in range(2):
        with pytest.raises(MockenvError, match="404"):
            client.get("nobody")
    assert len(client._kept) == 1
    client.close()


def test_threads_that_share_a_client_each_get_their_own_answers(mockenv_server: Mockenv) -> None:
    client = Mockenv(mockenv_server.url)

    def ask(number: int) -> bool:
        with client.sandbox(name=f"thread-{number}") as sandbox:
            return sandbox.server.get(sandbox.name).name == f"thread-{number}"

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(40)))
    client.close()


def test_a_connection_that_the_server_has_ended_is_not_used_again() -> None:
    first = ThreadedServer(Settings(port=0, log_level="warning")).start()
    client = Mockenv(first.url)
    client.health()
    first.stop()
    second = ThreadedServer(Settings(port=int(first.url.rpartition(":")[2]), log_level="warning")).start()
    try:
        assert client.health()["status"] == "ok"
    finally:
        client.close()
        second.stop()


def test_a_client_that_is_forgotten_leaves_no_socket_open(mockenv_server: Mockenv) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client = Mockenv(mockenv_server.url)
        client.health()
        kept = client._kept
        del client
        gc.collect()
    assert kept == []


def test_a_sandbox_goes_to_another_process_without_its_connections(mockenv_server: Mockenv) -> None:
    with Mockenv(mockenv_server.url).sandbox(name="sent") as sandbox:
        twin = pickle.loads(pickle.dumps(sandbox))
        assert twin.clock()["mode"] == sandbox.clock()["mode"]
        twin.server.close()
