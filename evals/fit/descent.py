"""Gradient descent as every network here is trained: warmed up, then slower and slower, told of as it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Pace:
    """So many ``steps``, the first ``warm`` of them with a rising rate, the last with ``least`` of the full one."""

    steps: int
    warm: int
    least: float
    told: int = 100  # steps between two lines

    def share(self, step: int) -> float:
        """Of the full rate, at a step from 0."""
        return min(1, (step + 1) / self.warm) * max(self.least, 1 - step / self.steps)


def descend(network: nn.Module, optimiser: torch.optim.Optimizer, losses: Iterator[Tensor], pace: Pace) -> None:
    """Train a network; each loss is computed when the step before it is done."""
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, pace.share)
    for step, loss in zip(range(pace.steps), losses, strict=False):
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        if step % pace.told == 0:
            print(f"step {step} of {pace.steps}, loss {float(loss.detach()):.3f}", flush=True)
