"""The mark of a restore that is not finished: no connection is made while it stands."""

from copy import deepcopy

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client

from operations import marker
from team.models import Membership


@pytest.mark.parametrize("kind", ["PostgreSQL"], indirect=True)
@pytest.mark.parametrize("is_pooled", [True, False])
def test_while_the_mark_stands_no_connection_is_made(address, is_pooled):
    """Whoever started while the server was away, or was not stopped, serves nothing that is half restored."""
    own = connections.create_connection("default")
    own.settings_dict = deepcopy(own.settings_dict)
    own.settings_dict["OPTIONS"] = {"pool": {"min_size": 0, "max_size": 1}} if is_pooled else {}
    own.alias = f"marked-{is_pooled}"
    marker.make()
    for _ in range(2):  # with the same connection of the pool, too
        with pytest.raises(OperationalError, match="A restore was not finished"):
            own.ensure_connection()
    with marker.passed():
        assert Membership.objects.count() == 0
        marker.remove()
    with own.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM team_membership")
    own.close()
    own.close_pool()


@pytest.mark.parametrize("kind", ["PostgreSQL"], indirect=True)
def test_pages_say_that_the_database_is_away_and_are_back_after_it(address):
    marker.make()
    connection.close()
    link = f"/s/{'x' * 43}/"
    assert Client(raise_request_exception=False).get(link).status_code == 503
    with marker.passed():
        marker.remove()
    assert Client().get(link).status_code == 404
