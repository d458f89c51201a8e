"""What the tests of operations share with those of the app."""

from tests.audiences.conftest import _nothing_ahead, api, fake, group, groups, row, sandbox_url  # noqa: F401
