"""docs/report.md: what a client report finds, rule by rule, from the rules themselves."""

from __future__ import annotations

from docs.howto import NOTE
from mockenv.control.report.rule import LEVELS
from mockenv.control.report.rules import MODULES

TEXT = """# What is wrong with my client: the report

Ask after a run, whatever drove it: `mockenv report`, `GET /_mockenv/sandboxes/{{s}}/report`, `sandbox.report()`. The report reads the
journal, what the client made and what its webhook receiver took, and tells what it did wrong, with the numbers of the requests that show
it and with what to do. It changes nothing and may be asked for at any time.

```sh
mockenv report || echo errors                         # for people; exit code 1 if there are errors
mockenv report --json                                 # for scripts; --format junit, sarif or html with -o FILE for others
mockenv report --suppress 'never-deleted=the environment is meant to stay' || echo errors
```

With `pytest --mockenv-report DIR` every test that uses the fixture `mockenv` is judged before its sandbox goes, and the session writes
`report.json`, `.xml` (JUnit), `.sarif`, `.html` and `.txt` there (a worker of pytest-xdist into a folder of its own). The tests' outcome
does not change. In pytest's file,

<!-- not run: a fragment of a file of yours -->

```ini
[pytest]
mockenv_suppress =
    never-deleted = every test's sandbox goes with it
```

An **error** is wrong against any service. A **warning** is wrong as a rule; suppress it by its name, and say why. A **note** is worth a
look. Most faults show only where something fails: combine the report with [faults](faults.md), or with a ready scenario.

Pauses between requests are measured by the machine's clock or the sandbox's, whichever says more: a client whose waiting advances the
sandbox's clock waits. What fell out of the journal is not judged, and the report says so (`dropped`, `reason`).

| rule | level | |
| --- | --- | --- |
{rows}
"""


def draw_report(source: str) -> str:
    modules = sorted(MODULES, key=lambda module: LEVELS.index(module.RULE.level))
    rules = [module.RULE for module in modules]
    rows = "\n".join(f"| [`{rule.name}`](#{rule.name}) | {rule.level} | {rule.title} |" for rule in rules)
    sections = "\n".join(
        f"\n## {module.RULE.name}\n\n*{module.RULE.level}*: {module.RULE.title.lower()}. {(module.__doc__ or '').strip()}\n\n{module.RULE.advice}"
        for module in modules
    )
    return f"{NOTE.format(source=source)}\n\n{TEXT.format(rows=rows)}{sections}\n"
