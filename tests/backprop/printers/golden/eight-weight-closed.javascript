export function epoch({i1, i2, t1, t2, w1, w2, w3, w4, w5, w6, w7, w8, eta}) {
  const h1 = w1*i1 + w2*i2;
  const a_h1 = 1/(1 + Math.exp(-Math.max(h1, -700)));
  const h2 = w3*i1 + w4*i2;
  const a_h2 = 1/(1 + Math.exp(-Math.max(h2, -700)));
  const o1 = w5*a_h1 + w6*a_h2;
  const a_o1 = 1/(1 + Math.exp(-Math.max(o1, -700)));
  const o2 = w7*a_h1 + w8*a_h2;
  const a_o2 = 1/(1 + Math.exp(-Math.max(o2, -700)));
  const E1 = 1/2*Math.pow(t1 - a_o1, 2);
  const E2 = 1/2*Math.pow(t2 - a_o2, 2);
  const E_total = E1 + E2;
  const dE_dw1 = ((a_o1 - t1)*a_o1*(1 - a_o1)*w5 + (a_o2 - t2)*a_o2*(1 - a_o2)*w7)*a_h1*(1 - a_h1)*i1;
  const dE_dw2 = ((a_o1 - t1)*a_o1*(1 - a_o1)*w5 + (a_o2 - t2)*a_o2*(1 - a_o2)*w7)*a_h1*(1 - a_h1)*i2;
  const dE_dw3 = ((a_o1 - t1)*a_o1*(1 - a_o1)*w6 + (a_o2 - t2)*a_o2*(1 - a_o2)*w8)*a_h2*(1 - a_h2)*i1;
  const dE_dw4 = ((a_o1 - t1)*a_o1*(1 - a_o1)*w6 + (a_o2 - t2)*a_o2*(1 - a_o2)*w8)*a_h2*(1 - a_h2)*i2;
  const dE_dw5 = (a_o1 - t1)*a_o1*(1 - a_o1)*a_h1;
  const dE_dw6 = (a_o1 - t1)*a_o1*(1 - a_o1)*a_h2;
  const dE_dw7 = (a_o2 - t2)*a_o2*(1 - a_o2)*a_h1;
  const dE_dw8 = (a_o2 - t2)*a_o2*(1 - a_o2)*a_h2;
  const next = {w1: w1 - eta*dE_dw1, w2: w2 - eta*dE_dw2, w3: w3 - eta*dE_dw3, w4: w4 - eta*dE_dw4, w5: w5 - eta*dE_dw5, w6: w6 - eta*dE_dw6, w7: w7 - eta*dE_dw7, w8: w8 - eta*dE_dw8};
  return {h1, a_h1, h2, a_h2, o1, a_o1, o2, a_o2, E1, E2, E_total, dE_dw1, dE_dw2, dE_dw3, dE_dw4, dE_dw5, dE_dw6, dE_dw7, dE_dw8, next};
}
