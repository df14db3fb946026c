"""voice's part in erasures."""

from contactflow.erasure.participant import Participant
from contactflow.voice.recordings.segments import FOLDER

PARTICIPANT = Participant("voice", folder=FOLDER)
