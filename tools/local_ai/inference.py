"""ONNX models on processors that have other work too."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

THREADS = 2


def session(model: Path) -> Any:
    """Its threads sleep while they wait, and leave the processor to the others."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def pcm(wave: Any) -> bytes:
    """Samples between -1 and 1 as 16 bit ones."""
    return bytes((np.clip(wave, -1, 1) * 32_767).astype("<i2"))
