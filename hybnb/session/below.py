"""What is drawn below the cell that has just run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hybnb.model import Verdict
    from hybnb.session.cards import Cards


class Below:
    """Publishes to the front end of one shell; buttons come from `cards`, where there can be any."""

    def __init__(self, shell: Any, cards: Cards) -> None:
        self._shell = shell
        self._cards = cards

    def notice(self, changed: Sequence[Verdict], sources: Mapping[int | str, str]) -> None:
        """One line for each of these, as far as they are worth a change."""
        from hybnb import show

        bundle = show.notice(changed, sources)
        if bundle is not None:
            self.publish(bundle)
            for buttons in self._cards.below_lines(changed):
                self.publish(buttons)

    def question(self, verdicts: Sequence[Verdict]) -> None:
        """May these functions be tried? With a button to say so, where there can be one."""
        if verdicts:
            from hybnb import show

            self.publish(show.question(verdicts))
            for buttons in filter(
                None, (self._cards.buttons(one, named=True) for one in verdicts[: show.MOST_NOTICES])
            ):
                self.publish(buttons)

    def publish(self, data: dict[str, Any]) -> None:
        """A bundle by MIME type."""
        self._shell.display_pub.publish(data=data, metadata={})
