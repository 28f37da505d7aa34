"""Bounds how often the CRM may be asked."""

import math
import time
from collections import deque


class Rate:
    """At most `calls` in any second, over all callers."""

    def __init__(self, calls: int) -> None:
        self._times: deque[float] = deque(maxlen=calls)

    def pause_s(self) -> int:
        """Count a call, unless there were too many: then the whole seconds to wait."""
        now = time.monotonic()
        if len(self._times) == self._times.maxlen and now - self._times[0] < 1.0:
            return math.ceil(1.0 - (now - self._times[0]))
        self._times.append(now)
        return 0
