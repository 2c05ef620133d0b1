from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.hostile import CHECKS, Check

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="needs alarms to stop what hangs")
QUICK = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking what fails would take minutes
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_odd_inputs(check: Check) -> None:
    @settings(QUICK, max_examples=check.few)
    @given(check.inputs())
    def run(odd: object) -> None:
        check(odd)

    run()
