"""How a network is trained: the optimiser, its constants, the schedule of the learning rate. Knows no calculus."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from backprop.functions.names import OptimiserName, ScheduleName
from backprop.functions.optimisers import OPTIMISERS
from backprop.functions.schedules import SCHEDULES
from backprop.network.description import Description, Number, known

Batch = Literal["full", "stochastic"]
Share = Annotated[Number, Field(ge=0, lt=1)]
Positive = Annotated[Number, Field(gt=0)]

USED_BY = {name: row.constants for name, row in OPTIMISERS.items()} | {
    name: row.constants for name, row in SCHEDULES.items()
}


class Training(Description):
    """Constants and defaults are those of torch.optim and torch.optim.lr_scheduler."""

    optimiser: Annotated[OptimiserName, known("optimiser", OPTIMISERS)] = "sgd"
    momentum: Share = 0.9
    alpha: Share = 0.99  # RMSprop's decay of the mean square
    beta1: Share = 0.9
    beta2: Share = 0.999
    epsilon: Positive = 1e-8
    weight_decay: Annotated[Number, Field(ge=0)] = 0.0  # added to the gradient: dE/dw + weight_decay*w
    train_biases: bool = True
    batch: Batch = "full"  # of several samples: all in each epoch, or one a row in turn
    schedule: Annotated[ScheduleName, known("schedule", SCHEDULES)] = "constant"
    step_size: Annotated[int, Field(ge=1, le=1_000_000_000)] = 30  # epochs between two steps
    gamma: Positive = 0.1  # factor of a step
    period: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None  # of the cosine; None: all epochs of the table
    eta_min: Annotated[Number, Field(ge=0)] = 0.0  # where the cosine ends
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
                raise ValueError(f"{name} is for {' or '.join(needed)}; the optimiser is {self.optimiser}, "
                                 f"the schedule {self.schedule}")  # fmt: skip
        return self

    def constants(self, epochs: int) -> dict[str, float]:
        """The numbers that the equations name, in the order in which a sheet shows them; `epochs` of a table."""
        values = {name: getattr(self, name) for name in (*USED_BY[self.optimiser], *USED_BY[self.schedule])}
        if self.weight_decay:
            values["weight_decay"] = self.weight_decay
        if "period" in values and values["period"] is None:
            values["period"] = epochs
        return values
