"""One deployment for a module."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.deployed.ensemble import Ensemble, ensemble
from tests.shared.conftest import _counting_api, _prepared, counting_api, site  # noqa: F401


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Ensemble]:
    """Every part of a deployment, running."""
    with django_db_blocker.unblock(), ensemble(tmp_path_factory.mktemp("deployed")) as found:
        yield found
