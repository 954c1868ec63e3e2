"""How a network is trained: the optimiser, its constants, the schedule of the learning rate. Knows no calculus."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from backprop.functions.names import OptimiserName, ScheduleName
from backprop.functions.optimisers import OPTIMISERS
from backprop.functions.schedules import SCHEDULES
from backprop.network.description import Description, Number, known
from groundfloor.text import quoted


def _batch(value: Any) -> Any:
    if value in ("full", "stochastic") or (type(value) is int and value >= 1):
        return value
    raise ValueError(f"batch {quoted(value) if isinstance(value, str) else value}; full, stochastic or a whole number "
                     "of samples is needed")  # fmt: skip


Batch = Annotated[Literal["full", "stochastic"] | int, BeforeValidator(_batch)]
Share = Annotated[Number, Field(ge=0, lt=1)]
Positive = Annotated[Number, Field(gt=0)]
NotNegative = Annotated[Number, Field(ge=0)]

USUAL = {"epsilon": 1e-8, "weight_decay": 0.0}  # where the optimiser's row says nothing else

USED_BY = {name: row.constants for name, row in OPTIMISERS.items()} | {
    name: row.constants for name, row in SCHEDULES.items()
}


class Training(Description):
    """Constants and defaults are those of torch.optim and torch.optim.lr_scheduler."""

    optimiser: Annotated[OptimiserName, known("optimiser", OPTIMISERS)] = "sgd"
    momentum: Share = 0.9
    dampening: Share = 0.0  # of momentum: the share of the gradient that a velocity leaves out after the first epoch
    alpha: Share = 0.99  # RMSprop's decay of the mean square
    beta1: Share = 0.9
    beta2: Share = 0.999
    epsilon: NotNegative | None = None  # None: 1e-8, of Adagrad 1e-10
    eta_plus: Annotated[Number, Field(gt=1)] = 1.2  # Rprop's factors of a step
    eta_minus: Annotated[Number, Field(gt=0, lt=1)] = 0.5
    step_min: Positive = 1e-6
    step_max: Positive = 50.0
    weight_decay: NotNegative | None = None  # added to the gradient: dE/dw + weight_decay*w; None: 0, of AdamW 0.01
    train_biases: bool = True
    batch: Batch = "full"  # of several samples: all in each step, one, or so many; an epoch is a pass over all
    schedule: Annotated[ScheduleName, known("schedule", SCHEDULES)] = "constant"
    step_size: Annotated[int, Field(ge=1, le=1_000_000_000)] = 30  # between two steps of the learning rate
    schedule_counts: Literal["epochs", "steps"] = "epochs"  # what step_size and period are counted in
    gamma: Positive = 0.1  # factor of a step
    period: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None  # of the cosine; None: all epochs of the table
    eta_min: NotNegative = 0.0  # where the cosine ends
    learning_rates: Annotated[tuple[Positive, ...], Field(min_length=1)] | None = None  # of this network's tables

    @model_validator(mode="after")
    def _nothing_unused(self) -> "Training":
        used = {*USED_BY[self.optimiser], *USED_BY[self.schedule]}
        owners: dict[str, list[str]] = {}
        for owner, names in USED_BY.items():
            for name in names:
                owners.setdefault(name, []).append(owner)
        for name, needed in owners.items():
            if name not in used and getattr(self, name) != type(self).model_fields[name].default:
                owned = " or ".join(filter(None, (", ".join(needed[:-1]), needed[-1])))
                raise ValueError(f"{name} is for {owned}; the optimiser is {self.optimiser}, "
                                 f"the schedule {self.schedule}")  # fmt: skip
        if self.dampening and self.optimiser != "momentum":
            raise ValueError(f"dampening is for momentum; the optimiser is {self.optimiser}")
        if self.schedule != "constant" and not OPTIMISERS[self.optimiser].scaled:
            raise ValueError(f"schedule {self.schedule}: {self.optimiser} has steps of its own; constant is needed")
        if self.schedule == "constant" and self.schedule_counts != "epochs":
            raise ValueError("schedule_counts is for step or cosine; the schedule is constant")
        if self.step_min > self.step_max:
            raise ValueError(f"step_min {self.step_min} is above step_max {self.step_max}")
        return self

    @property
    def decay(self) -> float:
        """The weight decay."""
        return self._value("weight_decay")

    def _value(self, name: str) -> float:
        """A constant's number, the optimiser's own where none is given."""
        value = getattr(self, name)
        return OPTIMISERS[self.optimiser].defaults.get(name, USUAL[name]) if value is None and name in USUAL else value

    def constants(self, epochs: int, steps: int = 1) -> dict[str, float]:
        """The numbers that the equations name, in the order in which a sheet shows them.

        A table has so many epochs, an epoch so many steps.
        """
        values = {name: self._value(name) for name in (*USED_BY[self.optimiser], *USED_BY[self.schedule])}
        if self.dampening:
            values["dampening"] = self.dampening
        if self.decay:
            values["weight_decay"] = self.decay
        if "period" in values and values["period"] is None:
            values["period"] = epochs * steps if self.schedule_counts == "steps" else epochs
        return values
