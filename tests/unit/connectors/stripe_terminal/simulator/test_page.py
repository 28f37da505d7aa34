"""The page with the readers' screens, in a real browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.connectors.stripe_terminal.simulator.account import FRONT, Account, code, refusal
from tests.unit.connectors.stripe_terminal.simulator.browser import Browser, browsing

# Browsers take their time to start where many tests run at once.
pytestmark = pytest.mark.timeout(60)

CARD = f"[data-reader={FRONT}]"
STATE = f"document.querySelector('{CARD}')?.dataset.state"


def text(name: str) -> str:
    """What stands somewhere on the front counter's screen."""
    return f"document.querySelector('{CARD} .{name}')?.textContent"


def gesture(name: str) -> str:
    """A button of the front counter's."""
    return f"{CARD} [data-gesture={name}]"


@pytest.fixture
async def browser(account: Account, tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser that looks at the page."""
    async with browsing(tmp_path) as opened:
        await opened.open(account.url)
        await opened.until("idle", STATE)
        yield opened

    assert [] == opened.errors


async def test_somebody_pays_at_the_page(browser: Browser, account: Account) -> None:
    """A declined card first, and then a good one; the money is counted."""
    name = await account.intent(12_800)
    await account.process(name)
    await browser.until("¥12,800", text("amount"))
    assert "Tap, insert or swipe" == await browser.value(text("title"))

    await browser.click(gesture("decline"))
    await browser.until("Not accepted", text("title"))
    assert "card_declined" == (await account.read(name)).last_payment_error.code

    await account.process(name)
    await browser.click(gesture("tap"))
    await browser.until("Approved", text("title"))
    assert "succeeded" == await account.status(name)
    await browser.until(expression="document.body.innerText.includes('¥12,800')", wanted=True)


async def test_somebody_pulls_the_plug(browser: Browser, account: Account) -> None:
    """Stripe notices after two minutes; plugged in again, the reader takes payments."""
    await browser.click(gesture("unplug"))
    await browser.until("No power", text("title"))
    name = await account.intent()
    assert "terminal_reader_timeout" == code(await refusal(account.process(name)))

    await browser.click('[data-advance="3600"]')
    await browser.until("offline", f"document.querySelector('{CARD} footer').lastChild.data")
    assert "terminal_reader_offline" == code(await refusal(account.process(name)))

    await browser.click(gesture("plug"))
    await browser.until("idle", STATE)
    assert "in_progress" == (await account.process(name)).action.status


async def test_a_code_is_paid_with_a_telephone(browser: Browser, account: Account) -> None:
    """The customer asks for it on the screen."""
    name = await account.intent(
        2400, currency="sgd", allowed_payment_method_types=["card_present", "paynow"]
    )
    await account.process(name)
    await browser.click(gesture("scan"))
    await browser.until("Scan to pay", text("title"))
    assert "requires_action" == await account.status(name)

    await browser.click(gesture("pay"))
    await browser.until("Approved", text("title"))
    assert "succeeded" == await account.status(name)


async def test_it_is_light_and_dark(browser: Browser) -> None:
    """As whoever looks prefers."""
    seen = set()
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        await browser.do("Emulation.setEmulatedMedia", features=[feature])
        seen.add(await browser.value("getComputedStyle(document.body).backgroundColor"))

    assert {"rgb(246, 246, 244)", "rgb(18, 19, 22)"} == seen
