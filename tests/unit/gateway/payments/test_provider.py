"""Calls to the provider, as the journal's keeper makes them."""

import pytest

from gateway.payments.provider import Provider
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.till import QUICK
from tests.unit.gateway.storage.records import a_payment


async def test_what_was_never_announced_is_asked_for_nowhere(terminal: ScriptedTerminal) -> None:
    """A mistake of ours: without its id there is nothing that the provider could be asked."""
    provider = Provider(terminal, "cards", QUICK)
    with pytest.raises(ValueError, match="not been announced"):
        await provider.intent(a_payment())

    assert [] == terminal.calls
