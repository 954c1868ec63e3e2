"""The command line's options that choose a network, change it or make one, the same for every command."""

import inspect
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from backprop.errors import NetworkError
from backprop.functions.activations import ACTIVATIONS
from backprop.functions.losses import LOSSES
from backprop.functions.names import OptimiserName, ScheduleName, listed
from backprop.network import DEFAULT_NETWORK
from groundfloor.command import list_option

if TYPE_CHECKING:
    from backprop.network.network import Network

_NETWORK, _TRAINING = "Network", "Training"

EtaOption = Annotated[
    list[float] | None,
    list_option(float, "a number", metavar="RATE,...", help="Learning rates, with commas or repeated; a table each."),
]
EpochsOption = Annotated[int, typer.Option(metavar="N", min=1, help="Passes over all samples, for each learning rate.")]
FormOption = Annotated[
    Literal["closed", "steps"], typer.Option(help="Derivatives in forward quantities, or in steps through δ.")
]

WorkbookFormOption = Annotated[
    Literal["closed", "steps", "matrix"],
    typer.Option(help="Derivatives in forward quantities, in steps through δ, or all in matrices with MMULT."),
]


def _chosen(
    network: Annotated[
        str | None,
        typer.Argument(
            metavar="[NETWORK]",
            help=f"Name of a network (`backprop networks`) or a TOML file.  [default: {DEFAULT_NETWORK}]",
        ),
    ] = None,
    layers: Annotated[
        str | None,
        typer.Option(help="Make a network: inputs and neurons of each layer, 2,3,2.", rich_help_panel=_NETWORK),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the weights that --layers draws.", rich_help_panel=_NETWORK)] = 0,
    activation: Annotated[
        str | None,
        typer.Option(
            help=f"Of every layer: {listed(row for row in ACTIVATIONS.values() if row.function)}.",
            rich_help_panel=_NETWORK,
        ),
    ] = None,
    output_activation: Annotated[
        str | None, typer.Option(help="Of the output layer: one of these, or softmax.", rich_help_panel=_NETWORK)
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(help=f"{listed(LOSSES.values())}.", rich_help_panel=_NETWORK),
    ] = None,
    biases: Annotated[
        Literal["none", "neuron", "layer", "threshold"] | None,
        typer.Option(
            help="One a neuron, one shared by a layer, or a threshold a neuron; they start at 0.",
            rich_help_panel=_NETWORK,
        ),
    ] = None,
    reduction: Annotated[
        Literal["mean", "sum"] | None,
        typer.Option(help="Of the loss over the samples of an epoch.  [default: mean]", rich_help_panel=_NETWORK),
    ] = None,
    input_gradient: Annotated[
        bool | None,
        typer.Option("--input-gradient", help="The derivatives by the inputs too.", rich_help_panel=_NETWORK),
    ] = None,
    inputs: Annotated[
        str | None, typer.Option(help="0.05,0.1; several samples as 0,0;0,1;1,1.", rich_help_panel=_NETWORK)
    ] = None,
    targets: Annotated[str | None, typer.Option(help="As the inputs.", rich_help_panel=_NETWORK)] = None,
    sum_names: Annotated[
        str | None, typer.Option(help="Names of the weighted sums: net_{} gives net_h1.", rich_help_panel=_NETWORK)
    ] = None,
    activation_names: Annotated[
        str | None, typer.Option(help="Names of the activations: out_{} gives out_h1.", rich_help_panel=_NETWORK)
    ] = None,
    optimiser: Annotated[
        OptimiserName | None,
        typer.Option("--optimiser", help="As in torch.optim.", rich_help_panel=_TRAINING),
    ] = None,
    momentum: Annotated[
        float | None, typer.Option(help="Of momentum and nesterov.  [default: 0.9]", rich_help_panel=_TRAINING)
    ] = None,
    weight_decay: Annotated[
        float | None, typer.Option(help="Added to the gradient, times the weight.", rich_help_panel=_TRAINING)
    ] = None,
    schedule: Annotated[
        ScheduleName | None,
        typer.Option(help="Of the learning rate, by epoch.", rich_help_panel=_TRAINING),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(
            metavar="full|stochastic|N",
            help="Several samples: all at once, one after the other, or N at a time.",
            rich_help_panel=_TRAINING,
        ),
    ] = None,
) -> "Network":
    """The network that these options describe."""
    from backprop.network.generate import Changes, change_network, make_fields, parse_samples, parse_sizes
    from backprop.network.load import load_network

    if layers is not None and network is not None:
        raise NetworkError(f"network '{network}' and --layers {layers}: one of them at most")
    training = {
        "optimiser": optimiser, "momentum": momentum, "weight_decay": weight_decay, "schedule": schedule,
        "batch": int(batch) if batch is not None and re.fullmatch("[0-9]{1,9}", batch) else batch,
    }  # fmt: skip
    own = {"reduction": reduction, "input_gradient": input_gradient}
    notation = {"sum": sum_names, "activation": activation_names}
    changes = Changes(
        activation=activation,
        output_activation=output_activation,
        loss=loss,
        biases=biases,
        inputs=parse_samples(inputs, "inputs") if inputs is not None else None,
        targets=parse_samples(targets, "targets") if targets is not None else None,
        training=tuple((name, value) for name, value in training.items() if value is not None),
        own=tuple((name, value) for name, value in own.items() if value is not None),
        notation=tuple((name, value) for name, value in notation.items() if value is not None),
    )
    if layers is not None:
        return change_network(make_fields(parse_sizes(layers), seed), changes, f"layers {layers}")
    name = network or DEFAULT_NETWORK
    described = load_network(name)
    if changes == Changes():
        return described
    return change_network(described.model_dump(exclude_unset=True), changes, name)


def with_network(command: Callable[..., None]) -> Callable[..., None]:
    """The command with these options in place of its first parameter, the network.

    An option that the command has itself, by the same name, is its own, and chooses the network too.
    """
    others = list(inspect.signature(command).parameters.values())[1:]
    own = {parameter.name for parameter in others}
    every = list(inspect.signature(_chosen).parameters.values())
    choosing = [parameter for parameter in every if parameter.name not in own]

    def run(**arguments: Any) -> None:
        chosen = {parameter.name: arguments[parameter.name] for parameter in every}
        command(_chosen(**chosen), **{name: value for name, value in arguments.items() if name in own})

    parameters = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (*choosing, *others)]
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return run
