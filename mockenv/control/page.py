"""The page at `/`: what runs here and where to look next, for people."""

from __future__ import annotations

from collections.abc import Sequence

from mockenv.provider import Call, Provider, Reply
from mockenv.version import __version__

STYLE = (
    "body{font:16px/1.55 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1.2rem;color:#1c2430;background:#fcfcfa}"
    "h1{font-size:1.7rem;margin-bottom:.2rem}h1 small{font-weight:400;color:#66707c;font-size:1rem}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid #e3e3de;vertical-align:top}"
    "code,pre{font:14px/1.5 ui-monospace,monospace;background:#f1f1ec;border-radius:4px}code{padding:.1rem .3rem}"
    "pre{padding:.8rem 1rem;overflow-x:auto}a{color:#0b5fa5}"
    "@media(prefers-color-scheme:dark){body{background:#15181c;color:#dfe3e8}code,pre{background:#22272e}td,th{border-color:#30363d}a{color:#79b8f3}}"
)


def front_page(call: Call, providers: Sequence[Provider]) -> Reply:
    from html import escape  # a table of two thousand names, for the few who look here

    base_url, prefix = escape(call.base_url), escape(call.prefix)
    rows = "".join(
        f"<tr><td>{escape(one.title)}</td><td>{' '.join(f'<code>{escape(prefix)}</code>' for prefix in one.prefixes)}</td>"
        f'<td><a href="{prefix}/openapi/{one.name}.json">{one.name}.json</a> <a href="{prefix}/openapi/{one.name}.yaml">.yaml</a></td></tr>'
        for one in providers
    )
    links = "".join(
        f'<li><a href="{prefix}{path}"><code>{path}</code></a> {text}</li>'
        for path, text in (
            ("/_mockenv/docs", "how to use it, for this version"),
            ("/_mockenv/health", "is it alive"),
            ("/_mockenv/routes", "every operation"),
            ("/_mockenv/unmatched", "requests that belong to nobody"),
            ("/_mockenv/sandboxes", "the worlds there are"),
            ("/_mockenv/sandboxes/default", "the default world, with tokens"),
            ("/_mockenv/sandboxes/default/agenda", "what will happen there"),
            ("/_mockenv/sandboxes/default/events", "what happened"),
            ("/_mockenv/sandboxes/default/journal", "what was asked and answered"),
            ("/openapi/control.json", f'all that the control plane can do (<a href="{prefix}/openapi/control.yaml">.yaml</a>)'),
            ("/openapi.json", f'every document in one (<a href="{prefix}/openapi.yaml">.yaml</a>)'),
        )
    )
    example = f"curl {base_url}/api/v1/vector/sites/12345 \\\n     -H &quot;Authorization: Bearer YOUR_API_TOKEN&quot;"
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>mockenv</title>'
        f"<style>{STYLE}</style><h1>mockenv <small>{__version__}</small></h1><p>A local, stateful simulator of services that create environments. "
        f"It answers at their true paths; point your client at <code>{base_url}</code>.</p><h2>Services</h2><table>{rows}</table>"
        f"<h2>Try it</h2><pre>{example}</pre><h2>Control</h2><ul>{links}</ul></html>"
    )
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "X-Content-Type-Options": "nosniff"}
    return Reply(200, page.encode(), headers, "text/html; charset=utf-8")
