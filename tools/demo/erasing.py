"""The acts of an erasure: asked for by one address, proved in every service."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

import httpx

from contactflow.kernel import decode
from tools.demo import behind
from tools.demo.play import Play
from tools.demo.stage import Json, a_visitor, eventually

GONE = 404
ENDED = (401, "session_ended")
MOVING = 0.05  # seconds between two looks


def an_erasure_is_asked_for(play: Play) -> None:
    play.show.act("An erasure is asked for, by that address alone")
    wanted = {"kind": "email", "value": play.person.email}
    asked = {"right": "erasure", "identifiers": [wanted], "received_via": "email"}
    request = play.officer.post("", asked)
    masked = [one["masked"] for one in request["identifiers"]]
    play.show.said("officer", f"{request['id']} for {', '.join(masked)}, due {request['due_at']}")
    evidence = {"method": "officer_attestation", "evidence": "Wrote from the address on file."}
    play.officer.post(f"/{request['id']}/verify", evidence)
    play.request = play.officer.until(request["id"], "awaiting_approval")
    preview = play.officer.get(f"/{request['id']}/preview")["counts"]
    _matrix(play, preview)
    rows = {name: sum(preview.get(name, {}).values()) for name in ("crm", "chat", "voice")}
    play.show.claim(
        "The person is found in every service, even where only a visitor or a number is known",
        f"crm by the address; by its links {rows['chat']} rows of chat, {rows['voice']} of voice",
        holds=all(rows.values()),
    )


def the_erasure_is_approved(play: Play) -> None:
    play.show.act("The officer approves, and the matrix fills")
    request_id = play.request["id"]
    caller = behind.caller_of(play.stack, decode("call", play.call["id"]))
    begun, seen, objects = time.monotonic(), set(), _recordings(play, caller)
    play.officer.post(f"/{request_id}/approve", {})
    while True:
        play.request = play.officer.get(f"/{request_id}")
        for one in play.request["participants"]:
            step = (one["name"], one["state"])
            if step not in seen:
                seen.add(step)
                play.show.said(one["name"], one["state"], f"{time.monotonic() - begun:.2f} s")
        if play.request["status"] == "completed" or time.monotonic() - begun > 30:  # noqa: PLR2004
            break
        time.sleep(MOVING)
    play.show.claim(
        "Every service has erased, and was looked at again by other eyes",
        f"{play.request['status']} {time.monotonic() - begun:.2f} s after the approval",
        holds=play.request["status"] == "completed",
    )
    left = _recordings(play, caller)
    play.show.claim(
        "The recording is deleted, too",
        f"sealed objects of the caller's recordings: {objects}, then {left}",
        holds=(objects > 0 and left == 0) or play.stack["objects_dir"] is None,
    )
    masked = play.request["identifiers"]
    play.show.claim(
        "The request has forgotten whom it was about", f"identifiers: {masked}", holds=not masked
    )


def the_receipt_is_verified(play: Play) -> None:
    play.show.act("The receipt, verified without asking us")
    receipt = play.officer.get(f"/{play.request['id']}/receipt")
    payload = receipt["payload"]
    _matrix(play, {one["name"]: one["deleted"] for one in payload["participants"]})
    play.show.said("receipt", f"{receipt['algorithm']}, key {receipt['key_id'][:16]}...")
    play.show.said("receipt", f"in no backup after {payload['backups_expire_on']}")
    keys = play.officer.http.get("/.well-known/contactflow-keys.json").raise_for_status().text
    genuine = _verified(json.dumps(receipt), keys)
    play.show.claim("It is genuine", genuine.stdout.strip(), holds=genuine.returncode == 0)
    written = json.dumps(receipt)
    flipped = _verified(written.replace(play.request["id"], _flipped(play.request["id"])), keys)
    play.show.claim("One flipped byte is seen", flipped.stdout.strip(), holds=_refused(flipped))


def nobody_comes_back(play: Play) -> None:
    play.show.act("Nothing comes back but the person, as somebody new")
    conversation_id = decode("cnv", play.visitor.conversation_id)
    answer = play.visitor.refused("One more thing: " + play.person.word)
    stored = behind.stored_messages(play.stack, conversation_id, "visitor")
    play.show.claim(
        "A late message in the old session is refused, and stored nowhere",
        f"{answer[0]} {answer[1]}; rows in chat's table: {stored}",
        holds=answer == ENDED and stored == 0,
    )
    contact, call = f"/v1/contacts/{play.contact['id']}", f"/v1/calls/{play.call['id']}"
    conversation = f"/v1/conversations/{play.visitor.conversation_id}"
    paths = [contact, f"{contact}/timeline", conversation, call, f"{call}/recording"]
    answers = [play.staff.status(path) for path in paths]
    play.show.claim(
        "Contact, timeline, conversation, call and recording are not there any more",
        ", ".join(map(str, answers)),
        holds=answers == [GONE] * len(paths),
    )
    again = play.staff.http.post("/v1/contacts", json={"emails": [play.person.email]})
    play.show.claim(
        "Staff cannot enter the person again without saying when they came back",
        f"{again.status_code} {again.json().get('code')}",
        holds=again.status_code == httpx.codes.GONE,
    )
    with a_visitor(play.stack, "en") as anew:
        first = eventually(anew.messages)[0]
        play.show.claim(
            "A new session begins with a new disclosure",
            f"another conversation, seq {first['seq']}, kind {first['kind']}",
            holds=first["kind"] == "disclosure"
            and anew.conversation_id != play.visitor.conversation_id,
        )


def _matrix(play: Play, counts: Json) -> None:
    """Rows by service and table."""
    play.show.table(
        ["service", "rows", "in"],
        [
            [service, str(sum(rows.values())), ", ".join(f"{t} {n}" for t, n in rows.items() if n)]
            for service, rows in counts.items()
        ],
    )


def _recordings(play: Play, caller: UUID) -> int:
    """How many objects of recordings of theirs are in the folder, if it is on this machine."""
    folder = play.stack["objects_dir"]
    found = Path(folder, "recordings").glob(f"*/{caller}/**/*") if folder else ()
    return sum(path.is_file() for path in found)


def _verified(receipt: str, keys: str) -> subprocess.CompletedProcess[str]:
    """What the offline command says."""
    with tempfile.TemporaryDirectory() as folder:
        said, known = Path(folder) / "receipt.json", Path(folder) / "keys.json"
        said.write_text(receipt)
        known.write_text(keys)
        command = [sys.executable, "-m", "contactflow.erasure.receipts", "verify", str(said)]
        return subprocess.run(  # noqa: S603  our own command
            [*command, "--keys", str(known)],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _flipped(request_id: str) -> str:
    """The same id with one bit of its last letter changed."""
    return request_id[:-1] + chr(ord(request_id[-1]) ^ 1)


def _refused(done: subprocess.CompletedProcess[str]) -> bool:
    return done.returncode == 1
