"""Whether what was found is what was promised: nothing lost, doubled, reordered or leaked.

The promises are those of the history alone. An acknowledged operation is there, once, in its own
place; one of unknown outcome once or not at all; one that was refused not at all. Of two in one
place, the one that was acknowledged before the other was asked for comes first. What the product
tells in a second way (a stream, a topic) is what it holds, in the same order.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.chaos.history import Operation, Outcome


@dataclass(frozen=True)
class Seen:
    """Something that is there: `seq` is its order in its place, where a place has one."""

    workspace: str
    place: str
    author: str
    text: str
    id: str
    seq: int = 0


@dataclass
class Verdict:
    """What is wrong, by its class; nothing is the one good verdict."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def __add__(self, other: "Verdict") -> "Verdict":
        theirs = vars(other)
        return Verdict(**{name: mine + theirs[name] for name, mine in vars(self).items()})


def judge(history: Iterable[Operation], found: Sequence[Seen]) -> Verdict:
    """What the clients were told, against all that a reader finds."""
    asked = list(history)
    verdict = Verdict()
    by_text = defaultdict(list)
    for one in found:
        by_text[one.text].append(one)
    for operation in asked:
        _judged(operation, by_text.pop(operation.text, []), verdict)
    verdict.invented += [one.text for many in by_text.values() for one in many]
    verdict.reordered += _out_of_order(asked, found)
    return verdict


def _judged(operation: Operation, there: Sequence[Seen], verdict: Verdict) -> None:
    home = (operation.workspace, operation.place)
    at_home = [one for one in there if (one.workspace, one.place) == home]
    if operation.outcome is Outcome.OK and operation.id not in {one.id for one in at_home}:
        verdict.lost.append(operation.text)
    if operation.outcome is Outcome.FAILED and there:
        verdict.invented.append(operation.text)
    if len(at_home) > 1:
        verdict.doubled.append(operation.text)
    if len(at_home) < len(there) or any(one.author != operation.author for one in at_home):
        verdict.leaked.append(operation.text)


def _out_of_order(asked: Iterable[Operation], found: Iterable[Seen]) -> list[str]:
    """Those that come before one that was acknowledged before they were asked for."""
    operations = {(one.workspace, one.place, one.text): one for one in asked}
    wrong: list[str] = []
    latest: dict[tuple[str, str], float] = {}
    for one in sorted(found, key=lambda one: one.seq, reverse=True):
        operation = operations.get((one.workspace, one.place, one.text))
        if operation is None or not one.seq:
            continue
        home = (one.workspace, one.place)
        if operation.asked > latest.get(home, float("inf")):
            wrong.append(one.text)
        answered = operation.answered if operation.answered is not None else float("inf")
        latest[home] = min(latest.get(home, float("inf")), answered)
    return wrong


def compare(held: Iterable[Seen], told: Sequence[Seen]) -> Verdict:
    """What is held, against what was told of it, in the order in which it was told."""
    theirs = {one.id: one for one in held}
    verdict = Verdict()
    times = Counter(one.id for one in told)
    verdict.lost = [one.text for id_, one in theirs.items() if not times[id_]]
    verdict.doubled = [id_ for id_, count in times.items() if count > 1]
    places = defaultdict(list)
    for one in told:
        known = theirs.get(one.id)
        if known is None:
            verdict.invented.append(one.id)
        elif (known.workspace, known.place) != (one.workspace, one.place):
            verdict.leaked.append(known.text)
        places[one.workspace, one.place].append(one.seq)
    for seqs in places.values():
        verdict.reordered += [str(later) for one, later in pairwise(seqs) if later < one]
    return verdict


def answered(conversation: Sequence[Seen], *, by_human: bool) -> Verdict:
    """The AI's side of one conversation: nobody waits for ever, nobody is answered twice.

    Each answer is to a question of its own, at least; the last question has one, unless a human
    is to answer.
    """
    verdict, open_questions, waits = Verdict(), 0, False
    for one in sorted(conversation, key=lambda one: one.seq):
        if one.author == "visitor":
            open_questions, waits = open_questions + 1, True
        elif one.author == "agent":
            open_questions, waits = open_questions - 1, False
            if open_questions < 0:
                verdict.doubled.append(f"{one.place}: {one.text}")
    if waits and not by_human:
        verdict.lost.append(f"{conversation[0].place}: an answer")
    return verdict
