"""Ids sort by time and are read only as they are written."""

from time import time_ns
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactflow.kernel import MalformedIdError, decode, encode, made_ns, new_id

# From the TypeID specification's valid.yml.
VECTORS = [
    ("prefix_0123456789abcdefghjkmnpqrs", "0110c853-1d09-52d8-d73e-1194e95b5f19"),
    ("prefix_01h455vb4pex5vsknk084sn02q", "01890a5d-ac96-774b-bcce-b302099a8057"),
    ("pre_fix_00000000000000000000000000", "00000000-0000-0000-0000-000000000000"),
    ("prefix_7zzzzzzzzzzzzzzzzzzzzzzzzz", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
]


@pytest.mark.parametrize(("text", "plain"), VECTORS)
def test_it_writes_and_reads_the_vectors_of_the_specification(text: str, plain: str) -> None:
    prefix = text.rpartition("_")[0]

    assert encode(prefix, UUID(plain)) == text
    assert decode(prefix, text) == UUID(plain)


@given(st.uuids())
def test_what_is_written_is_read_again(plain: UUID) -> None:
    assert decode("con", encode("con", plain)) == plain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "con_",
        "01h455vb4pex5vsknk084sn02q",
        "cnv_01h455vb4pex5vsknk084sn02q",
        "con_01H455VB4PEX5VSKNK084SN02Q",
        "con_01h455vb4pex5vsknk084sn02",
        "con_01h455vb4pex5vsknk084sn02qq",
        "con_01h455vb4pex5vsknk084sn0lq",
        "con_8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "con_01h455vb4pex5vsknk084sn02\0",
        "con_01890a5d-ac96-774b-bcce-b302099a8057",
    ],
)
def test_one_id_has_one_spelling(text: str) -> None:
    with pytest.raises(MalformedIdError):
        decode("con", text)


def test_ids_sort_as_they_were_made_in_both_spellings() -> None:
    made = [new_id() for _ in range(1000)]

    assert sorted(made) == made
    assert sorted(encode("con", one) for one in made) == [encode("con", one) for one in made]


def test_an_id_knows_when_it_was_made() -> None:
    before, made, after = time_ns(), made_ns(new_id()), time_ns()

    assert before - 1_000_000 < made <= after
    assert made_ns(UUID("01890a5d-ac96-774b-bcce-b302099a8057")) == 1_688_096_058_518_000_000
