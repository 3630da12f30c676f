"""Made-up credentials and domains, in the real ones' forms; all chance is the sandbox's."""

from __future__ import annotations

from collections.abc import Callable

from mockenv.kernel.unit.work import Work
from mockenv.kernel.values import fakes
from mockenv.kernel.values.chance import Draw
from mockenv.providers.vector.model import ENVIRONMENT, SITE
from mockenv.store.base import Document

DOMAIN = "vectorpages.com"
Makers = dict[str, Callable[[], str | int]]


def fill_site(work: Work, site: Document) -> None:
    """What becomes known when a site turns active; what a fixture has set stays."""
    draw, id = work.draw(SITE, site["id"]), site["id"]
    made: Makers = {
        "dev_domain": lambda: _domain(work, draw),
        "sftp_username": lambda: f"vector_{id}",
        "sftp_password": lambda: password(draw, "sftp_password"),
        "sftp_host": lambda: "sftp.vector.app",
        "sftp_port": lambda: 22,
        "db_username": lambda: f"vector_{id}",
        "db_password": lambda: password(draw, "db_password"),
        "db_host": lambda: "db.vector.app",
        "db_name": lambda: f"vector_{id}",
        "db_port": lambda: 3306,
    }
    _fill(site, made)


def fill_environment(work: Work, environment: Document) -> None:
    """The same for an environment; there is no db_port here, as in the vendor's example."""
    draw, id = work.draw(ENVIRONMENT, environment["id"]), environment["id"]
    made: Makers = {
        "platform_domain": lambda: _words(draw, "domain"),
        "db_username": lambda: f"env_{id}",
        "db_password": lambda: password(draw, "db_password"),
        "db_host": lambda: "db.vector.app",
        "db_name": lambda: f"env_{id}",
    }
    _fill(environment, made)


def password(draw: Draw, purpose: str) -> str:
    return draw.drawn(purpose, fakes.password)


def _domain(work: Work, draw: Draw) -> str:
    """Two words; a number behind them where another site has them already, since sites are found by this."""
    domain, attempt = _words(draw, "domain"), 2
    while work.count(SITE, dev_domain=domain):
        domain, attempt = _words(draw, f"domain/{attempt}").replace(".", f"-{attempt}.", 1), attempt + 1
    return domain


def _words(draw: Draw, purpose: str) -> str:
    first, second = draw.drawn(purpose, fakes.two_nouns)
    return f"{first}-{second}.{DOMAIN}".lower().replace(" ", "-")


def _fill(document: Document, made: Makers) -> None:
    """Only what is missing is made: a fixture of literals costs nothing."""
    for name, make in made.items():
        if document[name] is None:
            document[name] = make()
