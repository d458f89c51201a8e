"""The commands of a deployment's processes. `manage.py up` starts these; docker-compose.yml spells out the same."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# Neither is used, and both would ask every other worker at each start.
_QUIET = ("--without-gossip", "--without-mingle")
SANDBOX_KEY = "sk_sandbox_all"


def prepare(url: str) -> list[str]:
    """Runs once before the others; prints sign-in links that lead to `url`."""
    return [sys.executable, "manage.py", "prepare", "--url", url]


def migrate() -> list[str]:
    """`prepare` where its output is kept, as a container's is: the links are made when somebody asks for one."""
    return [sys.executable, "manage.py", "prepare", "--no-links"]


def web(host: str, port: int) -> list[str]:
    """Serves the pages."""
    return [sys.executable, "-m", "dashboard.server", "--host", host, "--port", str(port)]


def worker() -> list[str]:
    """Runs the tasks. Without BROKER_URL it is its own broker and clock."""
    return [*_celery(), "worker", *_QUIET]


def beat() -> list[str]:
    """The clock of a deployment with BROKER_URL: exactly one."""
    return [*_celery(), "beat"]


def metrics() -> list[str]:
    """Answers Prometheus, with METRICS_ADDRESS."""
    return [sys.executable, "manage.py", "metrics"]


def name(words: Sequence[str]) -> str:
    """What PostgreSQL, and whoever asks it, calls the process that was started with these words (`sys.argv`):
    `dashboard web`, `dashboard worker`, `dashboard restore`.
    """
    program, rest = Path(words[0] if words else ""), words[1:]
    if program.name == "manage.py":
        called = rest[0] if rest else "manage.py"
    elif program.parent.name == "celery":
        called = next((word for word in rest if word in ("worker", "beat")), "celery")
    else:
        called = "web" if program.parts[-2:] == ("dashboard", "server.py") else program.stem
    return f"dashboard {called[:40]}".strip()


def sandbox(port: int, host: str = "127.0.0.1") -> list[str]:
    """The stand-in for the API."""
    return [sys.executable, "-m", "sandbox", "--host", host, "--port", str(port)]


def sandbox_environment(environ: Mapping[str, str], port: int) -> dict[str, str]:
    """`environ` with the sandbox in the API's place."""
    ours = ("AUDIENCES_API_KEY_FILE", "AUDIENCES_ACCOUNT_GROUPS")
    return {name: value for name, value in environ.items() if name not in ours} | {
        "AUDIENCES_API_URL": f"http://127.0.0.1:{port}",
        "AUDIENCES_API_KEY": SANDBOX_KEY,
        "DASHBOARD_SAMPLE_DATA": "1",
    }


def _celery() -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "dashboard", "--quiet"]
