"""A service dies in mid-conversation."""

from itertools import pairwise

from contactflow.kernel import decode, new_id
from tools.demo import behind
from tools.demo.play import Play
from tools.stack import stack
from tools.stack.settings import read

KILLED = "chat"


def a_service_is_killed(play: Play) -> None:
    play.show.act("A service is killed while the AI writes, and the page goes on sending")
    conversation_id = decode("cnv", play.visitor.conversation_id)
    before = behind.stored_messages(play.stack, conversation_id, "visitor")
    taken = play.visitor.write("Is there parking near you?")
    play.show.said("visitor", taken["text"])
    stack.kill(read(), KILLED)
    text, same = "And on which day are you closed?", str(new_id())
    status, code = play.visitor.refused(text, same)
    play.show.said("visitor", text, f"{KILLED} is killed: {status} {code}")
    stack.revive(read(), KILLED)
    sent = [play.visitor.write(text, same) for _ in range(2)]
    play.show.said("visitor", text, f"{KILLED} is back: sent twice more")
    answer = play.visitor.hears("agent", after=sent[0]["seq"])
    play.show.said("AI", answer["text"])
    stored = behind.stored_messages(play.stack, conversation_id, "visitor") - before
    play.show.claim(
        "What was acknowledged is there once, and so is what was sent again",
        f"rows more in chat's table: {stored}",
        holds=stored == len({taken["id"], *(one["id"] for one in sent)}) == len([taken, text]),
    )
    _is_whole(play)


def _is_whole(play: Play) -> None:
    messages = play.visitor.messages()
    places = [one["seq"] for one in messages]
    said = [one["author"] for one in messages]
    play.show.claim(
        "Nothing is missing in the conversation, and nothing was answered twice",
        f"{places[0]} to {places[-1]}: {', '.join(said)}",
        holds=places == list(range(1, len(said) + 1)) and ("agent", "agent") not in pairwise(said),
    )
