"""docker-compose.yml, Dockerfile and .env.example say the same as the code. There is no engine here to run them."""

import json
import re

import jsonschema
import pytest
import yaml

from dashboard import processes
from tests.dashboard.running import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
APP = ("web", "worker", "beat", "migrate", "metrics", "sandbox")
STAYS = sorted(set(SERVICES) - {"migrate"})
# files are mounted by whoever wants them; the port is the proxy's to choose; web believes its proxy's network alone
NOT_PASSED_ON = {"AUDIENCES_API_KEY_FILE", "SECRET_KEY_FILE", "PORT", "DEBUG", "TRUSTED_PROXIES"}
# of the containers, not of the code
COMPOSE_ALONE = {
    *("SITE_ADDRESS", "UPSTREAMS", "UPSTREAM_CHECK", "PROXY_OPTIONS", "PROXY_SUBNET", "HTTP_PORT"),
    *("HTTPS_PORT", "POSTGRES_PASSWORD", "OFFSITE_DIR", "IMAGE_TAG", "COMPOSE_PROFILES"),
}


def test_is_as_compose_wants_it():
    """Against the schema that Debian's docker-compose brings: .ci/unpack, without installing it."""
    found = sorted((ROOT / ".venv/tools").rglob("compose/config/compose_spec.json"))
    if not found:
        pytest.skip("this Debian's docker-compose is another program, which brings no schema")
    jsonschema.Draft7Validator(json.loads(found[0].read_text())).validate(COMPOSE)


@pytest.mark.parametrize(
    ("service", "command"),
    [
        ("migrate", processes.migrate()),
        ("web", processes.web("0.0.0.0", 8000)),
        ("worker", processes.worker()),
        ("beat", processes.beat()),
        ("metrics", ["python", "manage.py", "metrics"]),
        ("sandbox", processes.sandbox(8900, "0.0.0.0")),
    ],
)
def test_runs_the_commands_that_up_runs(service, command):
    assert SERVICES[service]["command"] == ["python", *command[1:]]


def test_the_dashboard_is_one_image_and_one_user():
    assert {SERVICES[name]["image"] for name in APP} == {"audience-dashboard:${IMAGE_TAG:-local}"}
    assert {SERVICES[name]["user"] for name in APP} == {"10001:10001"}
    # built once: several builds of one name would be in each other's way
    assert [name for name in APP if "build" in SERVICES[name]] == ["migrate"]
    assert SERVICES["migrate"]["build"] == {"context": ".", "target": "app"}
    assert {SERVICES[name].get("pull_policy") for name in APP if name != "migrate"} == {"never"}
    assert "USER 10001:10001" in DOCKERFILE.partition(" AS app\n")[2]


def test_the_image_serves_and_is_looked_at_as_its_web_service():
    web = SERVICES["web"]
    assert f"\nCMD {json.dumps(web['command'])}\n" in DOCKERFILE
    assert f"CMD {json.dumps(web['healthcheck']['test'][1:])}\n" in DOCKERFILE


def test_the_image_holds_every_room():
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    assert copied == rooms | {"templates", "static"}
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == copied | {
        *("requirements.lock", "manage.py", "deploy/Caddyfile")
    }


def test_the_image_holds_every_program_that_is_started():
    code = {path.name: path.read_text() for path in (ROOT / "operations").rglob("*.py")}
    # through these two alone, by names that stand in the code
    assert {name for name, text in code.items() if re.search(r"subprocess\.(?:run|Popen|call|check_\w+)\(", text)} == {
        *("pipes.py", "postgres.py")
    }
    started = {name for text in code.values() for name in re.findall(r'(?:program|which)\(\s*"([\w-]+)"', text)}
    assert started == {"age", "pg_dump", "pg_restore", "psql"}
    image = DOCKERFILE.partition(" AS app\n")[2]
    (copied,) = re.findall(r"^COPY --from=tools ((?:[^\n]*\\\n)*[^\n]*) /usr/local/bin/$", image, re.MULTILINE)
    assert {path.rpartition("/")[2] for path in copied.replace("\\\n", " ").split()} == started
    (tried,) = re.findall(r"^RUN (.* --version)$", image, re.MULTILINE)
    assert {words.partition(" ")[0] for words in tried.split(" && ")} == started


