"""The acts of the demonstration, in their order."""

from collections.abc import Callable
from typing import Final

from tools.demo import calling, dying, erasing, searching, talking
from tools.demo.play import Play

ACTS: Final[tuple[Callable[[Play], None], ...]] = (
    talking.a_visitor_chats,
    talking.a_message_is_sent_three_times,
    dying.a_service_is_killed,
    talking.the_contact_has_a_timeline,
    talking.nothing_is_in_the_clear,
    talking.a_human_takes_over,
    talking.staff_write_down_how_to_reach_them,
    calling.the_person_calls,
    calling.somebody_calls_in_french,
    calling.one_timeline_has_both,
    erasing.an_erasure_is_asked_for,
    erasing.the_erasure_is_approved,
    erasing.the_receipt_is_verified,
    erasing.nobody_comes_back,
    searching.nothing_is_left,
    searching.the_mail_tells_nothing,
)
