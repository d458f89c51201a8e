"""The commands that stand in the papers, and what is said of how to run them.

A block of commands is fenced as `sh`. A comment right above it says what it needs, where it cannot just be run.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[2]
PAPERS = sorted((ROOT / "docs").glob("*.md"))

DOCKER = "needs a Docker engine"
ROOT_ONLY = "as root, on a server of your own"
STAYS = "runs until it is ended"
STOPPED = "with everything stopped"
LONG = "takes long"
MARKS = {"", DOCKER, ROOT_ONLY, STAYS, STOPPED, LONG}

_FENCE = re.compile(
    r"(?:^ *<!-- (?P<mark>[^\n]+) -->\n)?^ *```(?P<kind>\w*)\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL
)
_INLINE = re.compile(r"`([^`\n]+)`")
# what somebody would type; names of files and variables are none
_COMMAND = re.compile(
    r"(?:\.venv/bin/|sudo |\./)?(?:make|docker|sh|python3?|manage\.py|age|age-keygen|pg_\w+|psql|caddy|curl|ss)\s+\S"
)


@dataclass(frozen=True, slots=True)
class Block:
    """Commands of a paper, in the order they stand there."""

    paper: str
    line: int
    mark: str
    body: str

    @property
    def name(self) -> str:
        """Where it stands."""
        return f"{self.paper}:{self.line}"


def blocks(path: Path) -> list[Block]:
    """The blocks of a paper."""
    text = path.read_text()
    return [
        Block(path.name, text[: found.start()].count("\n") + 1, found["mark"] or "", dedent(found["body"]))
        for found in _FENCE.finditer(text)
        if found["kind"] == "sh"
    ]


def inline(path: Path) -> list[str]:
    """Commands that stand in a sentence."""
    prose = _FENCE.sub("", path.read_text())
    return [words for words in _INLINE.findall(prose) if _COMMAND.match(words)]
