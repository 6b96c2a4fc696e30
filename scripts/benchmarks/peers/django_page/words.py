"""The words of the page that are the same for everybody, as the filler took them from ours."""

import json
import os
from pathlib import Path

WORDS = json.loads(Path(os.environ["PEER_DATABASE"]).with_suffix(".json").read_text(encoding="utf-8"))
GROUPS: dict[str, list[str]] = WORDS["groups"]
CHOICES: dict[str, list[list[str]]] = WORDS["choices"]
NAVIGATION: list[list[str]] = WORDS["navigation"]
