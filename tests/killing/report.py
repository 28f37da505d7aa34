"""What people and programs are told of a matrix."""

import sys
import time
from typing import Any

from tests.killing.matrix import Tally

_BAR = 30
_QUIET_S = 10.0


class Progress:
    """One line that is drawn anew where a person looks, and now and then a line elsewhere."""

    def __init__(self) -> None:
        self._is_watched = sys.stderr.isatty()
        self._told_at = time.monotonic()

    def tell(self, done: int, wanted: int, took_s: float, wrong: int) -> None:
        """Tell how far it is."""
        now = time.monotonic()
        if not self._is_watched and done < wanted and now < self._told_at + _QUIET_S:
            return
        self._told_at = now
        share = min(done / max(wanted, 1), 1.0)
        rate = done / took_s if took_s else 0.0
        left_s = max(wanted - done, 0) / rate if rate else 0.0
        bar = ("#" * round(share * _BAR)).ljust(_BAR, "-")
        line = f"[{bar}] {done} of {wanted}, {rate:.1f}/s, {left_s:.0f} s left, wrong: {wrong}"
        is_last = not self._is_watched or done >= wanted
        sys.stderr.write(f"\r{line} " + ("\n" if is_last else ""))
        sys.stderr.flush()


def figures(tally: Tally) -> dict[str, Any]:
    """Everything that was counted, for JSON."""
    found = [fault.outcome.findings for fault in tally.faults]
    waits = sorted(tally.resolved_s)
    return {
        "kills": tally.kills,
        "points": len(tally.points),
        "stories": len({name for name, _ in tally.points}),
        "runs": tally.runs,
        "moments_not_met": tally.missed,
        "took_s": round(tally.took_s, 1),
        "resolved_s": {
            "max": round(waits[-1], 2) if waits else None,
            "median": round(waits[len(waits) // 2], 2) if waits else None,
        },
        "doubled": sum(bool(it.doubled) for it in found),
        "lost": sum(bool(it.lost) for it in found),
        "unequal": sum(bool(it.unequal) for it in found),
        "replaced": sum(bool(fault.outcome.wrongs) for fault in tally.faults),
        "wrong": [
            {
                "story": fault.case.story,
                "dies_at": [str(it) for it in fault.case.fate.dies_at],
                "loses": str(fault.case.fate.loses) if fault.case.fate.loses else None,
                "findings": [
                    *fault.outcome.findings.doubled,
                    *fault.outcome.findings.lost,
                    *fault.outcome.findings.unequal,
                    *fault.outcome.wrongs,
                ],
            }
            for fault in tally.faults
        ],
    }


def text(told: dict[str, Any]) -> str:
    """The same for people."""
    resolved = told["resolved_s"]
    lines = [
        f"{told['kills']} kills at {told['points']} points of {told['stories']} stories",
        f"{told['runs']} runs in {told['took_s']} s",
        f"right again after a death: {resolved['median']} s (median), {resolved['max']} s (most)",
        f"doubled: {told['doubled']}, lost: {told['lost']}, unequal: {told['unequal']}",
        f"replaced at a reader: {told['replaced']}",
    ]
    for wrong in told["wrong"]:
        where = " and ".join(wrong["dies_at"]) or "no death"
        lost = f", answer lost: {wrong['loses']}" if wrong["loses"] else ""
        lines.append(f"WRONG  {wrong['story']}, {where}{lost}")
        lines += [f"       {finding}" for finding in wrong["findings"]]
    return "\n".join(lines)
