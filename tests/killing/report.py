"""What people and programs are told of a matrix."""

import sys
from typing import Any

from tests.killing.matrix import Tally

_BAR = 30


def progress(tally: Tally) -> None:
    """Draw one line anew, where a person looks."""
    if not sys.stderr.isatty():
        return
    done = min(tally.kills / max(tally.wanted, 1), 1.0)
    rate = tally.kills / tally.took_s if tally.took_s else 0.0
    left_s = (tally.wanted - tally.kills) / rate if rate else 0.0
    bar = ("#" * round(done * _BAR)).ljust(_BAR, "-")
    sys.stderr.write(
        f"\r[{bar}] {tally.kills} of {tally.wanted} kills, {rate:.1f}/s,"
        f" {max(left_s, 0):.0f} s left, wrong: {len(tally.faults)} "
    )
    if done >= 1.0:
        sys.stderr.write("\n")
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
