from schema.domain.scope import Actor, RequestScope, SourceGap


def test_a_gap_told_twice_counts_once() -> None:
    """In the order in which they were told first."""
    scope = RequestScope(Actor("till-1", "staff"), 0.0, "trace")
    oms, pos = SourceGap("oms", "SOURCE_UNAVAILABLE"), SourceGap("pos", "SOURCE_UNAVAILABLE")
    scope.note([oms, oms])
    scope.note([pos, oms])

    assert [oms, pos] == scope.gaps
