"""docker-compose.yml and .env.example say the same as the code. There is no engine here to run the file with."""

import re

import pytest
import yaml

from dashboard import processes
from tests.dashboard.running import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
EXAMPLE = set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
# files are mounted by whoever wants them; Redis is the deployment's own; the port is that of the host
NOT_PASSED_ON = {"AUDIENCES_API_KEY_FILE", "SECRET_KEY_FILE", "BROKER_URL", "PORT", "DEBUG"}


@pytest.mark.parametrize(
    ("service", "command"),
    [
        ("web", processes.web("0.0.0.0", 8000)),
        ("worker", processes.worker()),
        ("beat", processes.beat()),
        ("sandbox", processes.sandbox(8900)),
    ],
)
def test_runs_the_commands_that_up_runs(service, command):
    assert SERVICES[service]["command"] == ["python", *command[1:]]
    assert SERVICES[service]["image"] == "audience-dashboard"


def test_the_image_serves_by_itself_as_its_web_service_does():
    assert str(SERVICES["web"]["command"]).replace("'", '"') in (ROOT / "Dockerfile").read_text()


def test_passes_on_every_variable_and_holds_no_secret():
    passed = SERVICES["web"]["environment"]
    assert set(passed) - {"DASHBOARD_SAMPLE_DATA"} == EXAMPLE - NOT_PASSED_ON
    fixed = {name for name, value in passed.items() if not value.startswith(f"${{{name}:")}
    assert fixed == {"REDIS_URL"}


def test_is_reached_from_its_host_alone():
    assert [port.split(":")[0] for service in SERVICES.values() for port in service.get("ports", [])] == ["127.0.0.1"]


def test_the_sandbox_runs_only_when_asked_for():
    assert SERVICES["sandbox"]["profiles"] == ["sandbox"]
    assert [name for name, service in SERVICES.items() if "profiles" in service] == ["sandbox"]


READ = r'\b(?:env|addresses)\.[a-z_]+\(\s*"([A-Z_]+)"'
INTERNAL = {"VAR_DIR", "DASHBOARD_SAMPLE_DATA", "STATIC_COLLECTED"}


def test_the_example_names_every_variable_that_is_read():
    rooms = ("dashboard", "audiences", "team", "operations")
    code = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    read = {name for path in code for name in re.findall(READ, path.read_text())}
    assert _without_files(read) - INTERNAL == _without_files(EXAMPLE)


def _without_files(names):
    return {name for name in names if not name.endswith("_FILE")}
