"""Phone numbers over HTTP: parse, call, return."""

from fastapi import APIRouter, Response

from contactflow.kernel import encode
from contactflow.voice.numbers import service
from contactflow.voice.numbers.dependencies import (
    NumbersChange,
    NumbersCreate,
    NumbersDelete,
    NumbersRead,
    Shown,
)
from contactflow.voice.numbers.schemas import (
    PhoneNumberId,
    PhoneNumberIn,
    PhoneNumberOut,
    PhoneNumberPatch,
)
from contactflow.web import IfMatch, Now, Page, Paging

router = APIRouter(prefix="/v1/phone-numbers", tags=["phone numbers"])


@router.post("", status_code=201, summary="Let an agent answer a phone number")
async def create_phone_number(
    new: PhoneNumberIn, numbers: NumbersCreate, at: Now, shown: Shown, response: Response
) -> PhoneNumberOut:
    """Have calls to this number answered; enter the `webhook_urls` at the carrier."""
    number = await service.create(
        numbers, e164=new.e164, carrier_id=new.carrier_id, at=at, **new.terms
    )
    response.headers["Location"] = f"/v1/phone-numbers/{encode('num', number.id)}"
    return await shown.one(number.id)


@router.get("", summary="List phone numbers")
async def list_phone_numbers(shown: NumbersRead, paging: Paging) -> Page[PhoneNumberOut]:
    return await shown.newest(paging)


@router.get("/{phone_number_id}", summary="Read a phone number")
async def get_phone_number(phone_number_id: PhoneNumberId, shown: NumbersRead) -> PhoneNumberOut:
    return await shown.one(phone_number_id)


@router.patch("/{phone_number_id}", summary="Change who answers, and on what terms")
async def update_phone_number(
    *,
    phone_number_id: PhoneNumberId,
    new: PhoneNumberPatch,
    version: IfMatch,
    numbers: NumbersChange,
    at: Now,
    shown: Shown,
) -> PhoneNumberOut:
    await service.change(numbers, number_id=phone_number_id, version=version, at=at, **new.terms)
    return await shown.one(phone_number_id)


@router.delete("/{phone_number_id}", status_code=204, summary="Answer a phone number no more")
async def delete_phone_number(
    phone_number_id: PhoneNumberId, numbers: NumbersDelete, version: IfMatch = None
) -> None:
    await service.delete(numbers, number_id=phone_number_id, version=version)
