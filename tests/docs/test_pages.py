import re

import pytest

from tests.docs.pages import Page, page, pages

PAGES = pages()
DECISIONS = [it for it in PAGES if it.name.startswith("docs/decisions/")]

PARTS = ["Situation", "Choice", "Turned down", "Cost"]
LONGEST = 40  # lines of a decision, which is about a page
SOMEBODY = re.compile(r"[\w.+-]+@[\w-]+\.\w+|(?<![\w@])@[a-z][\w-]+\b(?!:)")
NUMBER = re.compile(r"(?<![\w&`])#\d+\b|\bissues?/\d+|\bGH-\d+", re.IGNORECASE)


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{it.name}: {line}"
        for it in PAGES
        for line in it.prose.splitlines()
        if pattern.search(re.sub(r"`[^`]*`", "", line))
    ]


@pytest.mark.parametrize("shown", PAGES, ids=lambda it: it.name)
def test_every_link_leads_somewhere(shown: Page) -> None:
    """To a file of the tree, and to a heading in it where the link names one."""
    lost = []
    for link in shown.links():
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        path = (shown.path.parent / name).resolve() if name else shown.path
        if not path.exists() or (anchor and anchor not in page(path).anchors()):
            lost.append(link)

    assert [] == lost


def test_no_page_names_a_person() -> None:
    """Neither by address nor by handle: people come and go."""
    assert [] == _lines_with(SOMEBODY)


def test_no_page_leans_on_a_number_of_some_tracker() -> None:
    """A page says what there is to say; where it was discussed may be gone."""
    assert [] == _lines_with(NUMBER)


def test_decisions_are_numbered_without_a_gap() -> None:
    """So that one can be named by its number, and none is lost."""
    assert [f"{number:04d}" for number in range(1, len(DECISIONS) + 1)] == [
        it.path.name[:4] for it in DECISIONS
    ]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda it: it.path.name)
def test_a_decision_is_a_page_of_four_parts(decision: Page) -> None:
    """The situation, the choice, what was turned down, what it costs; its number is its title's."""
    title, *parts = re.findall(r"^#+ (.+)$", decision.text, re.MULTILINE)

    assert PARTS == parts
    assert title.startswith(f"{decision.path.name[:4]}: ")
    assert len(decision.text.splitlines()) <= LONGEST
