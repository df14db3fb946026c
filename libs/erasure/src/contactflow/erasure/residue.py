"""What is still here of somebody who was erased: looked up by another way than the eraser's.

The tables come from PostgreSQL's catalogue: whatever reaches `subjects` by foreign keys, and
whatever has a column `subject_id`, even without a key. Of the eraser's lists nothing is used.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, TextClause, text

from contactflow.erasure.wire import Person
from contactflow.events.erasures import ParticipantName
from contactflow.persistence import Work

DIRECT: Final = text("""
    SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attname = 'subject_id' AND NOT a.attisdropped
""")
KEYS: Final = text("""
    WITH RECURSIVE reaching AS (
        SELECT 'subjects'::regclass::oid AS oid
        UNION
        SELECT k.conrelid FROM pg_constraint k JOIN reaching r ON k.confrelid = r.oid
        WHERE k.contype = 'f'
    )
    SELECT k.conrelid::regclass::text AS name, k.confrelid::regclass::text AS parent,
        (SELECT string_agg(quote_ident(attname), ', ' ORDER BY place)
         FROM unnest(k.conkey) WITH ORDINALITY AS ours(number, place)
         JOIN pg_attribute ON attrelid = k.conrelid AND attnum = number) AS ours,
        (SELECT string_agg(quote_ident(attname), ', ' ORDER BY place)
         FROM unnest(k.confkey) WITH ORDINALITY AS theirs(number, place)
         JOIN pg_attribute ON attrelid = k.confrelid AND attnum = number) AS theirs
    FROM pg_constraint k JOIN reaching r ON k.confrelid = r.oid
    WHERE k.contype = 'f' AND k.conrelid <> k.confrelid
    ORDER BY name, parent
""")
OWNERS: Final = text("""
    SELECT DISTINCT subject_id FROM subject_identities
    WHERE NOT claimed AND blind_index = ANY(CAST(:digests AS bytea[]))
""")
PEOPLE: Final = "ANY(CAST(:people AS uuid[]))"


async def residue(work: Work, person: Person, *, by: ParticipantName) -> dict[str, int]:
    """Rows by table; when nothing is left, nothing."""
    digests = [bytes.fromhex(one.digest) for one in person.indexes]
    owners = (await work.rows(OWNERS, {"digests": digests})).scalars()
    people = sorted({*owners, *person.subjects.get(by, ())})
    found = await work.rows(_counting(await conditions(work)), {"people": people})
    return {row.name: row.rows for row in found if row.rows}


async def conditions(work: Work) -> dict[str, str]:
    """Of each table that can hold people: which of its rows are about `:people`, as SQL says it."""
    known = {"subjects": f"id = {PEOPLE}"}
    known |= dict.fromkeys((await work.rows(DIRECT)).scalars(), f"subject_id = {PEOPLE}")
    keys = (await work.rows(KEYS)).all()

    def where(name: str) -> str:
        return known.get(name) or " OR ".join(map(through, (k for k in keys if k.name == name)))

    def through(key: Row[Any]) -> str:
        return f"({key.ours}) IN (SELECT {key.theirs} FROM {key.parent} WHERE {where(key.parent)})"  # noqa: S608  names are PostgreSQL's own

    return known | {one.name: where(one.name) for one in keys}


def _counting(wheres: Mapping[str, str]) -> TextClause:
    counts = (
        f"SELECT '{name}' AS name, count(*) AS rows FROM {name} WHERE {where}"  # noqa: S608  as above
        for name, where in wheres.items()
    )
    return text(" UNION ALL ".join(counts))
