"""A scenario that is wrong is refused twice: in the editor by the schema, and by `mockenv validate` with what to write instead."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from click.testing import CliRunner

from docs.vocabulary import EFFECTS, PLACES, SELECTORS
from mockenv.bootstrap import fixtures_folder
from mockenv.cli import main
from mockenv.client import Mockenv, MockenvError
from mockenv.kernel.faults import rules
from mockenv.kernel.worlds.library import read_yaml

SCHEMA = fixtures_folder() / "scenario.schema.json"
SHIPPED = sorted((fixtures_folder() / "scenarios").glob("*.yaml"))
GOOD: tuple[str, ...] = (
    "clock: {mode: manual, speed: 2, now: 2026-01-24T10:30:00Z}",
    "{clock: null, faults: null, delays: null, description: nothing}",
    "delays: {profile: realistic}",
    "delays: {vector: 2s}",
    "delays: {vector: {environment: {finalizing: {uniform: [1s, 1m30s]}, terminating: 5}}}",
    "delays: {archie: {environment: {lognormal: {median: 2s, sigma: 0.5}}}}",
    "holds: [finalizing, cloning_database]",
    "{seed: 5, fixture: empty}",
    "fixture: {vector: {}}",
    "options: {phase: {rate_limits: 5/minute}, launchdarkly: {approvals: false}, archie: {authentication_status: 200}}",
    "faults: [{effect: {status: 503, message: down, headers: {Retry-After: 5}, delay: {uniform: [1ms, 2ms]}}}]",
    "faults: [{operation: getSite, method: get, path: '*', params: {site: 1}, header: {X-A: b}, phase: after, effect: {drip: 2s}}]",
    "faults: [{operation: getSite, force: true, effect: {status: 202}}]",
    "faults: [{effect: {rate_limit: {retry_after: 1m}}}]",
    "faults: [{effect: {rate_limit: true}, times: 1, after: 0, every: 2, probability: 0.5, expires: 90s}]",
    "faults: [{resource: vector/environment/67890, attempt: 1, effect: {fail: full, rollback: keeps_record, slow: 1h}}]",
    "faults: [{resource: environment/5, step: finalizing, effect: {stall: true}, expires: 2026-01-24T11:30:00Z}]",
    "faults: [{event: 'vector.site.*', effect: {duplicate: 3, reorder: true, bad_signature: true, stale_timestamp: 5m}}]",
)
BAD: tuple[tuple[str, str], ...] = (
    ("fautls: []\nclock: {}", "fautls: 'fautls' is not known; did you mean 'faults'?"),
    ("name: mine\nseed: 1", "name: 'name' is not known"),
    ("seed: x", "seed: is not a whole number"),
    ("seed: true", "seed: is a whole number"),
    ("clock: {mode: manuel}", "clock.mode: 'manuel' is not known; did you mean 'manual'?"),
    ("clock: {sped: 2}", "clock.sped: 'sped' is not known; did you mean 'speed'?"),
    ("clock: {speed: 0}", "clock.speed: is a number above 0"),
    ("delays: realistik", "delays.profile: 'realistik' is not known; did you mean 'realistic'?"),
    ("delays: {vector: {environment: {finalising: 1s}}}", "environment.finalising: 'finalising' is not known; did you mean 'finalizing'?"),
    ("delays: {vector: {environment: fast}}", "delays.vector.environment: 'fast' is not a duration such as 90s"),
    ("delays: {vector: {environment: {uniform: [1s]}}}", "delays.vector.environment: is {\"uniform\""),
    ("delays: {vector: -1}", "delays.vector: -1 is not a duration"),
    ("holds: [finalising]", "holds.0: 'finalising' is not known; did you mean 'finalizing'?"),
    ("options: {vektor: {}}", "options.vektor: 'vektor' is not known; did you mean 'vector'?"),
    ("options: {vector: {signin: vector}}", "options.vector.signin: 'signin' is not known; did you mean 'signing'?"),
    ("options: {vector: {signing: standart}}", "options.vector.signing: 'standart' is not known; did you mean 'standard'?"),
    ("faults: [{effect: {stauts: 503}}]", "faults.0.effect.stauts: 'stauts' is not known; did you mean 'status'?"),
    ("faults: [{operation: createEnviroment, effect: {status: 503}}]", "did you mean 'createEnvironment'?"),
    ("faults: [{provider: vektor, effect: {status: 503}}]", "faults.0.provider: 'vektor' is not known; did you mean 'vector'?"),
    ("faults: [{step: configuring_databse, effect: {fail: x}}]", "faults.0.step: 'configuring_databse' is not known; did you mean"),
    ("faults: [{resource: enviroment, effect: {fail: x}}]", "faults.0.resource: 'enviroment' is not known; did you mean 'environment'?"),
    ("faults: [{event: vector.site.creatd, effect: {drop: true}}]", "did you mean 'vector.site.created'?"),
    ("faults: [{event: '*', effect: {stall: true}}]", "faults.0.effect.stall: 'stall' is not known"),
    ("faults: [{operation: getSite, effect: {delay: fast}}]", "faults.0.effect.delay: 'fast' is not a duration"),
    ("faults: [{effect: {stall: 1}}]", "faults.0.effect.stall: is true"),
    ("faults: [{effect: {status: 99}}]", "faults.0.effect.status: is an HTTP status"),
    ("faults: [{effect: {rate_limit: {after: 1}}}]", "faults.0.effect.rate_limit.after: 'after' is not known"),
    ("faults: [{effect: {fail: x, rollback: maybe}}]", "faults.0.effect.rollback: 'maybe' is not known"),
    ("faults: [{effect: {stall: true}, tims: 1}]", "faults.0.tims: 'tims' is not known; did you mean 'times'?"),
    ("faults: [{effect: {stall: true}, times: 0}]", "faults.0.times: is a whole number from 1 up"),
    ("faults: [{effect: {stall: true}, probability: 2}]", "faults.0.probability: is a number from 0 to 1"),
    ("faults: [{method: GET, phase: later, effect: {status: 503}}]", "faults.0.phase: 'later' is not known"),
    ("faults: [{times: 1}]", "faults.0.effect: wants one or more of"),
    ("faults: {}", "faults: is not a list"),
)  # fmt: skip
LOADER_ONLY: tuple[tuple[str, str], ...] = (
    ("fixture: docks", "fixture: 'docks' is not known; did you mean 'docs'?"),
    ("clock: {now: yesterday}", "clock.now: 'yesterday' is not a date"),
    ("faults: [{effect: {stall: true}, expires: soon}]", "faults.0.expires: 'soon' is not a date"),
    ("faults: [{provider: phase, operation: createSite, effect: {status: 503}}]", "faults.0.operation: 'createSite' is not known"),
    ("faults: [{operation: getSite, effect: {status: 202}}]", "faults.0.effect.status: 202 is not documented there"),
    ("faults: [{effect: {reset: true, empty: true}}]", "faults.0.effect: takes one of"),
    ("options: {phase: {rate_limits: often}}", "options.phase.rate_limits"),
    ("fautls: []", "fautls: 'fautls' is not known; did you mean 'faults'?"),
    ("vectr: {}", "vectr: 'vectr' is not known; did you mean 'vector'?"),
    ("vector: {}\nclok: {}", "clok: 'clok' is not known"),
)
"""What no schema can say, or not in a way that an editor could help with."""


@pytest.fixture(scope="module")
def schema() -> Any:
    return jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))


def validate(path: Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["validate", str(path)])
    return done.exit_code, done.output


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_is_good_by_both_and_says_what_it_is_for(path: Path, schema: Any) -> None:
    assert validate(path) == (0, f"{path}: a good scenario\n")
    content = read_yaml(path)
    schema.validate(content)
    what, seen, catches = content["description"].splitlines()
    assert (bool(what), seen.startswith("Seen: "), catches.startswith("Catches: ")) == (True, True, True)
    assert "clock" not in content
    first = path.read_text().splitlines()[0]
    assert (path.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve() == SCHEMA.resolve()


@pytest.mark.parametrize("text", GOOD)
def test_what_is_right_is_right_by_both(tmp_path: Path, schema: Any, text: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    schema.validate(read_yaml(file))
    assert validate(file) == (0, f"{file}: a good scenario\n")


@pytest.mark.parametrize(("text", "problem"), BAD)
def test_what_is_wrong_is_wrong_by_both(tmp_path: Path, schema: Any, text: str, problem: str) -> None:
    assert not schema.is_valid(yaml.safe_load(text))
    told_in_one_line(tmp_path, text, problem)


@pytest.mark.parametrize(("text", "problem"), LOADER_ONLY)
def test_what_only_the_loader_can_know(tmp_path: Path, text: str, problem: str) -> None:
    told_in_one_line(tmp_path, text, problem)


def told_in_one_line(folder: Path, text: str, problem: str) -> None:
    file = folder / "mine.yaml"
    file.write_text(text)
    code, told = validate(file)
    assert code == 1
    assert re.match(rf"{re.escape(str(file))}:\d+:\d+: ", told)
    assert problem in told
    assert told.count("\n") == 1


MANY = """
fixtur: docs
clock: {mode: manul, speeed: 3}
holds: [finalizing, fnalizing]
faults:
  - step: configuring_databse
    effect: {fail: x}
  - operation: createEnvironment
    effect: {status: 503, delai: 3}
