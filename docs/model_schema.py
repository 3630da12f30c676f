"""The JSON Schema of models, for editors: drawn from the classes that the files become."""

from __future__ import annotations

import json

from mockenv.anyservice.modelfile import schema


def draw_model_schema() -> str:
    """The whole file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
