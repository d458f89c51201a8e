"""Each reader of the environment: what it takes, and the one sentence with which it refuses."""

import pytest

from dashboard import env, startup

NAME = "SOME_VARIABLE"

GOOD = [
    (env.text, (), " a b ", "a b"),
    (env.text, ("default",), "  ", "default"),
    (env.text, ("default",), None, "default"),
    (env.secret, (), "sk_1", "sk_1"),
    (env.secret, (), None, ""),
    (env.whole, (7,), None, 7),
    (env.whole, (7,), "0", 0),
    (env.rate, (), None, None),
    (env.rate, (), "2.5", 2.5),
    (env.seconds, (5,), None, 5),
    (env.seconds, (5,), "0", 0),
    (env.seconds, (5,), "900s", 900),
    (env.seconds, (5,), "15 M", 900),
    (env.seconds, (5,), "12h", 43_200),
    (env.seconds, (5,), "7d", 604_800),
    (env.flag, (), None, False),
    (env.flag, (True,), "Off", False),
    (env.flag, (), "yes", True),
    (env.words, (), "a, b,,c ", ["a", "b", "c"]),
    (env.words, (("d",),), "", ["d"]),
    (env.account_groups, (str.isalnum,), "a=Nordwind, b = Süd=Ost,c", {"a": "Nordwind", "b": "Süd=Ost", "c": "c"}),
    (env.account_groups, (str.isalnum,), None, {}),
]


def put(monkeypatch, value, name=NAME):
    if value is None:
        monkeypatch.delenv(name, raising=False)
    else:
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(("read", "arguments", "value", "result"), GOOD)
def test_takes(monkeypatch, read, arguments, value, result):
    put(monkeypatch, value)
    assert read(NAME, *arguments) == result


BAD = [
    *((env.whole, (7,), value) for value in ("-1", "1.5", "ten", "٣", "9" * 20)),
    *((env.rate, (), value) for value in ("0", "-1", "nan", "inf", "1e3", "fast")),
    *((env.seconds, (5,), value) for value in ("-1", "1.5h", "soon", "1w", "h", "٣h", "3651d")),
    *((env.flag, (), value) for value in ("2", "maybe")),
    *((env.account_groups, (str.isalnum,), value) for value in ("a b=x", "=x", "../a=x", "a=x,a=y")),
]


@pytest.mark.parametrize(("read", "arguments", "value"), BAD)
def test_refuses_with_one_sentence_that_names_the_variable(monkeypatch, read, arguments, value):
    put(monkeypatch, value)
    with pytest.raises(SystemExit) as end:
        read(NAME, *arguments)
    assert str(end.value).startswith(f"{NAME} must be ")
    assert str(end.value).endswith(".")


@pytest.mark.parametrize(("value", "fits"), [("1", True), ("65535", True), ("0", False), ("65536", False)])
def test_bounds_are_part_of_the_range(monkeypatch, value, fits):
    put(monkeypatch, value)
    if fits:
        assert env.whole(NAME, 8000, least=1, most=65535) == int(value)
        return
    with pytest.raises(SystemExit, match="from 1 to 65535"):
        env.whole(NAME, 8000, least=1, most=65535)


def test_a_duration_may_have_to_be_more_than_none(monkeypatch):
    put(monkeypatch, "0")
    with pytest.raises(SystemExit, match="from 1 s"):
        env.seconds(NAME, 5, least=1)


def test_a_folder_is_made_for_its_owner(monkeypatch, tmp_path):
    put(monkeypatch, str(tmp_path / "a" / "b"))
    assert env.folder(NAME, tmp_path).stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_stops_the_start(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    put(monkeypatch, str(tmp_path / "file" / "var"))
    with pytest.raises(SystemExit, match=f"^{NAME} names a folder that cannot be used"):
        env.folder(NAME, tmp_path)


def test_a_secret_may_lie_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("sk_from_file\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "key"))
    assert env.secret(NAME) == "sk_from_file"


@pytest.mark.parametrize(("content", "says"), [(None, "cannot be read"), (b"\xff", "cannot be read"), (b" ", "empty")])
def test_a_secret_file_that_holds_none_stops_the_start(monkeypatch, tmp_path, content, says):
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "key"))
    with pytest.raises(SystemExit, match=f"^{NAME}_FILE names .*{says}"):
        env.secret(NAME)


def test_a_secret_given_twice_stops_the_start(monkeypatch, tmp_path):
    monkeypatch.setenv(NAME, "one")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path))
    with pytest.raises(SystemExit, match="both set"):
        env.secret(NAME)


def kept(monkeypatch, folder, make=True):
    """The SECRET_KEY that a command run with this var/ gets."""
    for name in ("SECRET_KEY", "SECRET_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(folder))
    startup.use_kept_secret_key(make=make)
    return env.text("SECRET_KEY")


def test_a_secret_key_is_made_once_and_kept_to_its_owner(monkeypatch, tmp_path):
    var = tmp_path / "new" / "var"
    made = kept(monkeypatch, var)
    assert len(made) >= 64
    assert kept(monkeypatch, var) == kept(monkeypatch, var, make=False) == made
    assert [path.name for path in var.iterdir()] == ["secret-key"]
    assert (var / "secret-key").stat().st_mode & 0o777 == 0o600
    assert var.stat().st_mode & 0o777 == 0o700


def test_an_empty_secret_key_is_made_anew(monkeypatch, tmp_path):
    (tmp_path / "secret-key").write_text("\n")
    assert len(kept(monkeypatch, tmp_path)) >= 64


def test_only_up_makes_a_secret_key(monkeypatch, tmp_path):
    assert kept(monkeypatch, tmp_path, make=False) == ""
    assert list(tmp_path.iterdir()) == []


def test_a_given_secret_key_wins(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "given")
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    startup.use_kept_secret_key(make=True)
    assert env.text("SECRET_KEY") == "given"


def test_a_folder_that_cannot_be_written_is_one_sentence(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match=r"^SECRET_KEY is not set, and .* cannot be used"):
        kept(monkeypatch, tmp_path / "file" / "var")


def test_without_a_key_the_start_ends_with_a_sentence(monkeypatch):
    monkeypatch.delenv("AUDIENCES_API_KEY", raising=False)
    with pytest.raises(SystemExit, match=r"^AUDIENCES_API_KEY is not set"):
        startup.require_api_key()
