"""How long payments wait for what."""

from msgspec import Struct


class Timing(Struct, frozen=True, kw_only=True):
    """Seconds, all of them."""

    answer_within_s: float = 2.0
    """A mutation answers this long after the journal's commit, with whatever was reached."""
    attempt_deadline_s: float = 150.0
    """A payment for which no card was shown by then is called off."""
    first_look_s: float = 0.5
    """The first look at a payment that waits; each next one waits twice as long …"""
    slowest_look_s: float = 5.0
    """… up to this. Webhooks are faster; looking is for those that are lost."""
    gather_s: float = 0.05
    """How long a question about readers waits for others who have the same one."""
    held_look_s: float = 60.0
    """How often money that is held, and waits to be taken, is looked at."""
    settle_s: float = 2.0
    """How long a reader must be idle after a lost answer before it is asked again."""
    call_s: float = 20.0
    """A call to the provider lasts no longer than this …"""
    process_s: float = 85.0
    """… but for the one to the reader, which the provider may hold for 80 s."""
    status_memory_s: float = 5.0
    """How long a reader's status is believed."""
    list_s: float = 60.0
    """How often the readers of a place are listed, for those that were renamed or added."""
    refund_watch_s: float = 600.0
    """How often a refund that the provider has yet to make is looked at, where no webhook comes."""
    refund_look_s: float = 60.0
    """The longest pause between two askings about a refund."""
    follow_look_s: float = 2.0
    """How often a subscription looks into the journal, for steps that another process took."""
    sweep_s: float = 30.0
    """How often messages are taken up that were left: by a process that ended, say."""
    events_kept_days: float = 90.0
    """How long the raw bytes of the provider's messages are kept. In days."""
    reread_s: float = 10.0
    """How long a follower believes what it knows of a payment that nobody has told it news of."""
    claim_life_s: float = 10.0
    """Without a sign of life for this long, what a process works on is another's to take up …"""
    claim_renew_s: float = 3.0
    """… so it gives one this often, and takes up what is free."""
    news_look_s: float = 0.5
    """How often a process looks whether another has told it of news, where there are others."""
    adopt_s: float = 60.0
    """How often everything unfinished is looked through for what nobody was told of."""
    inputs_kept_s: float = 3600.0
    """How long what customers have entered at a reader is kept."""
    key_life_s: float = 23 * 3600.0
    """The provider keeps its answers for a day; beyond this, a key is not used again."""


class Backoff:
    """Pauses that double from `first_s` to `slowest_s`."""

    def __init__(self, first_s: float, slowest_s: float) -> None:
        self._first_s = first_s
        self._slowest_s = slowest_s
        self._next_s = first_s

    def reset(self) -> None:
        """Begin again with the shortest pause."""
        self._next_s = self._first_s

    def pause_s(self) -> float:
        """The pause to make now."""
        pause_s = self._next_s
        self._next_s = min(pause_s * 2, self._slowest_s)
        return pause_s
