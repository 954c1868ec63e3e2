from numpy import exp, maximum


def epoch(inputs, targets, weights, eta):
    i1, i2 = inputs
    t1, t2 = targets
    w1, w2, w3, w4, w5, w6, w7, w8 = weights
    h1 = w1*i1 + w2*i2
    a_h1 = 1/(1 + exp(-maximum(h1, -700)))
    h2 = w3*i1 + w4*i2
    a_h2 = 1/(1 + exp(-maximum(h2, -700)))
    o1 = w5*a_h1 + w6*a_h2
    a_o1 = 1/(1 + exp(-maximum(o1, -700)))
    o2 = w7*a_h1 + w8*a_h2
    a_o2 = 1/(1 + exp(-maximum(o2, -700)))
    E1 = 1/2*(t1 - a_o1)**2
    E2 = 1/2*(t2 - a_o2)**2
    E_total = E1 + E2
    delta_o1 = (a_o1 - t1)*a_o1*(1 - a_o1)
    delta_o2 = (a_o2 - t2)*a_o2*(1 - a_o2)
    delta_h1 = (delta_o1*w5 + delta_o2*w7)*a_h1*(1 - a_h1)
    delta_h2 = (delta_o1*w6 + delta_o2*w8)*a_h2*(1 - a_h2)
    dE_dw1 = delta_h1*i1
    dE_dw2 = delta_h1*i2
    dE_dw3 = delta_h2*i1
    dE_dw4 = delta_h2*i2
    dE_dw5 = delta_o1*a_h1
    dE_dw6 = delta_o1*a_h2
    dE_dw7 = delta_o2*a_h1
    dE_dw8 = delta_o2*a_h2
    quantities = {
        "h1": h1,
        "a_h1": a_h1,
        "h2": h2,
        "a_h2": a_h2,
        "o1": o1,
        "a_o1": a_o1,
        "o2": o2,
        "a_o2": a_o2,
        "E1": E1,
        "E2": E2,
        "E_total": E_total,
        "delta_o1": delta_o1,
        "delta_o2": delta_o2,
        "delta_h1": delta_h1,
        "delta_h2": delta_h2,
        "dE_dw1": dE_dw1,
        "dE_dw2": dE_dw2,
        "dE_dw3": dE_dw3,
        "dE_dw4": dE_dw4,
        "dE_dw5": dE_dw5,
        "dE_dw6": dE_dw6,
        "dE_dw7": dE_dw7,
        "dE_dw8": dE_dw8,
    }
    next_weights = [
        w1 - eta*dE_dw1,
        w2 - eta*dE_dw2,
        w3 - eta*dE_dw3,
        w4 - eta*dE_dw4,
        w5 - eta*dE_dw5,
        w6 - eta*dE_dw6,
        w7 - eta*dE_dw7,
        w8 - eta*dE_dw8,
    ]
    return quantities, next_weights
