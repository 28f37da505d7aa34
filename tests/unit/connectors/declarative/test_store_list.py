"""Every store of a system, over several pages."""

from pathlib import Path

import pytest
from aiohttp import web

from schema.domain.errors import SchemaDrift
from tests.unit.connectors.declarative.declared import HEAD, declared, system
from tests.unit.connectors.declarative.places import call

STORE = """
  store: {code: {path: code, map: stores}, name: name, time_zone: {value: Asia/Tokyo},
    currency: {value: JPY}}
"""
STORES = {f"shop-{at:02}": f"{at}" for at in range(25)}
ROWS = [{"code": f"{at}", "name": f"店 {at}"} for at in reversed(range(25))]


@pytest.mark.parametrize(
    "paging",
    [
        """request: {path: /s, params: {page: "{page}", size: "{limit}"}},
           paging: {style: page, size_max: 10}""",
        """request: {path: /s, params: {offset: "{offset}", size: "{limit}"}},
           paging: {style: offset, size_max: 10, more: more}""",
        """request: {path: /s, params: {offset: "{cursor}"}},
           paging: {style: cursor, next: after}""",
    ],
)
async def test_every_store_is_read(tmp_path: Path, paging: str) -> None:
    """By code; a code that is not asked for is left out, one that is unknown is absent."""

    async def answer(request: web.Request) -> web.Response:
        query = request.query
        start = int(query.get("offset", (int(query.get("page", "1")) - 1) * 10))
        more = start + 10 < len(ROWS)
        after = start + 10 if more else None
        return web.json_response({"rows": ROWS[start : start + 10], "more": more, "after": after})

    async with system(answer) as shop:
        text = f"{HEAD}{STORE}\nports:\n  stores: {{rows: rows, {paging}}}\n"
        config = {"base_url": shop.url, "stores": STORES}
        made = declared(tmp_path / "shop.yaml", text, config)
        every = await made.stores(call(), None)
        some = await made.stores(call(), ["shop-07", "nowhere", "shop-03"])
        await made.aclose()

    assert list(STORES) == list(every)
    assert "店 7" == every["shop-07"].name
    assert ["shop-03", "shop-07"] == list(some)


async def test_a_list_without_an_end_is_drift(tmp_path: Path) -> None:
    """A system that does not know the parameter gives its first page for ever."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(ROWS)

    async with system(answer) as shop:
        text = (
            f"{HEAD}{STORE}\nports:\n  stores: {{request: {{path: /s, params: "
            "{page: '{page}'}}, paging: {style: page}}\n"
        )
        config = {"base_url": shop.url, "stores": STORES}
        made = declared(tmp_path / "shop.yaml", text, config)
        with pytest.raises(SchemaDrift, match="more stores"):
            await made.stores(call(), None)
        await made.aclose()

    assert 2 == len(shop.requests)
