"""docs/faults.md: every word of a fault with its exact meaning."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from docs.grid import grid
from docs.howto import NOTE
from docs.vocabulary import EFFECTS, PLACES, SELECTORS, Word
from mockenv.bootstrap import fixtures_folder
from mockenv.kernel.faults import rules
from mockenv.kernel.faults.claims import WIRE

TEXT = """# When things go wrong: faults and scenarios

A fault is a rule: *where* (selectors) and *what* (`effect`). Give it to a running server,

    POST /_mockenv/sandboxes/default/faults
    {{"provider": "vector", "operation": "createEnvironment", "effect": {{"status": 503}}, "times": 2}}

with `sandbox.fault({{"status": 503}}, operation="createEnvironment", times=2)` from Python, with `mockenv faults` from a shell, or
under `faults:` in a scenario. A name that does not exist is refused, with the nearest one that does. `GET …/faults` counts each rule's
`hits`, and the journal names the rules that acted on a request. A rule that is removed acts on no later request. Nothing acts on
`/_mockenv/` itself, and a reply that a fault has made is no departure from the document.

A rule is about requests, steps or deliveries: its selectors say which, else its effect (`fail` is a step's); where neither does, as with
`{{"effect": {{"delay": "1s"}}}}`, it is about requests. Of several rules that act at once, the effects are combined, and the later rule
wins where two say the same.

## How often

{selectors}

In this order: an occasion that matches is counted; `after` lets the first ones pass; of the rest each `every`-th counts; of those each acts
with `probability`; and after `times` actions the rule is spent.

## On a request

Where:

{request_places}

What:

{request_effects}

Of {wire} a rule takes one (and of two rules' the one that
stands first here happens); `status`, `delay` and `headers` go with any of them. They need mockenv's own server: under plain WSGI the
answer is the provider's 500, which says so, and delays are left out.

Faults come behind the door: a request that is not let in (no credentials, no such route, too large, a rate limit of the provider's own)
is refused as ever, and no rule counts it.

**Before or after?** `before` is the service that was down: nothing has happened, and a repeated request is the first one. `after` is the
answer that was lost: it has happened, and a client that repeats its request asks for a second one.

### Programs that ask again by themselves

Many libraries repeat a request whose answer never came, above all on a connection that was kept, and tell nobody: with `times: 1` the
test then sees no fault at all. [What HTTP clients do with a spoilt answer](http-clients.md) is measured for every library there that
people use. So:

- To have the *program* see the fault, say `"connection": "fresh"`: kept connections end first, and next to nobody repeats on a new one.
  Where a library does even that (its own retries are on), give more `times` than it has tries.
- To see *whether* a request was repeated, look into the journal: `resend_of` is the number of the request that this one repeats to the
  byte, and `connection` says which request of which connection it was.
- To test the repeating itself, say `"connection": "reused"`; with `"phase": "after"` on a POST the journal and the resources show whether
  somebody now has two.

### One request at a time

A client may ask for its own fault, without a rule:

| with | for example |
| --- | --- |
| `Prefer` | `Prefer: code=503` |
| `X-Mockenv-Fault` | `X-Mockenv-Fault: status=503, delay=2s`, `X-Mockenv-Fault: reset, phase=after`; the effects above but `headers`, a `delay` as a duration |
| a marked name | a `name` or `key` in the JSON body that contains `mockenv-fault-503`, `mockenv-fault-after-reset`, `mockenv-fault-delay-2s-503` |

Marked names are for clients that can set no header: a status, `delay` and a duration, or
{named}; `after` among them for that phase. A word that means none of this is part of the name. With `--auth strict` they are names like any other. A header that makes no sense is
answered 400, in the provider's dialect.

## On a step

Where:

{step_places}

What, at the moment when the step's time is up:

{step_effects}

To keep a step waiting only until you say so, hold it instead: `PUT …/holds/{{step}}`.

## On a delivery

Where:

{delivery_places}

What, to one attempt:

{delivery_effects}

## Whose time

| | time |
| --- | --- |
| `delay` and `drip` on a request | real: as a client feels it |
| `slow` on a step, `delay` and `reorder` on a delivery, `expires` | the sandbox's: `advance` moves it |
| `Retry-After` of `rate_limit` | only told: the rule's own `times` and `expires` say when it ends |

A delay is a duration (`2s`, `1h30m`, `250ms` or a number of seconds), a range (`{{"uniform": ["1s", "3s"]}}`) or a distribution
(`{{"lognormal": {{"median": "2s", "sigma": 0.5}}}}`).

## Scenarios

A scenario is a file that says how a world begins: `fixture`, `clock`, `delays`, `faults`, `holds`, `options`, `seed`, `description`. What it
leaves out comes from the server's flags. `mockenv serve --scenario NAME|FILE`, or `{{"scenario": NAME}}` (or the object itself) for one
sandbox; `mockenv validate FILE` says what is wrong with one. Begin yours with
`# yaml-language-server: $schema=…/fixtures/scenario.schema.json`, and an editor completes every name in it. These come along:

{scenarios}
"""


def draw_faults(source: str) -> str:
    """The whole page."""
    tables = {
        **{f"{target}_places": _table(words, rules.PLACES[target]) for target, words in PLACES.items()},
        **{f"{target}_effects": _table(words, rules.EFFECTS[target]) for target, words in EFFECTS.items()},
    }
    body = TEXT.format(
        **tables,
        selectors=_table(SELECTORS, rules.SELECTORS),
        wire=_listed(WIRE),
        named=_listed(WIRE),
        scenarios="\n\n".join(_scenario(path) for path in sorted((fixtures_folder() / "scenarios").glob("*.yaml"))),
    )
    return f"{NOTE.format(source=source)}\n\n{body}"


def _table(words: Mapping[str, Word], names: tuple[str, ...]) -> str:
    return grid(["word", "meaning"], ([f"`{name}`", words[name].meaning] for name in names))


def _scenario(path: Path) -> str:
    lines = yaml.safe_load(path.read_text())["description"].splitlines()
    return "\n".join([f"### `{path.stem}`", "", *(f"- {line}" for line in lines)])


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