def test_passes_on_every_variable():
    passed = SERVICES["web"]["environment"]
    assert set(passed) - {"DASHBOARD_SAMPLE_DATA", "TRUSTED_PROXIES"} == EXAMPLE - NOT_PASSED_ON - COMPOSE_ALONE
    fixed = {name for name, value in passed.items() if not value.startswith(f"${{{name}:")}
    assert fixed == {"TRUSTED_PROXIES"}
    for name in ("worker", "beat", "migrate"):
        assert SERVICES[name]["environment"] == passed
    assert SERVICES["metrics"]["environment"] == passed | {"METRICS_ADDRESS": "0.0.0.0:9464"}
    assert SERVICES["metrics"]["healthcheck"]["test"][-2:] == ["9464", "/metrics"]


def test_the_example_names_every_variable_of_the_file():
    named = set(re.findall(r"\$\{([A-Z_]+)", TEXT)) | {"COMPOSE_PROFILES"}
    assert named - {"DASHBOARD_SAMPLE_DATA"} == (EXAMPLE - NOT_PASSED_ON) | COMPOSE_ALONE


def test_holds_no_secret():
    fixed = {
        f"{name}={value}"
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if not value.startswith("${")
    }
    assert fixed == {
        *("POSTGRES_USER=dashboard", "POSTGRES_DB=dashboard", "POSTGRES_INITDB_ARGS=--data-checksums"),
        "METRICS_ADDRESS=0.0.0.0:9464",
    }
    # where there is a value to fall back to, it is an address of a container, a port or a format
    defaults = {value for value in re.findall(r"\$\{[A-Z_]+:-([^}]*)\}", TEXT) if value}
    assert defaults == {
        *("local", "json", "80", "443", "web:8000", "redis://cache:6379/0", "redis://broker:6379/0"),
        *("10.213.87.0/27", "offsite"),
    }
    assert re.findall(r"(?i)^(?:ARG|ENV).*(?:secret|key|password|token)", DOCKERFILE, re.MULTILINE) == []


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    inside = [port.partition("}:")[2] for port in SERVICES["proxy"]["ports"]]
    assert inside == ["80", "${HTTPS_PORT:-443}", "${HTTPS_PORT:-443}/udp"]
    assert [name for name, service in SERVICES.items() if "outer" in service["networks"]] == ["proxy"]


def test_the_paper_says_how_visitors_over_ipv6_are_told_apart():
    """Docker hands one on to a network without IPv6 from an address of its own, and engines before 27 refuse others."""
    paper = (ROOT / "docs/install.md").read_text()
    (more,) = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", paper, re.M | re.S)]
    assert more == {"networks": {"outer": {"enable_ipv6": True}}}
    assert "outer" in SERVICES["proxy"]["networks"]


def test_databases_are_reached_by_the_dashboard_alone():
    reach = {name: set(service["networks"]) for name, service in SERVICES.items()}
    for name in ("postgres", "cache", "broker"):
        assert reach[name] == {"state"}
    assert {name for name, networks in reach.items() if "state" in networks} == {
        *("web", "worker", "beat", "migrate", "metrics", "postgres", "cache", "broker")
    }
    # the API is outside, and so is Sentry
    assert {name for name, networks in reach.items() if "api" in networks} == set(APP)
    inner = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    assert inner == {"pages", "state", "watched"}


def test_web_believes_the_network_of_its_proxy_alone():
    subnet = COMPOSE["networks"]["pages"]["ipam"]["config"][0]["subnet"]
    assert SERVICES["web"]["environment"]["TRUSTED_PROXIES"] == subnet
    assert {name for name, service in SERVICES.items() if "pages" in service["networks"]} == {"proxy", "web"}


def test_web_can_be_scaled():
    assert not {"container_name", "ports", "network_mode", "hostname"} & set(SERVICES["web"])
    assert SERVICES["proxy"]["environment"]["UPSTREAMS"] == "${UPSTREAMS:-web:8000}"


