"""Somebody with a password, and how they sign in."""

import pytest

from team.models import User

PASSWORD = "correct horse battery"


@pytest.fixture
def ada(db) -> User:
    return User.objects.create_user("ada@example.com", PASSWORD)


@pytest.fixture
def sign_in(client):
    """Posts the form, from a network address; gives the answer."""

    def post(email="ada@example.com", password=PASSWORD, network="192.0.2.1", **fields):
        client.cookies.clear()
        return client.post("/sign-in/", {"email": email, "password": password} | fields, REMOTE_ADDR=network)

    return post
