"""The first acts: a conversation, and where it arrives."""

import time
from typing import Any

from contactflow.kernel import decode, new_id
from tools.demo import behind
from tools.demo.play import Play
from tools.demo.stage import a_visitor, eventually
from tools.local_ai.receptionist import OPENS

TOPIC = "chat.conversations"
SHOWN = 24  # bytes of a ciphertext


def a_visitor_chats(play: Play) -> None:
    play.show.act("A visitor chats with the AI agent, on a real language model")
    disclosure = play.visitor.session["disclosure"]
    play.show.said("notice", disclosure["text"])
    first = play.visitor.messages()[0]
    play.show.claim(
        "The first item is the AI's disclosure, before any generated word",
        f"seq {first['seq']}, kind {first['kind']}, locale {disclosure['locale']}",
        holds=first["kind"] == "disclosure" and first["text"] == disclosure["text"],
    )
    answer = play.ask("What time do you open on Saturday?")
    play.show.claim(
        "The answer states the opening hour that the business gave its agent",
        f'"{OPENS}" is in it',
        holds=OPENS in answer["text"],
    )
    play.ask("And do you have vegan cakes?")
    with a_visitor(play.stack, "fr") as other:
        play.show.said("notice", other.session["disclosure"]["text"], "to a French visitor")


def a_message_is_sent_three_times(play: Play) -> None:
    play.show.act("The network fails, and the page sends one message three times")
    conversation_id = decode("cnv", play.visitor.conversation_id)
    before = behind.stored_messages(play.stack, conversation_id, "visitor")
    same = str(new_id())
    sent = [play.visitor.write("Thank you, that helps.", same) for _ in range(3)]
    play.visitor.hears("agent", after=sent[0]["seq"])
    stored = behind.stored_messages(play.stack, conversation_id, "visitor") - before
    play.show.claim(
        "Sent three times, stored once",
        f"3 answers name {sent[0]['id']}; rows more in chat's table: {stored}",
        holds=len({one["id"] for one in sent}) == 1 and stored == 1,
    )


def the_contact_has_a_timeline(play: Play) -> None:
    play.show.act("The conversation has arrived in the CRM, by way of Kafka")
    path = f"/v1/conversations/{play.visitor.conversation_id}"
    contact_id = eventually(lambda: play.staff.get(path)["contact_id"])
    play.contact = play.staff.get(f"/v1/contacts/{contact_id}")
    known = [f"{one['value']} (claimed)" for one in play.contact["emails"]]
    play.show.table(
        ["contact", "name", "e-mail", "language"],
        [[contact_id, play.contact["name"], *known, str(play.contact["language"])]],
    )
    count = len(play.visitor.messages())
    item = eventually(lambda: _item(play, contact_id, count))
    play.show.table(
        ["when", "channel", "what", "messages", "outcome"],
        [[item["occurred_at"], item["channel"], item["title"], str(count), str(item["outcome"])]],
    )
    said = item["content"]["messages"]
    play.show.table(["", "who", "said"], [[str(m["seq"]), m["author"], m["text"]] for m in said])
    play.show.claim(
        "The timeline shows the whole conversation",
        f"{count} messages in chat, {item['counts']['messages']} on the timeline",
        holds=item["counts"]["messages"] == count,
    )


def staff_write_down_how_to_reach_them(play: Play) -> None:
    play.show.act("Staff write down an address and a number; the chat never learns them")
    sent = play.visitor.write(f"My order is called {play.person.word}.")
    play.show.said("visitor", sent["text"])
    path = f"/v1/contacts/{play.contact['id']}"
    known = [one["value"] for one in play.contact["emails"]]
    details = {"emails": [*known, play.person.email], "phones": [play.person.phone]}
    changed = play.staff.change(path, details)
    added = [changed["emails"][-1], changed["phones"][-1]]
    play.show.claim(
        "The contact is known by them, and by nothing that a visitor only typed",
        f"claimed: {[one['claimed'] for one in [*changed['emails'], *changed['phones']]]}",
        holds=[one["value"] for one in added] == [play.person.email, play.person.phone]
        and not any(one["claimed"] for one in added),
    )


def _item(play: Play, contact_id: str, count: int) -> dict[str, Any] | None:
    items: list[dict[str, Any]] = play.staff.get(f"/v1/contacts/{contact_id}/timeline")["data"]
    return items[0] if items and items[0]["counts"]["messages"] == count else None


def nothing_is_in_the_clear(play: Play) -> None:
    play.show.act("Behind it: ciphertext in PostgreSQL, ids only in Kafka")
    row = behind.contact_row(play.stack, decode("con", play.contact["id"]))
    play.show.table(["column", "on the disk"], [[name, _shown(row[name])] for name in row])
    stored = b"".join(value for value in row.values() if isinstance(value, bytes))
    play.show.claim(
        "The row holds neither name nor address",
        f"{len(stored)} bytes of ciphertext",
        holds=bool(stored) and not _tells(play, stored),
    )
    found = behind.records(play.stack, TOPIC, decode("cnv", play.visitor.conversation_id))
    for record in found[:2]:
        kind = dict(record.headers)["ce_type"].decode()
        play.show.said("Kafka", f"{kind} {(record.value or b'').decode()}")
    carried = b"".join(behind.raw(record) for record in found)
    play.show.claim(
        "The records hold ids, counts and times",
        f"{len(found)} records, {len(carried)} bytes, no name, no address, no words",
        holds=bool(found) and not _tells(play, carried),
    )


def _tells(play: Play, raw: bytes) -> bool:
    said = [one["text"] for one in play.visitor.messages()]
    person = play.person
    texts = [person.name, *person.name.split(), person.claimed, person.phone, *said]
    return any(text.encode() in raw for text in texts)


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return f"{value[:SHOWN].hex()}... ({len(value)} bytes)"
    return str(value)


def a_human_takes_over(play: Play) -> None:
    play.show.act("A human takes over")
    reply = play.staff.reply(play.visitor, "This is Nora. I have set a cake aside for you.")
    heard = play.visitor.hears("staff", after=reply["seq"] - 1)
    play.show.said("Nora", heard["text"])
    sent = play.visitor.write("How kind of you!")
    play.show.said("visitor", sent["text"])
    time.sleep(3)  # longer than the AI waits before it answers
    later = [one["author"] for one in play.visitor.messages() if one["seq"] > reply["seq"]]
    status = play.staff.get(f"/v1/conversations/{play.visitor.conversation_id}")["status"]
    play.show.claim(
        "From then on the AI says nothing",
        f"status {status}; after Nora wrote: {', '.join(later)}",
        holds=status == "handed_off" and "agent" not in later,
    )
