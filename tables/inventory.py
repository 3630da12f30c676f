"""The HTTP clients that are measured: how each is called, and how its version is found out; those that are not here are left out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tables.cache import HERE, compiled, node_home, pinned, python_with

CLIENTS = HERE / "clients"
JARS = Path("/usr/share/java")
"""Where Debian lays them: libokhttp-java, libhttpclient-java."""
JAVA = {
    "OkHttp": ("okhttp", "okio"),
    "Apache HttpClient": ("httpclient", "httpcore", "commons-logging", "commons-codec"),
}

NODE = (
    *("node:http", "fetch", "undici RetryAgent", "axios", "axios-retry", "got", "ky", "superagent", "superagent retry(2)"),
    *("node-fetch", "fetch-retry", "make-fetch-happen", "ofetch", "needle"),
)


@dataclass(frozen=True)
class Client:
    """A program that makes one request: METHOD, URL and WARM (or nothing) are put behind its command."""

    program: str
    language: str
    version: str
    command: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)


def clients() -> Iterator[Client]:
    yield from _python()
    yield from _node()
    yield from _java()
    yield from _go()
    yield from _scripts(
        "PHP", "php", "client.php", {"curl": "curl_version()['version']", "Guzzle": _GUZZLE, "file_get_contents": "PHP_VERSION"}
    )
    yield from _scripts(
        "Ruby", "ruby", "client.rb", {"Net::HTTP": "RUBY_VERSION", "Faraday": "require 'faraday'; Faraday::VERSION"}
    )
    yield from _scripts("Perl", "perl", "client.pl", {"LWP": "LWP", "HTTP::Tiny": "HTTP::Tiny"})
    yield from _shell()
    yield from _browser()


_GUZZLE = "(require 'GuzzleHttp/autoload.php') && defined('GuzzleHttp\\ClientInterface::MAJOR_VERSION') ? GuzzleHttp\\ClientInterface::MAJOR_VERSION : ''"


def _python() -> Iterator[Client]:
    names = ("requests", "requests + Retry(3)", "urllib3", "httpx", "httpx retries=3", "httpx-retries", "aiohttp")
    yield from _of_pins("clients", (*names, "aiohttp-retry", "curl_cffi", "pycurl", "http.client"))
    # installed beside the others it would put another urllib3 in the place of theirs
    yield from _of_pins("niquests", ("niquests", "niquests retries=3"))


def _of_pins(pins: str, names: tuple[str, ...]) -> Iterator[Client]:
    python = str(python_with(pins))
    versions = pinned(pins)
    interpreter = said(python, "-c", "import platform; print(platform.python_version())")
    for name in names:
        version = versions.get(name.partition(" ")[0], interpreter)
        yield Client(name, "Python", version, (python, str(CLIENTS / "python_.py"), name))


def _node() -> Iterator[Client]:
    home = node_home()
    if home is None:
        return
    node = said("node", "--version").lstrip("v")
    for name in NODE:
        about = home / "node_modules" / name.partition(" ")[0] / "package.json"
        version = json.loads(about.read_text())["version"] if about.exists() else node
        yield Client(name, "Node", version, ("node", str(CLIENTS / "node.mjs"), name), {"NODE_HOME": str(home)})


def _java() -> Iterator[Client]:
    jars = [str(JARS / f"{jar}.jar") for names in JAVA.values() for jar in names]
    if not (shutil.which("javac") and all(Path(jar).exists() for jar in jars)):
        return
    path = ":".join(jars)
    home = compiled("Client.java", ["javac", "-cp", path, "-d", "{home}", "{source}"], "Client.class")
    java = said("java", "--version").split()[1]
    for name in ("HttpClient", "HttpURLConnection", *JAVA):
        version = _jar_version(JAVA[name][0]) if name in JAVA else java
        yield Client(
            name, "Java", version, ("java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", f"{home}:{path}", "Client", name)
        )


def _jar_version(jar: str) -> str:
    return next((path.stem.removeprefix(f"{jar}-") for path in JARS.glob(f"{jar}-[0-9]*.jar")), "")


def _go() -> Iterator[Client]:
    if shutil.which("go"):
        home = compiled("client.go", ["go", "build", "-o", "{home}/client", "{source}"], "client")
        yield Client("net/http", "Go", said("go", "version").split()[2].removeprefix("go"), (str(home / "client"),))


def _scripts(language: str, command: str, script: str, versions: Mapping[str, str]) -> Iterator[Client]:
    """Libraries of a language that Debian packs; what has no version to tell is not here."""
    ask = {
        "PHP": ("php", "-r", "echo {0};"),
        "Ruby": ("ruby", "-e", "puts(begin; {0}; end)"),
        "Perl": ("perl", "-M{0}", "-e", "print ${0}::VERSION"),
    }[language]
    for name, code in versions.items():
        version = said(*(part.format(code) for part in ask)) if shutil.which(command) else ""
        if version:
            label = f"{language} {name}" if name == "curl" else name
            yield Client(label, language, version, (command, str(CLIENTS / script), name))


def _shell() -> Iterator[Client]:
    for name, command in {"curl": "curl", "curl --retry 3": "curl", "wget": "wget"}.items():
        if shutil.which(command):
            words = said(command, "--version").split()
            yield Client(name, "command line", words[1] if command == "curl" else words[2], ("sh", str(CLIENTS / "curl.sh"), name))


def _browser() -> Iterator[Client]:
    if shutil.which("chromium"):
        words = said("chromium", "--version").split()
        yield Client(
            "Chromium fetch", "browser", words[1] if len(words) > 1 else "", (sys.executable, str(CLIENTS / "chromium.py"))
        )


def said(*command: str) -> str:
    """What a command prints; nothing where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
