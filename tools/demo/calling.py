"""The acts of the telephone: two calls, and a timeline that has the chat and a call."""

import asyncio
from dataclasses import replace

from contactflow.testing.settings import home
from tools.demo.play import Play
from tools.demo.stage import ANSWER, Json, eventually
from tools.local_ai.receptionist import OPENS, OPENS_FR
from tools.phone import wav
from tools.phone.carrier import PhoneCall
from tools.phone.line import line
from tools.phone.ringing import a_number, ring
from tools.phone.script import SCRIPTS, Consent
from tools.stack.settings import ROOT

RATE = 8_000  # frames a second of a recording: a byte for each side
HEADER = 58  # bytes of its WAV header
PIECE = 64  # bytes of a recording that occur nowhere by chance
HEARD = home(ROOT) / "calls"  # what the callers' own phones kept
GONE = 404


def the_person_calls(play: Play) -> None:
    play.show.act("The same person calls, and agrees to be recorded")
    phoned, play.call = _call(play, "en", "yes", play.person.phone)
    said = _transcript(play)
    play.show.claim(
        "The caller is told first that it is an AI",
        f"{play.call['disclosure']['wording_id']}, before the caller's first word",
        holds=_is_first(play.call, said),
    )
    play.show.claim(
        "The agent hears, and answers with a fact of the business",
        f'"{OPENS}" is in it',
        holds=any(OPENS in one["text"] for one in said if one["speaker"] == "agent"),
    )
    play.spoken = max((one["text"] for one in said if one["speaker"] == "caller"), key=len)
    recorded = play.staff.read(f"/v1/calls/{play.call['id']}/recording")[HEADER:]
    play.voice = _a_piece_of(recorded)
    lasts, whole = len(recorded) / 2 / RATE, phoned.handset.seconds
    play.show.claim(
        "From the spoken yes on it is recorded, and not one byte before",
        f"consent {play.call['recording']['consent']}; {lasts:.1f} of {whole:.1f} s",
        holds=play.call["recording"]["consent"] == "granted" and 0 < lasts < whole,
    )


def somebody_calls_in_french(play: Play) -> None:
    play.show.act("Somebody else calls in French, and does not want to be recorded")
    _, call = _call(play, "fr", "no", a_number())
    said = [one["text"] for one in _transcript(play, call)]
    recording = play.staff.status(f"/v1/calls/{call['id']}/recording")
    play.show.claim(
        "Who refuses is served all the same, in French, and nothing is recorded",
        f"consent {call['recording']['consent']}, its recording: {recording}",
        holds=call["recording"]["consent"] == "declined"
        and recording == GONE
        and any(OPENS_FR in one for one in said),
    )


def one_timeline_has_both(play: Play) -> None:
    play.show.act("The chat and the call are on one timeline")
    contact_id = play.contact["id"]
    items = play.staff.get(f"/v1/contacts/{contact_id}/timeline")["data"]
    play.show.table(
        ["when", "channel", "what", "counts"],
        [[one["occurred_at"], one["channel"], one["title"], str(one["counts"])] for one in items],
    )
    told = next(one["content"] for one in items if one["channel"] == "voice")
    play.show.said("summary", told["summary"], f"intent {told['intent']}")
    play.show.claim(
        "The caller was known by the number that staff had written down",
        f"{len(items)} items of {contact_id}",
        holds={one["channel"] for one in items} == {"web", "voice"},
    )


def _call(play: Play, language: str, consent: Consent, number: str) -> tuple[PhoneCall, Json]:
    """What was heard, and the record of it once it is complete, with its summary."""
    script = replace(SCRIPTS[language], consent=consent)
    phoned = asyncio.run(ring(line(play.stack, language), script, number))
    HEARD.mkdir(exist_ok=True)
    file = HEARD / f"{language}.wav"
    wav.write(file, phoned.handset)
    play.show.said("phone", f"{file.relative_to(ROOT)}: the caller left, the agent right")
    return phoned, eventually(lambda: _complete(play, number), within=ANSWER)


def _complete(play: Play, number: str) -> Json | None:
    calls: list[Json] = play.staff.get("/v1/calls")["data"]
    call = next(one for one in calls if one["from"] == number)
    summary = play.staff.status(f"/v1/calls/{call['id']}/summary")
    told = summary != GONE or "summary" in call["missing"]
    return call if call["contact_id"] and told else None


def _transcript(play: Play, call: Json | None = None) -> list[Json]:
    said: list[Json] = play.staff.get(f"/v1/calls/{(call or play.call)['id']}/transcript")["data"]
    return said


def _is_first(call: Json, said: list[Json]) -> bool:
    is_disclosure = str(call["disclosure"]["wording_id"]).startswith("disclosure/")
    return is_disclosure and said[0]["speaker"] == "agent"


def _a_piece_of(recorded: bytes) -> bytes:
    """Where it is least like silence."""
    pieces = [recorded[at : at + PIECE] for at in range(0, len(recorded) - PIECE, PIECE)]
    return max(pieces, key=lambda piece: len(set(piece)))
