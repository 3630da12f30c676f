"""The page on the JavaScript client: its words by hand, its examples the client's own tests."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1] / "clients" / "js" / "test"
SOURCE = re.compile(r'"\.\./src/(\w+)\.js"')
TEXT = """<!-- drawn by `make docs` from docs/javascript_page.py and clients/js/test; edit those instead -->

# From JavaScript: node, vitest, Playwright

`clients/js` in the repository is a package with types, small as Python's: `Mockenv` and `Sandbox`, whose methods are named as there, and fixtures for two test
runners. It is not published yet: install it from a checkout, where its types are made from the control plane's document.

<!-- not run: CLONE stands for a folder of yours; the package's own tests install it -->

```sh
npm install --prefix CLONE/clients/js && npm run --prefix CLONE/clients/js prepack
npm install --save-dev CLONE/clients/js
```

The fixtures start a server of their own (`mockenv serve` must be callable; `MOCKENV_COMMAND` says how, where it is called otherwise), or take the one
that `MOCKENV_URL` names. Each test has a world of its own, whose clock stands still until it is moved.

## vitest

{vitest}

## Playwright

{playwright}

## Without either

{client}

Where nothing is to be installed, [HTTP](curl.md) does: `mockenv init --lang js` writes a test with `fetch` alone.
"""


def draw_javascript() -> str:
    return TEXT.format(vitest=_block("world.vitest.js"), playwright=_block("world.playwright.js"), client=_block("short.test.js"))


def _block(name: str) -> str:
    """A test as a project has it, that imports the package by its name."""
    text = (TESTS / name).read_text().strip().partition("\n")[2]
    shown = SOURCE.sub(r'"mockenv/\1"', text)
    return f"<!-- not run: it is clients/js/test/{name}, which the package's own tests run -->\n\n```js\n{shown}\n```"
