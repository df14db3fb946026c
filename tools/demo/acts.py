"""The acts of the demonstration, in their order."""

from collections.abc import Callable
from typing import Final

from tools.demo import erasing, searching, talking
from tools.demo.play import Play

ACTS: Final[tuple[Callable[[Play], None], ...]] = (
    talking.a_visitor_chats,
    talking.a_message_is_sent_three_times,
    talking.the_contact_has_a_timeline,
    talking.nothing_is_in_the_clear,
    talking.a_human_takes_over,
    erasing.staff_add_an_address,
    erasing.an_erasure_is_asked_for,
    erasing.the_erasure_is_approved,
    erasing.the_receipt_is_verified,
    erasing.nobody_comes_back,
    searching.nothing_is_left,
    searching.the_mail_tells_nothing,
)
