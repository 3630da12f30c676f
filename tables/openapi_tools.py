"""What reads OpenAPI documents, on ours: validators and linters and what they complain of, generators and whether their code loads."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tables.cache import HERE, node_home, pinned, python_with
from tables.kept import Row

DOCUMENTS = {path.stem: path for path in sorted((HERE.parent / "openapi").glob("*.yaml"))}
PATIENCE = 300
LOAD = """import importlib, pkgutil, sys
name = sys.argv[1]
for one in pkgutil.walk_packages(importlib.import_module(name).__path__, name + "."):
    importlib.import_module(one.name)
"""
"""Imports every module of a generated package."""
TSC = "--noEmit --strict --skipLibCheck --target es2022 --module esnext --moduleResolution bundler --lib es2022,dom,dom.iterable"
SPECTRAL = '{"extends": ["spectral:oas"]}'
PARSE = (
    "require(process.argv[1] + '/node_modules/@apidevtools/swagger-parser').validate(process.argv[2])"
    ".catch((e) => { console.log(e.message); process.exit(1); })"
)


@dataclass(frozen=True)
class Tool:
    """`command` reads `{document}` and may write below `{out}`; `complaints` finds them in what it says; `loads` judges what it made."""

    program: str
    kind: str
    version: str
    command: tuple[str, ...]
    complaints: str = ""
    loads: Callable[[Path], str] | None = None


def measure(only: str | None = None) -> list[Row]:
    return [_row(tool) for tool in tools() if not only or only in tool.program]


def tools() -> Iterator[Tool]:
    yield from _python()
    home = node_home()
    if home:
        yield from _node(home)


def _python() -> Iterator[Tool]:
    python, pins = python_with("openapi"), pinned("openapi")
    run, loads = partial(_beside, python), partial(_imports, python)
    validator = run("openapi-spec-validator")
    yield Tool("openapi-spec-validator", "validator", pins["openapi-spec-validator"], (validator, "{document}"))
    core = python_with("openapi-core")
    check = "import sys; from openapi_core import OpenAPI; OpenAPI.from_file_path(sys.argv[1])"
    yield Tool("openapi-core", "contract tester", pinned("openapi-core")["openapi-core"], (str(core), "-c", check, "{document}"))
    models = ("--input", "{document}", "--input-file-type", "openapi", "--output", "{out}/made/__init__.py")
    generator = run("datamodel-codegen")
    yield Tool("datamodel-code-generator", "generator", pins["datamodel-code-generator"], (generator, *models), loads=loads)
    client = ("generate", "--meta", "none", "--path", "{document}", "--output-path", "{out}/made")
    complaint, version = r"^Unable to process|^Cannot parse", pins["openapi-python-client"]
    yield Tool("openapi-python-client", "generator", version, (run("openapi-python-client"), *client), complaint, loads)
    if shutil.which("java"):
        yield from _openapi_generator(run("openapi-generator-cli"), pins["openapi-generator-cli"], loads)


def _openapi_generator(program: str, version: str, loads: Callable[[Path], str]) -> Iterator[Tool]:
    yield Tool("openapi-generator validate", "validator", version, (program, "validate", "-i", "{document}"), r"^\s+-")
    made = ("generate", "-i", "{document}", "-o", "{out}", "--package-name", "made", "-g")
    yield Tool(
        "openapi-generator python", "generator", version, (program, *made, "python"), r" ERROR .*? - (.*not yet supported)", loads
    )
    home = node_home()
    if home:
        make = (program, *made[:-3], "-g", "typescript-fetch")
        yield Tool(
            "openapi-generator typescript-fetch",
            "generator",
            version,
            make,
            r" ERROR .*? - (.*not yet supported)",
            partial(_types, home),
        )


def _node(home: Path) -> Iterator[Tool]:
    def of(package: str) -> str:
        return str(json.loads((home / "node_modules" / package / "package.json").read_text())["version"])

    def run(program: str) -> str:
        return str(home / "node_modules" / ".bin" / program)

    loads = partial(_types, home)
    (home / "spectral.json").write_text(SPECTRAL)
    redocly = (run("redocly"), "lint", "{document}", "--format=stylish")
    spectral = (run("spectral"), "lint", "-r", str(home / "spectral.json"), "{document}")
    parser = ("node", "-e", PARSE, str(home), "{document}")
    one, folder = "{out}/index.ts", "{out}"
    hey, own = ("-i", "{document}", "-o", folder), ("generate", "-p", "{document}", "-o", folder, "-n", "index.ts")
    yield Tool("redocly lint", "linter", of("@redocly/cli"), redocly, r"^\s+\d+:\d+\s+(?:error|warning)\s+(\S+)")
    yield Tool("spectral oas", "linter", of("@stoplight/spectral-cli"), spectral, r"^\s+\d+:\d+\s+(?:error|warning)\s+(\S+)")
    yield Tool("swagger-parser", "validator", of("@apidevtools/swagger-parser"), parser)
    types = (run("openapi-typescript"), "{document}", "-o", one)
    yield Tool("openapi-typescript", "generator", of("openapi-typescript"), types, loads=loads)
    yield Tool("@hey-api/openapi-ts", "generator", of("@hey-api/openapi-ts"), (run("openapi-ts"), *hey), loads=loads)
    orval = (run("orval"), "--input", "{document}", "--output", one, "--client", "fetch")
    yield Tool("orval fetch", "generator", of("orval"), orval, loads=loads)
    program = (run("swagger-typescript-api"), *own)
    yield Tool("swagger-typescript-api", "generator", of("swagger-typescript-api"), program, loads=loads)


def _beside(python: Path, program: str) -> str:
    return str(python.parent / program)


def _row(tool: Tool) -> Row:
    return {
        "program": tool.program,
        "kind": tool.kind,
        "version": tool.version,
        "date": datetime.now(UTC).date().isoformat(),
        "seen": {name: _seen(tool, path) for name, path in DOCUMENTS.items()},
    }


def _seen(tool: Tool, document: Path) -> str:
    """`ok`, with what it complains of; or what goes wrong."""
    with tempfile.TemporaryDirectory() as out:
        (Path(out) / "made").mkdir()
        if "{out}/made" in tool.command:
            (Path(out) / "made").rmdir()
        done = _run(*(part.replace("{document}", str(document)).replace("{out}", out) for part in tool.command))
        said = done.stdout + done.stderr
        complaints = _counted(re.findall(tool.complaints, said, re.MULTILINE)) if tool.complaints else ""
        if done.returncode and not complaints:
            return f"refuses: {_last(said)}"
        wrong = tool.loads(Path(out)) if tool.loads else ""
    verdict = f"what it makes does not load: {wrong}" if wrong else "ok"
    return f"{verdict}, complains: {complaints}" if complaints else verdict


def _counted(found: list[str]) -> str:
    """`3 × no-path-trailing-slash, …`."""
    words = {one.strip().removesuffix(":") for one in found}
    return ", ".join(f"{sum(one.strip().removesuffix(':') == word for one in found)} × {word}" for word in sorted(words))


def _imports(python: Path, out: Path) -> str:
    done = _run(str(python), "-c", LOAD, "made", cwd=out)
    return _last(done.stderr) if done.returncode else ""


def _types(home: Path, out: Path) -> str:
    files = [str(path) for path in out.glob("*.ts")]
    done = _run(str(home / "node_modules" / ".bin" / "tsc"), *TSC.split(), *files)
    return f"{done.stdout.count('error TS')} errors, first {_first_error(done.stdout)}" if done.returncode else ""


def _first_error(said: str) -> str:
    return next((line.partition(": error ")[2] for line in said.splitlines() if ": error " in line), "")


def _last(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return re.sub(r"/\S+/", "…/", lines[-1])[:160] if lines else "without a word"


def _run(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, cwd=cwd)
