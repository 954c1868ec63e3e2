"""How plain text writes the names of quantities. Needs no sympy."""

import re

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ",
    "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip

NAMES = {
    "momentum": "μ",
    "dampening": "τ",
    "eta_plus": "η⁺",
    "eta_minus": "η⁻",
    "step_min": "Δ_min",
    "step_max": "Δ_max",
    "weight_decay": "λ",
    "step_size": "step size",
    "period": "T",
}


def written(name: str) -> str:
    """∂E/∂w1 for dE_dw1, δ_h1 for delta_h1, θ2 for theta2, η for eta."""
    if name.startswith("dE_d"):
        return f"∂E/∂{written(name.removeprefix('dE_d'))}"
    letters = re.match(r"[A-Za-z]+", name)
    if name in NAMES or letters is None or letters[0] not in GREEK:
        return NAMES.get(name, name)
    return GREEK[letters[0]] + name[letters.end() :]