@pytest.mark.parametrize("name", SERVICES)
def test_has_no_rights_and_limits(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["pids_limit"] <= 1024
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert not service.get("privileged")


@pytest.mark.parametrize("name", STAYS)
def test_comes_back_and_is_looked_at(name):
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert service["healthcheck"].keys() == {"test", "interval", "timeout", "start_period"}


def test_migrates_once_before_the_others():
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["migrate"]["healthcheck"] == {"disable": True}
    for name in ("web", "worker", "beat", "metrics"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_what_may_be_lost_and_what_may_not():
    cache, broker = (" ".join(SERVICES[name]["command"]) for name in ("cache", "broker"))
    assert "--maxmemory-policy allkeys-lru" in cache
    assert "--maxmemory-policy noeviction" in broker
    assert all("--save  --appendonly no --maxmemory " in command for command in (cache, broker))
    volumes = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert volumes == {"database", "exports", "backups", "certificates", "${OFFSITE_DIR"}
    assert "exports:/var/lib/dashboard/exports" in SERVICES["web"]["volumes"]
    assert SERVICES["worker"]["volumes"] == [
        "exports:/var/lib/dashboard/exports",
        "backups:/var/lib/dashboard/backups",
        "${OFFSITE_DIR:-offsite}:/offsite",
    ]
    # a volume begins as the folder of the image, and with its owner
    for volume in SERVICES["worker"]["volumes"]:
        assert volume.rpartition(":")[2] in DOCKERFILE


def test_the_paper_restores_with_everything_else_stopped_and_leaves_no_link_behind():
    paper = (ROOT / "docs/backup.md").read_text()
    (stopped,) = re.findall(r"^docker compose --profile metrics stop (.*)$", paper, re.MULTILINE)
    databases = {"postgres", "cache", "broker"}
    # migrate has ended, and the sandbox knows nobody
    assert set(stopped.split()) == set(SERVICES) - databases - {"migrate", "sandbox"}
    runs = re.findall(r"^docker compose run ([^\"]*)\"([^\"]*)\"", paper, re.MULTILINE)
    assert {options for options, _ in runs} == {"--rm --no-deps -T worker sh -c "}
    (restore,) = [words for _, words in runs if "manage.py restore" in words]
    written = set(re.findall(r"(?:> |restore |identity )(/[\w./-]*)/", restore))
    mounted = {volume.rpartition(":")[2] for volume in SERVICES["worker"]["volumes"]}
    assert written == {"/var/lib/dashboard/backups", "/tmp"}
    assert written <= mounted | {place.partition(":")[0] for place in SERVICES["worker"]["tmpfs"]}


def test_images_stay_within_a_major_version():
    own = ("audience-dashboard", "audience-dashboard-proxy")
    images = {service["image"] for service in SERVICES.values()} | set(re.findall(r"^ARG \w+=(\S+)", DOCKERFILE, re.M))
    assert all(re.search(r":\d", image) for image in images if image.partition(":")[0] not in own)
    # pg_dump refuses a server that is newer than itself
    assert SERVICES["postgres"]["image"].startswith("postgres:17-")
    assert "postgresql-client-17" in DOCKERFILE


def test_what_is_optional_runs_only_when_asked_for():
    profiles = {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service}
    assert profiles == {"metrics": ["metrics"], "sandbox": ["sandbox"]}


READ = r'\b(?:env|addresses)\.[a-z_]+\(\s*"([A-Z_]+)"'
INTERNAL = {"VAR_DIR", "DASHBOARD_SAMPLE_DATA", "STATIC_COLLECTED"}


def test_the_example_names_every_variable_that_is_read():
    rooms = ("dashboard", "audiences", "team", "operations")
    code = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    read = {name for path in code for name in re.findall(READ, path.read_text())}
    assert _without_files(read) - INTERNAL == _without_files(EXAMPLE) - COMPOSE_ALONE


def _without_files(names):
    return {name for name in names if not name.endswith("_FILE")}
