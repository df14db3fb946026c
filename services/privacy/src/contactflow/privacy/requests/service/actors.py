"""Who acts on a request when it is nobody's session."""

from typing import Final

BY_CODE: Final = "code"
PUBLIC: Final = "public"
CHAT: Final = "service:chat"
VOICE: Final = "service:voice"
US: Final = "service:privacy"
