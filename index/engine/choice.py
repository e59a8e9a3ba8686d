"""Which engine a processor runs best: measured once for about two seconds, and kept beside the model."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.engine.engine import ENGINES, keep

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

EXACT = "fp32"
LEAST_COSINE = 0.995
_SECONDS = 0.7  # for each engine
_NOTED = Path(ENGINES) / "choice.json"
_SAMPLE = (
    "市财政局会同市发展改革委提出：2025年安排专项资金3.2亿元，支持重点企业技术改造，其中中小企业占比不低于60%。",
    "（二）完善工作机制。各区、各部门要明确责任分工，建立台账，按季度报送进展情况，确保各项措施落到实处。",
    "第十二条 申请人应当自收到通知之日起十五个工作日内提交身份证明、营业执照副本和经审计的年度报告。",
    "您提出的关于加快建设社区托育服务设施的建议收悉，现答复如下：目前全区已建成托位4,120个，其中普惠托位占七成。",
    "Enterprises registered in the cooperation zone may apply for a reduced income tax rate of 15 percent.",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine of a processor, and what was measured: passages a second, and the least cosine to fp32."""

    kind: str
    processor: str
    speed: Mapping[str, float]
    cosine: Mapping[str, float]


def chosen(folder: Path, engines: Mapping[str, Callable[[], Encode]]) -> Choice:
    """The choice noted beside the model for this processor, else measured now and noted.

    ``engines`` are loaded when they are measured; one of them is ``EXACT``.
    """
    found = _noted(folder)
    if found is None or found.kind not in engines:
        found = measured(engines)
        keep(folder / _NOTED, (json.dumps(asdict(found), ensure_ascii=False, indent=2) + "\n").encode())
    return found


def measured(engines: Mapping[str, Callable[[], Encode]]) -> Choice:
    """The fastest engine that is near enough to fp32."""
    texts = [f"{_SAMPLE[at]}{_SAMPLE[at - 1]}{_SAMPLE[at - 2]}" for at in range(len(_SAMPLE))]
    vectors: dict[str, Vectors] = {}
    speed: dict[str, float] = {}
    for kind, load in engines.items():
        encode = load()
        vectors[kind] = encode(texts)
        speed[kind] = round(len(texts) / _best(lambda encode=encode: encode(texts)), 2)  # type: ignore[misc]
    cosine = {kind: round(float((one * vectors[EXACT]).sum(1).min()), 5) for kind, one in vectors.items()}
    kind = max((kind for kind in engines if cosine[kind] >= LEAST_COSINE), key=speed.__getitem__)
    return Choice(kind, processor(), speed, cosine)


def _best(run: Callable[[], object]) -> float:
    """The least seconds of a few runs: what others take from the processor is not the engine's."""
    least, end = float("inf"), time.perf_counter() + _SECONDS
    while True:
        begun = time.perf_counter()
        run()
        least = min(least, time.perf_counter() - begun)
        if time.perf_counter() > end:
            return least


def processor() -> str:
    """The processor's name, as far as the system tells."""
    named, flags = _told("model name"), processor_flags()
    wide = [flag for flag in ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_int8") if flag in flags]
    return " ".join([named or platform.processor() or platform.machine(), *wide])


def processor_flags() -> set[str]:
    """What it can do, in Linux's words; none where that is not told."""
    return set(_told("flags").split())


def _told(name: str) -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def _noted(folder: Path) -> Choice | None:
    try:
        noted = Choice(**json.loads((folder / _NOTED).read_text("utf-8")))
    except (OSError, ValueError, TypeError):  # missing, or not what this version writes: measured anew
        return None
    return noted if noted.processor == processor() else None
