"""Many who sign in at once do not take 100 MiB each."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, get_hasher, make_password

from dashboard.settings import PASSWORD_HASHERS
from team.hashing import AT_ONCE, FewAtOnce


@pytest.fixture(autouse=True)
def real_hashing(settings):
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS


def test_the_deployment_hashes_so():
    assert isinstance(get_hasher(), FewAtOnce)
    encoded = make_password("correct horse")
    assert encoded.startswith("argon2$")
    assert check_password("correct horse", encoded)
    assert not check_password("wrong", encoded)


@pytest.mark.parametrize("work", ["encode", "verify"])
def test_two_at_once(monkeypatch, work):
    running, most, lock = 0, 0, threading.Lock()

    def slow(*_):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1

    monkeypatch.setattr(Argon2PasswordHasher, work, slow)
    with ThreadPoolExecutor(10) as people:
        list(people.map(lambda _: getattr(FewAtOnce(), work)("password", "salt"), range(10)))
    assert most == AT_ONCE
