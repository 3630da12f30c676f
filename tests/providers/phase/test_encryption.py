"""End-to-end encryption on the wire, as a client of our own sees it; the vendor's programs are in programs/."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from nacl import bindings

from mockenv.client import Mockenv
from mockenv.providers.phase.encryption.sealing import Unreadable, key_pair, seal, unseal
from tests.processes import run
from tests.providers.phase.conftest import APP, DEVELOPMENT, PRODUCTION, STAGING, Phase, error
from tests.providers.phase.test_privacy import SECRETS

KEYS, ENCRYPTED = "/service/secrets/tokens/", "/service/secrets/"
GONE = "Token expired or deleted"
PRIVATE = "no-record-has-this"
SEEDS = some.binary(min_size=32, max_size=32)


class Vault:
    """What a client works out from its token and what the service says of it."""

    def __init__(self, phase: Phase, role: str = "owner") -> None:
        self.phase, self.role = phase, role
        self.token = phase.sandbox.variables("phase", role)["PHASE_SERVICE_TOKEN"]
        *_, public, share, wrapping = self.token.split(":")
        self.bundle = phase("GET", KEYS, role=role).json()
        wrapped = bytes.fromhex(self.bundle["wrapped_key_share"])
        theirs = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(wrapped[:-24], None, wrapped[-24:], bytes.fromhex(wrapping))
        private = bytes(one ^ other for one, other in zip(bytes.fromhex(share), bytes.fromhex(theirs.decode()), strict=True))
        self.account = bytes.fromhex(public), private

    def environment(self, id: str) -> dict[str, Any]:
        return next(one for app in self.bundle["apps"] for one in app["environment_keys"] if one["environment"]["id"] == id)

    def open(self, ciphertext: str, keys: tuple[bytes, bytes]) -> str:
        prefix, version, sender, data = ciphertext.split(":")
        assert (prefix, version) == ("ph", "v1")
        receive, _ = bindings.crypto_kx_server_session_keys(*keys, bytes.fromhex(sender))
        sealed = b64decode(data)
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[:-24], None, sealed[-24:], receive).decode()

    def keys(self, id: str) -> tuple[bytes, bytes]:
        seed = self.open(self.environment(id)["wrapped_seed"], self.account)
        return bindings.crypto_kx_seed_keypair(bytes.fromhex(seed))


def sealed(text: str, vault: Vault, environment: str = DEVELOPMENT) -> str:
    return seal(text, bytes.fromhex(vault.environment(environment)["identity_key"]), key_pair(b"k" * 32), b"n" * 24)


def entry(vault: Vault, key: str = "A", value: str = "1", **more: Any) -> dict[str, Any]:
    return {"key": sealed(key, vault), "keyDigest": key, "value": sealed(value, vault), "comment": "", **more}


def ask(phase: Phase, method: str, *entries: Any, role: str = "owner", environment: str = DEVELOPMENT, **headers: str) -> Any:
    body = None if method == "GET" else {"secrets": list(entries)}
    return phase(method, ENCRYPTED, body, role, headers={"Environment": environment, **headers})


@given(text=some.text(), recipient=SEEDS, sender=SEEDS)
def test_what_is_sealed_is_opened_by_its_recipient_and_by_nobody_else(text: str, recipient: bytes, sender: bytes) -> None:
    keys = key_pair(recipient)
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    ciphertext = seal(text, keys.public, key_pair(sender), b"n" * 24)
    assert unseal(ciphertext, keys) == text
    with pytest.raises(Unreadable):
        unseal(ciphertext, key_pair(bytes(32) if recipient != bytes(32) else b"1" * 32))


@pytest.mark.parametrize(
    "bad", [None, 1, "", "ph:v1:00:aa", f"ph:v2:{'0' * 64}:aaaa", f"ph:v1:{'0' * 64}:aaaa", f"ph:v1:{'9' * 64}:!"]
)
def test_what_is_no_ciphertext_is_not_opened(bad: object) -> None:
    with pytest.raises(Unreadable):
        unseal(bad, key_pair(bytes(32)))


@pytest.mark.parametrize("role", ["owner", "developer", "service_account", "service"])
def test_a_token_opens_the_environments_of_its_account(phase: Phase, role: str) -> None:
    vault = Vault(phase, role)
    public, _ = vault.keys(DEVELOPMENT)
    assert public.hex() == vault.environment(DEVELOPMENT)["identity_key"]
    ids = [one["environment"]["id"] for app in vault.bundle["apps"] if app["id"] == APP for one in app["environment_keys"]]
    assert ids == {"owner": [DEVELOPMENT, STAGING, PRODUCTION], "service_account": [DEVELOPMENT, STAGING, PRODUCTION]}.get(
        role, [DEVELOPMENT]
    )
    assert vault.bundle["apps"][0]["encryption"] == ("E2E" if role == "service" else "SSE")
    assert ("user_id" in vault.bundle, "account_id" in vault.bundle) == (role in ("owner", "developer"), role == "service_account")


def test_all_accounts_of_an_environment_come_to_the_same_keys(phase: Phase) -> None:
    assert len({Vault(phase, role).keys(DEVELOPMENT) for role in ("owner", "developer", "service_account", "service")}) == 1
    assert len({Vault(phase).keys(id) for id in (DEVELOPMENT, STAGING)}) == 2


def test_a_token_that_was_made_here_opens_what_its_account_has(phase: Phase) -> None:
    made = phase("POST", f"/v1/service-accounts/{phase.service_account()}/tokens/", {"name": "CI"}, "owner").json()
    _, version, value, public, *_ = made["token"].split(":")
    assert (version, public) == ("v2", Vault(phase, "service_account").account[0].hex())
    shown = phase.bearing(f"Bearer ServiceAccount {value}", "GET", KEYS).json()
    assert [app["id"] for app in shown["apps"]] == [APP]


def test_the_same_seed_gives_the_same_keys_and_a_fork_keeps_them(mockenv_server: Mockenv) -> None:
    with mockenv_server.sandbox(seed=5) as one, mockenv_server.sandbox(seed=5) as other, mockenv_server.sandbox(seed=6) as third:
        keys = [Vault(Phase(sandbox)).keys(DEVELOPMENT) for sandbox in (one, other, third)]
        assert keys[0] == keys[1] != keys[2]
        one.snapshot("now")
        with one.fork("now", f"{one.name}-fork") as fork:
            assert Vault(Phase(fork)).keys(DEVELOPMENT) == keys[0]


def test_ciphertexts_are_the_same_each_time_and_others_after_each_change(phase: Phase) -> None:
    made = phase.add_secrets({"key": "A", "value": "1"})[0]
    first = ask(phase, "GET").json()
    assert ask(phase, "GET").json() == first
    phase("PUT", SECRETS, {"secrets": [{"id": made["id"], "value": "1"}]})
    assert ask(phase, "GET").json()[0]["value"] != first[0]["value"]


def test_names_are_spelled_as_the_client_wishes(phase: Phase) -> None:
    phase.add_secrets({"key": "A", "value": "1", "override": {"value": "2", "isActive": True}})
    plain, camel = ask(phase, "GET").json()[0], ask(phase, "GET", **{"X-Use-Camel-Case": "true"}).json()[0]
    assert (plain["key_digest"], plain["override"]["is_active"]) == (camel["keyDigest"], camel["override"]["isActive"])
    assert len(plain) == len(camel) == 15


def test_secrets_are_found_by_the_digest_that_the_client_gave_them(phase: Phase) -> None:
    vault = Vault(phase)
    assert ask(phase, "POST", entry(vault, "A", path="a//b/", tags=["x"]), entry(vault, "B")).content == b""
    for headers, found in (({"KeyDigest": "A"}, 1), ({"Path": "/a/b"}, 1), ({"Tags": "y,x"}, 1), ({"Path": "/b"}, 0), ({}, 2)):
        assert len(ask(phase, "GET", **headers).json()) == found, headers
    assert error(ask(phase, "POST", entry(vault, "B"))) == (409, "Duplicate secret found")


def test_what_stands_before_a_refused_entry_is_done(phase: Phase) -> None:
    vault = Vault(phase)
    wrong = entry(vault, "B", value="x") | {"value": "plain text"}
    assert error(ask(phase, "POST", entry(vault), wrong, entry(vault, "C"))) == (400, "Invalid ciphertext format")
    [made] = phase("GET", SECRETS).json()
    change = {"id": made["id"], "value": sealed("2", vault)}
    assert error(ask(phase, "PUT", change, {"id": "zzz"})) == (404, "Secret not found: zzz")
    assert phase("GET", SECRETS).json()[0]["value"] == "2"


@pytest.mark.parametrize(
    "broken", [{"key": None}, {"value": 1}, {"type": "zz"}, {"tags": "x"}, {"override": None}, {"keyDigest": 1}]
)
def test_an_entry_that_makes_no_sense_is_refused_and_leaves_nothing(phase: Phase, broken: dict[str, Any]) -> None:
    reply = ask(phase, "POST", entry(Vault(phase)) | broken)
    assert reply.status_code == 400
    assert phase("GET", SECRETS).json() == []


def test_a_change_without_tags_takes_them_away_and_a_deletion_passes_over_what_is_not_there(phase: Phase) -> None:
    made = phase.add_secrets({"key": "A", "value": "1", "tags": ["x"]})[0]
    ask(phase, "PUT", {"id": made["id"]})
    [one] = phase("GET", SECRETS).json()
    assert (one["tags"], one["value"], one["version"]) == ([], "1", 2)
    assert ask(phase, "DELETE", "zzz", made["id"], made["id"]).status_code == 200
    assert phase("GET", SECRETS).json() == []


@pytest.mark.parametrize("role", ["owner", "service_account", "service"])
def test_a_token_that_is_withdrawn_or_over_opens_nothing(mockenv_server: Mockenv, role: str) -> None:
    world = {"phase": {"apps": [], "tokens": {role: {"expires_at": "2026-01-24T11:00:00Z"}}}}
    with mockenv_server.sandbox(clock="manual", fixture=world) as sandbox:
        phase = Phase(sandbox)
        assert phase("GET", KEYS, role=role).status_code == 200
        sandbox.advance("31m")
        assert error(phase("GET", KEYS, role=role)) == (403, GONE)
        assert error(phase("GET", ENCRYPTED, role=role)) == (401, GONE)
    with mockenv_server.sandbox(clock="manual") as sandbox:
        phase = Phase(sandbox)
        token = next(one for one in sandbox.resources(provider="phase", kind="token") if one["document"]["grant"] == role)
        sandbox.set_status(token["name"], "deleted")
        assert error(phase("GET", KEYS, role=role)) == (403, GONE)
        assert error(phase("GET", SECRETS, role=role)) == (401, GONE)


def test_a_token_is_refused_where_its_account_has_nothing(phase: Phase) -> None:
    for role, told in {
        "developer": (403, "User cannot access this environment"),
        "service": (401, "Service token cannot access this environment"),
    }.items():
        assert error(ask(phase, "GET", role=role, environment=PRODUCTION)) == told
    phase("PUT", f"/v1/service-accounts/{phase.service_account()}/access/", {"apps": []})
    assert error(ask(phase, "GET", role="service_account")) == (401, "Service account cannot access this environment")
    assert error(phase("GET", ENCRYPTED, role="service")) == (401, "Service tokens require an environment context")


def test_a_legacy_token_is_for_secrets_alone(phase: Phase) -> None:
    assert phase("GET", SECRETS, role="service").status_code == 200
    where = f"?app_id={APP}&env=development"
    for path in ("/v1/environments/", "/v1/members/", "/v1/apps/"):
        assert phase("GET", path + where, role="service").status_code == 403


@pytest.mark.parametrize("words", [f"Bearer User {'0' * 64}", "Bearer x", "Basic x", f"Bearer Service {'0' * 64}"])
def test_a_strangers_token_opens_nothing_even_where_it_is_taken_elsewhere(phase: Phase, words: str) -> None:
    assert error(phase.bearing(words, "GET", KEYS)) == (403, GONE)


def test_where_keys_are_given_out_only_get_is_taken(phase: Phase) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert error(phase(method, KEYS)) == (405, f'Method "{method}" not allowed.')


def test_neither_texts_nor_keys_are_in_any_record(phase: Phase, mockenv_server: Mockenv) -> None:
    vault = Vault(phase)
    override = {"value": sealed(PRIVATE, vault), "isActive": True}
    assert ask(phase, "POST", entry(vault, "A", PRIVATE, comment=sealed(PRIVATE, vault), override=override)).status_code == 200
    ask(phase, "GET")
    sandbox = phase.sandbox
    records = (
        f"{sandbox.journal()}{sandbox.har()}{sandbox.events()}{sandbox.resources()}{mockenv_server.metrics()}{sandbox.agenda()}"
    )
    _, private = vault.keys(DEVELOPMENT)
    seed = vault.open(vault.environment(DEVELOPMENT)["wrapped_seed"], vault.account)
    salt = vault.open(vault.environment(DEVELOPMENT)["wrapped_salt"], vault.account)
    for hidden in (PRIVATE, private.hex(), seed, salt, *vault.token.split(":")[2:], vault.bundle["wrapped_key_share"], "ph:v1:"):
        assert hidden not in records


def test_env_prints_what_the_programs_want(phase: Phase, mockenv_server: Mockenv) -> None:
    there = ("--url", mockenv_server.url, "--sandbox", phase.sandbox.name)
    told = run("env", "phase", "--role", "service", "--format", "dotenv", *there).stdout.splitlines()
    assert [line.partition("=")[0] for line in told] == [
        "PHASE_HOST",
        "PHASE_SERVICE_TOKEN",
        "PHASE_APP",
        "PHASE_APP_ID",
        "PHASE_ENV",
    ]
    assert told[1].startswith("PHASE_SERVICE_TOKEN=pss_service:v1:")
    refused = run("env", "phase", "--role", "servic", *there)
    assert refused.returncode != 0
    assert "service" in refused.stderr
