"""One page without a script: findings with what to do, and the requests in order, those that show something marked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c2430;background:#fcfcfa}"
    "table{border-collapse:collapse;width:100%;font:13px/1.5 ui-monospace,monospace}td,th{text-align:left;padding:.15rem .6rem;"
    "border-bottom:1px solid #e3e3de;vertical-align:top;overflow-wrap:anywhere}li{margin:.5rem 0}small{color:#5a646f}"
    "b.error{color:#b00020}b.warning{color:#7a5200}b.note{color:#0b5fa5}tr.error{background:#fbe3e6}tr.warning{background:#fdf0d5}"
    "tr.note{background:#e3effa}@media(prefers-color-scheme:dark){body{color:#dfe3e8;background:#15181c}td,th{border-color:#30363d}"
    "small{color:#9aa4ae}b.error{color:#ff8a95}b.warning{color:#ffc766}b.note{color:#79b8f3}tr.error{background:#4a1a20}"
    "tr.warning{background:#45330f}tr.note{background:#15324a}}"
)


def to_html(reports: Sequence[dict[str, Any]]) -> str:
    body = "".join(map(_section, reports))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>mockenv report</title><style>{STYLE}</style><h1>Client report</h1>{body}</html>"
    )


def _section(told: dict[str, Any]) -> str:
    levels = {number: one["level"] for one in reversed(told["findings"]) for number in one["requests"]}
    findings = "".join(map(_finding, told["findings"])) or "<li>Nothing was found.</li>"
    suppressed = "".join(
        f"<li><small>suppressed {_text(one['rule'])}: {_text(one['reason'])}</small></li>" for one in told["suppressed"]
    )
    lacks = f"<p>Not whole: {_text(told['reason'])}.</p>" if told["reason"] else ""
    rows = "".join(_row(one, levels.get(one["number"], "")) for one in told["requests"])
    return (
        f"<h2>{_text(told.get('test') or told['sandbox'])}: {_text(told['verdict'])}</h2><ul>{findings}{suppressed}</ul>{lacks}"
        f"<table><thead><tr><th>no.</th><th>sandbox's time</th><th>request</th><th>status</th><th>ms</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _finding(one: dict[str, Any]) -> str:
    numbers = ", ".join(map(str, one["requests"]))
    where = f" <small>requests {numbers}</small>" if numbers else ""
    head = f'<b class="{_text(one["level"])}">{_text(one["level"])}</b> {_text(one["rule"])}'
    return f"<li>{head}: {_text(one['text'])}{where}<br><small>{_text(one['advice'])}</small></li>"


def _row(one: dict[str, Any], level: str) -> str:
    lost = " (lost)" if one["is_lost"] and one["status"] else ""
    cells = (
        one["number"],
        one["at"],
        f"{one['method']} {one['path']}",
        f"{one['status'] or 'none'}{lost}",
        f"{one['seconds'] * 1e3:.1f}",
    )
    return f'<tr class="{level}">{"".join(f"<td>{_text(cell)}</td>" for cell in cells)}</tr>'


def _text(value: object) -> str:
    return escape(str(value))
