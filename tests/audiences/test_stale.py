"""An old answer in the place of none: marked with its age, the reason, and the trace id of the answer that failed."""

import pytest

from audiences.api import errors
from team.models import User
from tests.audiences.conftest import until

pytestmark = pytest.mark.django_db
PATHS = ["/g/grp/", "/g/grp/?q=aud", "/g/grp/audiences/aud/", "/g/grp/audiences/aud/prospects/a/"]
CALLS = ("navigation", "audiences", "audience", "prospects")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("trace", "shown"), [("t-failed", "<code>t-failed</code>"), ("", "unknown")])
def test_what_is_old_says_why_and_names_the_call_that_failed(client, fake, row, later, path, trace, shown):
    client.force_login(User.objects.create_superuser("boss@example.com"))
    fake.pages = {"": (("a", "b"), "")}
    client.get(path)
    later(minutes=5)
    fake.failures = {call: errors.UpstreamError("no", status=502, trace_id=trace) for call in CALLS}
    until(lambda: 'class="stale"' in client.get(path).content.decode())  # the API is asked behind the page
    answer = client.get(path)
    assert answer.status_code == 200
    said = answer.content.decode()
    stale = said[said.index('class="stale"') :]
    assert "the service answers 502" in stale[: stale.index("</p>")]
    assert f"Trace id {shown}" in stale[: stale.index("</p>")]
