"""How plain text writes the names of quantities. Needs no sympy."""

NAMES = {
    "eta": "η",
    "eta_t": "η_t",
    "eta_min": "η_min",
    "momentum": "μ",
    "alpha": "α",
    "beta1": "β1",
    "beta2": "β2",
    "epsilon": "ε",
    "gamma": "γ",
    "dampening": "τ",
    "eta_plus": "η⁺",
    "eta_minus": "η⁻",
    "step_min": "Δ_min",
    "step_max": "Δ_max",
    "weight_decay": "λ",
    "step_size": "step size",
    "period": "T",
    "epoch": "epoch",
}


def written(name: str) -> str:
    """∂E/∂w1 for dE_dw1, δ_h1 for delta_h1, η for eta."""
    if name.startswith("dE_d"):
        return f"∂E/∂{name.removeprefix('dE_d')}"
    if name.startswith("delta_"):
        return f"δ_{name.removeprefix('delta_')}"
    return NAMES.get(name, name)
