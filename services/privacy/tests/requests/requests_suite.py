"""What every Requests promises, in memory and on PostgreSQL alike."""

from datetime import datetime

import pytest

from contactflow.kernel import new_id
from contactflow.privacy.requests import service
from contactflow.privacy.requests.answer import Answer
from contactflow.privacy.requests.errors import RequestNotFoundError
from contactflow.privacy.requests.model import Intake, RightsRequest
from contactflow.privacy.requests.service import Requests
from services.privacy.tests.ways import MAIL, MOB


class RequestsSuite:
    """Subclass it with the fixture `requests`."""

    @pytest.fixture
    async def ada(self, requests: Requests, intake: Intake, at: datetime) -> RightsRequest:
        return await service.receive(
            requests, intake=intake, identifiers=[MAIL, MOB], by="user:1", at=at
        )

    async def test_what_came_in_is_there(self, requests: Requests, ada: RightsRequest) -> None:
        dossier = await requests.dossier(ada.id)

        assert await requests.get(ada.id) is ada
        assert dossier
        assert dossier.identifiers == (MAIL, MOB)
        assert len(dossier.whom.indexes) == 2

    async def test_what_never_came_in_is_not(self, requests: Requests) -> None:
        with pytest.raises(RequestNotFoundError):
            await requests.get(new_id())
        assert await requests.dossier(new_id()) is None
        assert await requests.about(new_id(), "erasure") is None

    async def test_an_identity_has_one_index_however_often_it_is_asked_for(
        self, requests: Requests
    ) -> None:
        once = await requests.indexes([MAIL.identity])

        assert await requests.indexes([MAIL.identity, MAIL.identity]) == once
        assert await requests.indexes([MOB.identity]) != once

    async def test_a_fence_is_no_index(self, requests: Requests) -> None:
        [known] = await requests.indexes([MAIL.identity])

        [fence] = await requests.fences([known])

        assert (fence.kind, fence.version) == (known.kind, known.version)
        assert fence.digest != known.digest
        assert await requests.fences([known]) == (fence,)

    async def test_an_open_request_is_found_by_the_conversation_it_was_made_in(
        self, requests: Requests, intake: Intake, at: datetime
    ) -> None:
        conversation_id = new_id()
        await service.receive_from_chat(
            requests, intake=intake, subject_id=new_id(), conversation_id=conversation_id, at=at
        )

        request = await requests.about(conversation_id, "erasure")

        assert request
        assert await requests.about(conversation_id, "access") is None
        await service.cancel(requests, request_id=request.id, by="user:1", at=at)
        assert await requests.about(conversation_id, "erasure") is None

    async def test_a_removed_dossier_leaves_what_else_is_kept_of_the_person(
        self, requests: Requests, ada: RightsRequest
    ) -> None:
        dossier = await requests.dossier(ada.id)
        assert dossier
        answer = Answer.of(
            dossier.person, ada.id, outcome="completed", address=MAIL.value, locale="en"
        )
        requests.add(answer)

        await requests.remove(dossier)

        assert await requests.dossier(ada.id) is None
        assert answer.address == MAIL.value

    async def test_with_the_person_goes_the_dossier_not_the_request(
        self, requests: Requests, ada: RightsRequest
    ) -> None:
        dossier = await requests.dossier(ada.id)
        assert dossier

        await requests.forget(dossier.person)

        assert await requests.dossier(ada.id) is None
        assert await requests.get(ada.id) is ada

    async def test_a_workspace_says_who_decides_in_it(self, requests: Requests) -> None:
        assert await requests.legal_role() == "processor"
