"""Providers' options: which there are, and the complete set of a sandbox; knows no sandbox and no provider by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockenv.errors import BadInput, Problems, check_name
from mockenv.kernel.unit.lag import OFF, OPTION
from mockenv.kernel.values.instant import parse_duration
from mockenv.kernel.values.origins import parse_origins
from mockenv.kernel.worlds.inhabitant import Inhabitant, Option

LIST_LAG = Option(OFF, (), "how long (of the sandbox's time) lists lag behind writes: 0s for never", parse_duration)
"""Every provider that names its lists has this one."""
CORS_OPTION = "cors"
CORS_WHY = (
    "which web origins may read its answers in a browser: off, * or origins with blanks between, such as http://localhost:5173"
)


def declared(one: Inhabitant) -> Mapping[str, Option]:
    """All options of a provider: its own, and those that come with what it names."""
    lag = {OPTION: LIST_LAG} if one.lists else {}
    cors = {} if one.cors is None else {CORS_OPTION: Option(one.cors, (), CORS_WHY, parse_origins)}
    return {**one.options, **lag, **cors}


class Options:
    """The options of all providers. `flags` are the server's: provider → option → value."""

    def __init__(self, inhabitants: Mapping[str, Inhabitant], flags: Mapping[str, Mapping[str, Any]]) -> None:
        self._declared = {name: declared(one) for name, one in inhabitants.items()}
        self._flags = flags
        self._usual: dict[str, dict[str, str]] | None = None

    def complete(self, told: Mapping[str, Any], where: str) -> Mapping[str, Mapping[str, str]]:
        """Every provider's options: defaults, then the server's flags, then the sandbox's own. Raises BadInput."""
        if told:
            return self._complete(told, where)
        if self._usual is None:
            self._usual = self._complete({}, where)
        return self._usual

    def _complete(self, told: Mapping[str, Any], where: str) -> dict[str, dict[str, str]]:
        complete = {name: {key: option.default for key, option in some.items()} for name, some in self._declared.items()}
        problems = Problems()
        for provider, options in (*self._flags.items(), *told.items()):
            with problems.gather():
                check_name(provider, complete, where, f"options.{provider}")
                if not isinstance(options, Mapping):
                    raise BadInput(where, f"options.{provider}", "is not a mapping")
                for name, value in options.items():
                    complete[provider][name] = self._checked(provider, name, value, where)
        problems.tell()
        return complete

    def _checked(self, provider: str, name: str, value: Any, where: str) -> str:
        options, key = self._declared[provider], f"options.{provider}.{name}"
        check_name(name, options, where, key)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if options[name].choices:
            check_name(text, options[name].choices, where, key)
        if check := options[name].check:
            check(text, where, key)
        return text
