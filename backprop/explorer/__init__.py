"""The explorer: a network as one self-contained page that runs its derived equations. Built here, lives in page/.

Python builds (`page.py`): `model.py` makes the data of a derivation, `formulas.py` its equations as MathML with places
for numbers, `source.py` the same equations as JavaScript, and `bundle.py` inlines the modules of page/ behind them.

JavaScript, in page/:

- `main.js` mounts the panels on the store; nothing else runs by itself.
- `engine/model.js` makes the *model*: frozen data and two functions. `compute(given)` is one epoch, or one step where
  an epoch has several: it takes an object of inputs, targets, parameters, eta and what the optimiser keeps, and gives
  every quantity by its name, and the parameters of the next epoch as `next`. `predict(given)` is the forward pass and
  the loss of one sample. Whatever offers these can be explored: a network that the page itself derives, too.
- `engine/run.js` is a training at one rate: a pure function of model, rate, samples and edits, computed row by row as
  it is asked for. A row is a step; steps make epochs. A run ends where a number leaves the range of doubles.
- `engine/store.js` holds the *state* (rate, row, phase, selection, samples, edits), changed by its actions only.
  Subscribers hear once a frame which parts have changed. `store.explore(model)` starts over with another model.
- `panels/` are functions of (store, element) that draw into the element and return `update(changed)`. A panel reads
  the state, calls actions, knows no other panel.
- `own/` is a derivation in the page: `derive.js` goes from a description, as the store holds it, to the equations that
  Python derives, over `registry.js`, which `own/registry.py` writes from the rows of `backprop.functions`; `compute.js`
  runs them as functions over an array, since the page's policy lets no text be evaluated; `model.js` makes a model;
  `checked.js` says in a line what is wrong with a description of a stranger.
- `import/` reads samples from CSV and workbooks; `export/` writes a network as workbook, TOML, CSV, LaTeX and link.

Modules are ES modules with named imports from relative paths and named exports, each at the start of a line; that is
all that `bundle.py` understands, and it refuses the rest.
"""
