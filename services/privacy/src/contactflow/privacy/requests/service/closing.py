"""A request is over: whose it was is forgotten."""

from datetime import datetime, timedelta
from typing import Final

from contactflow.privacy.requests import promises
from contactflow.privacy.requests.answer import Answer, Outcome
from contactflow.privacy.requests.dossier import Dossier
from contactflow.privacy.requests.model import RightsRequest
from contactflow.privacy.requests.service.ports import Requests

KEPT: Final = timedelta(days=30)


def answering(request: RightsRequest, dossier: Dossier, outcome: Outcome) -> Answer | None:
    """What is sent to the person, if they left an address."""
    if dossier.email is None:
        return None
    return Answer.of(
        dossier.person, request.id, outcome=outcome, address=dossier.email, locale=request.locale
    )


async def close(
    requests: Requests,
    request: RightsRequest,
    dossier: Dossier,
    *,
    answer: Answer | None = None,
    keeping: bool = False,
    at: datetime,
) -> None:
    """Forget whose request it was; not yet what the answer needs, or what lifts a restriction."""
    if answer is None and not keeping:
        return await requests.forget(dossier.person)
    if answer:
        requests.add(answer)
        await requests.promise(promises.ANSWER, request)
    if keeping:
        dossier.close()
    else:
        await requests.remove(dossier)
    return await requests.promise(promises.FORGET, request, at=at + KEPT)
