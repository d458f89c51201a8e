"""A key that the API refuses for some minutes: it is left alone but for a call a minute, and then all goes on."""

import time

import pytest

from audiences.models import Watch
from tests.dashboard.running import wait

MINUTES = 2.1


@pytest.mark.soak
def test_a_refused_key_costs_one_call_a_minute_until_it_is_good_again(deploy):
    here = deploy()
    ids = here.fill([None] * 30)
    here.worker()
    asked = here.rows(Watch).filter(audience_id__in=ids, last_check_at__isnull=False)
    wait(lambda: asked.count() == len(ids), 20)
    does = here.api.does
    does.status = 401
    before = does.calls.total()
    time.sleep(MINUTES * 60)
    calls = does.calls.total() - before
    print(f"{calls} calls in {MINUTES} minutes for {len(ids)} audiences")
    assert 1 <= calls <= MINUTES + 3  # two threads may begin the first one together
    does.status = 200
    began, well = time.monotonic(), does.asked.copy()
    wait(lambda: all(does.asked[one] > well[one] for one in ids), 100)
    print(f"all asked for {time.monotonic() - began:.0f} s after the key was good again")
    assert here.rows(Watch).filter(state=Watch.State.POPULATING).count() == len(ids)
