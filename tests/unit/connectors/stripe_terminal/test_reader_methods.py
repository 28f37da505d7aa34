import pytest

from connectors.stripe_terminal.reader_methods import reader_methods
from schema.domain.payment_method import PaymentMethodKind

CARD = PaymentMethodKind.CARD


@pytest.mark.parametrize("model", ["simulated_stripe_s700", "stripe_m2", None, "of_tomorrow"])
def test_without_a_screen_for_codes_there_are_cards(model: str | None) -> None:
    """Mobile readers have none, simulated ones show none, and of others nothing is known."""
    assert [CARD] == reader_methods(model, "SGD")


@pytest.mark.parametrize("model", ["stripe_s700", "bbpos_wisepos_e", "verifone_v660p"])
def test_a_smart_reader_shows_the_codes_of_its_currency(model: str) -> None:
    """PayNow is Singapore's; WeChat Pay is everywhere but in Japan."""
    assert [CARD, PaymentMethodKind.PAYNOW, PaymentMethodKind.WECHAT_PAY] == reader_methods(
        model, "SGD"
    )
    assert [CARD] == reader_methods(model, "JPY")
