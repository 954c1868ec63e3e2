"""The printed JavaScript, run in a real browser, against the trace."""

import json
from collections.abc import Callable
from itertools import product

import pytest
from lxml import html

from backprop.derivation.derive import Derivation, derive
from backprop.epochs.trace import run_trace
from backprop.functions.activations import ACTIVATIONS
from backprop.functions.losses import LOSSES
from backprop.functions.optimisers import OPTIMISERS
from backprop.network.generate import Changes, change_network, make_fields
from backprop.network.load import load_network, presets
from backprop.printers.javascript import epoch_javascript
from tests.conftest import ROOT

EPOCHS = 4


def cases() -> dict[str, Derivation]:
    """Every preset; every activation; every loss; every optimiser on several samples with decay and schedule."""
    made = {name: derive(load_network(name)) for name in presets()}
    for name in ("negnevitsky", "convolution-2d", "cs231n-neuron"):  # names in Greek, shared weights, no targets
        made[name] = derive(load_network(str(ROOT / "docs" / "examples" / f"{name}.toml")))
    for activation in ACTIVATIONS:
        if activation != "softmax":
            network = change_network(make_fields((2, 3, 2)), Changes(activation=activation, biases="neuron"), "case")
            made[activation] = derive(network)
    for loss in LOSSES:
        made[loss] = derive(change_network(make_fields((2, 3, 3)), Changes(loss=loss, biases="layer"), "case"))
    xor = load_network("xor").model_dump(exclude_unset=True)
    xor["training"] = {}
    for optimiser, schedule, batch in product(
        (row for row in OPTIMISERS if row != "rprop"), ("step", "cosine"), ("full", "stochastic", 2)
    ):
        training = (("optimiser", optimiser), ("schedule", schedule), ("batch", batch), ("weight_decay", 0.1))
        made[f"{optimiser} {schedule} {batch}"] = derive(change_network(xor, Changes(training=training), "case"))
    for name, training in {
        "rprop": {"optimiser": "rprop"},
        "damped": {"optimiser": "momentum", "dampening": 0.3},
    }.items():
        made[name] = derive(change_network(xor, Changes(training=tuple(training.items())), "case"))
    return made


def script(derivation: Derivation, form: str) -> str:
    """Runs the epochs and gives every quantity of each."""
    network = derivation.network
    samples = [
        dict(zip([s.name for s in derivation.inputs + derivation.targets], (*i, *t), strict=True))
        for i, t in zip(network.inputs, network.targets, strict=True)
    ]
    if derivation.per_sample:
        batches = [samples[first : first + network.batch] for first in range(0, network.samples, network.batch)]
        samples = [
            {f"{name}_s{n}": v for n, sample in enumerate(batch, 1) for name, v in sample.items()} for batch in batches
        ]
    start = {symbol.name: value for symbol, value in derivation.parameters.items()}
    source = epoch_javascript(derivation, form).replace("export ", "")  # type: ignore[arg-type]
    constants = network.constants(EPOCHS)
    return f"""(() => {{ {source}
      const samples = {json.dumps(samples)};
      let known = {{...{json.dumps(start)}, ...{json.dumps(constants)}, eta: 0.3}};
      const rows = [];
      for (let number = 0; number < {EPOCHS * network.steps}; number++) {{
        const counts = {{step: number + 1, epoch: Math.floor(number / samples.length) + 1}};
        const {{next, ...row}} = {derivation.counted}({{...known, ...samples[number % samples.length], ...counts}});
        rows.push(row);
        known = {{...known, ...row, ...next}};
      }}
      return rows;
    }})()"""


def test_every_printed_function_gives_the_trace_in_a_browser(browse: Callable[[str], str]) -> None:
    runs = [(name, derivation, form) for name, derivation in cases().items() for form in ("closed", "steps")]
    scripts = ",\n".join(script(derivation, form) for _, derivation, form in runs)
    page = (
        f"<pre id='out'></pre><script>document.getElementById('out').textContent=JSON.stringify([{scripts}])</script>"
    )
    results = json.loads(html.document_fromstring(browse(page)).get_element_by_id("out").text_content())
    compared = 0
    for (name, derivation, form), rows in zip(runs, results, strict=True):
        trace = run_trace(derivation, [0.3], EPOCHS, form)
        for number, row in enumerate(rows):
            assert set(row) <= set(trace.names), name
            for quantity, value in row.items():
                expected = trace.column(quantity)[0, number]
                assert value == pytest.approx(expected, rel=1e-12, abs=1e-14), (name, form, number, quantity)
                compared += 1
    assert compared > 10_000


def test_a_leading_minus_does_not_bind_to_a_power() -> None:
    source = epoch_javascript(derive(load_network("xor")), "steps")
    assert "**" not in source
