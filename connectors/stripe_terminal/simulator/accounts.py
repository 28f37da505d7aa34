"""The platform's account and those connected to it, in one time."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus

from msgspec import Struct, field

from connectors.stripe_terminal.simulator.books import Books
from connectors.stripe_terminal.simulator.clock import Clock
from connectors.stripe_terminal.simulator.crowd import Crowd
from connectors.stripe_terminal.simulator.idempotency import Answers, Kept
from connectors.stripe_terminal.simulator.records import Reader
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.setup import Setup
from connectors.stripe_terminal.simulator.world import Tell, World


class Written(Struct):
    """Everything as it stood at a time, which is the clock's. `""` is the platform's account."""

    now: float
    is_held: bool
    accounts: dict[str, Books]
    keys: dict[str, Kept] = field(default_factory=dict)


class Accounts:
    """Every account, with the clock, the customers and the idempotency keys that they share.

    `changed` is called whenever something was put off, so that who keeps the time can wait anew.
    """

    def __init__(self, setup: Setup, *, clock: Clock | None = None, tell: Tell) -> None:
        self.clock = clock or Clock()
        self.crowd = Crowd()
        self.answers = Answers(self.clock)
        self.changed: Callable[[], None] = lambda: None
        self._setup = setup
        self._tell = tell
        self._worlds: dict[str, World] = {}
        self._open({})

    def __iter__(self) -> Iterator[World]:
        return iter(self._worlds.values())

    @property
    def platform(self) -> World:
        """The account whose keys are used."""
        return self._worlds[""]

    @property
    def next_due(self) -> float | None:
        """When the next thing happens by itself."""
        dues = [world.agenda.next_due for world in self]
        return min((due for due in dues if due is not None), default=None)

    def world(self, account: str | None) -> World:
        """The account that a call names, or the platform's.

        Raises:
            Refusal: It is not connected.
        """
        if (account or "") not in self._worlds:
            raise Refusal(
                f"The provided key does not have access to account '{account}' (or that account"
                " does not exist).",
                code="account_invalid",
                status=HTTPStatus.FORBIDDEN,
                is_kept=False,
            )
        return self._worlds[account or ""]

    def reader(self, name: str) -> tuple[World, Reader] | None:
        """A reader of whichever account."""
        found = ((it, it.readers[name]) for it in self if name in it.readers)
        return next(found, None)

    def catch_up(self) -> None:
        """Let everything happen that is due by now."""
        for world in self:
            world.catch_up()

    def advance(self, seconds: float) -> None:
        """Let time pass; everything happens at its own time meanwhile."""
        end = self.clock() + seconds
        while (due := self.next_due) is not None and due <= end:
            self.clock.set(max(due, self.clock()))
            self.catch_up()
        self.clock.set(max(end, self.clock()))
        self.changed()

    def written(self) -> Written:
        """Everything, as it stands now."""
        books = {name: world.books for name, world in self._worlds.items()}
        return Written(self.clock(), self.clock.is_held, books, self.answers.written())

    def go_on(self, written: Written) -> None:
        """Go on from where things stood, in the time of then."""
        self.clock.go()
        self.clock.set(written.now)
        if written.is_held:
            self.clock.hold()
        self.answers.go_on(dict(written.keys))
        self._open(written.accounts)

    def begin_anew(self) -> None:
        """Forget everything but the setup, the time included."""
        self.clock.set_back()
        self.answers.go_on({})
        self._open({})

    def _open(self, books: Mapping[str, Books]) -> None:
        self._worlds.clear()
        platform = None
        for name in dict.fromkeys(["", *self._setup.accounts, *books]):
            world = World(
                self._setup,
                account=name or None,
                platform=platform,
                clock=self.clock,
                crowd=self.crowd,
                books=books.get(name),
            )
            platform = platform or world
            world.tell = self._tell
            world.agenda.changed = self._notify
            self._worlds[name] = world
        self._notify()

    def _notify(self) -> None:
        self.changed()
