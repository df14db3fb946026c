"""Carriers over HTTP: parse, call, return."""

from fastapi import APIRouter, Response

from contactflow.kernel import encode
from contactflow.voice.carriers import queries, service
from contactflow.voice.carriers.dependencies import CarriersRead, CarriersWrite
from contactflow.voice.carriers.schemas import CarrierId, CarrierIn, CarrierOut, CarrierPatch
from contactflow.web import IfMatch, Now, Page, Paging, versioned

router = APIRouter(prefix="/v1/carriers", tags=["carriers"])


@router.post("", status_code=201, summary="Connect a carrier's account")
async def create_carrier(
    new: CarrierIn, carriers: CarriersWrite, at: Now, response: Response
) -> CarrierOut:
    carrier = await service.create(
        carriers,
        kind=new.kind,
        account_id=new.account_id,
        secrets=new.secrets,
        public_key=new.public_key,
        at=at,
    )
    response.headers["Location"] = f"/v1/carriers/{encode('car', carrier.id)}"
    return versioned(response, CarrierOut, carrier)


@router.get("", summary="List carriers")
async def list_carriers(work: CarriersRead, paging: Paging) -> Page[CarrierOut]:
    return await queries.newest(work, paging)


@router.get("/{carrier_id}", summary="Read a carrier")
async def get_carrier(carrier_id: CarrierId, work: CarriersRead, response: Response) -> CarrierOut:
    return versioned(response, CarrierOut, await queries.one(work, carrier_id))


@router.patch("/{carrier_id}", summary="Change a carrier's keys")
async def update_carrier(
    *,
    carrier_id: CarrierId,
    new: CarrierPatch,
    version: IfMatch,
    carriers: CarriersWrite,
    at: Now,
    response: Response,
) -> CarrierOut:
    signing_key = new.signing_key.key if new.signing_key else None
    carrier = await service.renew(
        carriers, carrier_id=carrier_id, version=version, new=new, signing_key=signing_key, at=at
    )
    return versioned(response, CarrierOut, carrier)


@router.delete("/{carrier_id}", status_code=204, summary="Disconnect a carrier")
async def delete_carrier(
    carrier_id: CarrierId, carriers: CarriersWrite, version: IfMatch = None
) -> None:
    await service.delete(carriers, carrier_id=carrier_id, version=version)