delays: {vector: {environment: {finalizin: 3s}, sit: 3s}}
"""
FIXTURE = """
vector:
  sites:
    - idd: 1
      partner_customer_id: 3
phase: {}
vectr: {}
"""


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            MANY,
            [
                "2:1: fixtur: 'fixtur' is not known; did you mean 'fixture'?",
                "3:22: clock.speeed: 'speeed' is not known; did you mean 'speed'?",
                "4:21: holds.1: 'fnalizing' is not known; did you mean 'finalizing'?",
                "6:5: faults.0.step: 'configuring_databse' is not known; did you mean 'configuring_database'?",
                "9:27: faults.1.effect.delai: 'delai' is not known; did you mean 'delay'?",
                "10:33: delays.vector.environment.finalizin: 'finalizin' is not known; did you mean 'finalizing'?",
                "10:49: delays.vector.sit: 'sit' is not known; did you mean 'site'?",
            ],
        ),
        (
            FIXTURE,
            [
                "4:7: vector: sites.0.id: Missing data for required field.",
                "4:7: vector: sites.0.idd: 'idd' is not known; did you mean 'id'?",
                "5:7: vector: sites.0.partner_customer_id: Not a valid string.",
                "7:1: vectr: 'vectr' is not known; did you mean 'vector'?",
            ],
        ),
    ],
)
def test_all_that_is_wrong_in_a_file_is_told_at_once_and_where_it_stands(tmp_path: Path, text: str, places: list[str]) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    assert validate(file) == (1, "".join(f"{file}:{place}\n" for place in places))


def test_a_request_is_told_all_that_is_wrong_with_each_member_by_its_name(mockenv_server: Mockenv) -> None:
    with pytest.raises(MockenvError, match=r"configuring_databse.*fnalizing") as refused:
        mockenv_server.sandbox(holds=["fnalizing"], faults=[{"step": "configuring_databse", "effect": {"fail": "x"}}])
    assert refused.value.status == 422


def test_the_vocabulary_has_every_word_of_the_code_and_no_other() -> None:
    assert SELECTORS.keys() == set(rules.SELECTORS)
    assert {target: words.keys() for target, words in PLACES.items()} == {one: set(names) for one, names in rules.PLACES.items()}
    assert {target: words.keys() for target, words in EFFECTS.items()} == {one: set(names) for one, names in rules.EFFECTS.items()}
