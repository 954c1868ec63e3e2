"""The cells of a parameter table's sheet: counts as formulas of kernels, channels and strides. Opens no workbook.

A count is a formula only where that gives what was counted; the sizes that no formula gives are constants.
"""

import math
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from mnist.tables.table import BYTES, MB, ParameterTable, Row, Shape, size

HEADINGS = {
    "number": "No.", "layer": "Layer", "name": "Name", "from": "Behind", "in": "Channels in", "in_height": "Height in",
    "in_width": "Width in", "kernel_height": "Kernel height", "kernel_width": "Kernel width",
    "stride_height": "Stride down", "stride_width": "Stride across", "padding_height": "Padding down",
    "padding_width": "Padding across", "dilation_height": "Dilation down", "dilation_width": "Dilation across",
    "groups": "Groups", "bias": "Bias", "out": "Channels out", "height": "Height out", "width": "Width out",
    "parameters": "Parameters", "trainable": "Trainable", "field_height": "Field down", "field_width": "Field across",
    "jump_height": "Jump down", "jump_width": "Jump across", "multiply_adds": "Multiply-adds", "memory": "Memory (KB)",
    "comment": "Comment",
}  # fmt: skip
COLUMNS = {name: get_column_letter(number) for number, name in enumerate(HEADINGS, 1)}
HEAD, INPUT_ROW = 3, 4  # the rows of the headings and of the network's input; layers follow
SIDES = ("height", "width")


@dataclass(slots=True)
class Sheet:
    """Cells as they are filled: a formula with its value, or a number, blue on yellow where a reader may change it."""

    cells: dict[str, object] = field(default_factory=dict)
    values: dict[str, float | str] = field(default_factory=dict)
    inputs: set[str] = field(default_factory=set)

    def put(self, place: str, value: float | str, formula: str = "", computed: float | None = None) -> None:
        """A formula if it gives the value, else the value."""
        if formula and computed == value:
            self.cells[place], self.values[place] = f"={formula}", value
        else:
            self.cells[place] = value

    def given(self, place: str, value: int) -> None:
        """What a reader may change."""
        self.cells[place] = value
        self.inputs.add(place)


def fill(table: ParameterTable) -> Sheet:
    """The cells of the table."""
    sheet = Sheet()
    first, last = INPUT_ROW + 1, INPUT_ROW + len(table.rows)
    _input(sheet, table)
    for number, row in enumerate(table.rows):
        _Line(sheet, table, number).fill(row)
    totals = last + 2

    def total(offset: int, label: str, value: float, formula: str) -> None:
        sheet.cells[_at("layer", totals + offset)] = label
        place = f"{COLUMNS['parameters']}{totals + offset}"
        sheet.put(place, value, formula, value)

    def column(name: str) -> str:
        return f"{COLUMNS[name]}{first}:{COLUMNS[name]}{last}"

    sizes = f"{COLUMNS['parameters']}{totals + 4}:{COLUMNS['parameters']}{totals + 6}"
    outputs = sum(size(row.output_shape) for row in table.rows if row.number is not None)
    numbered = f'SUMIF({column("number")},">0",{column("memory")})'
    total(0, "Total parameters", table.total, f"SUM({column('parameters')})")
    total(1, "Trainable parameters", table.trainable, f"SUM({column('trainable')})")
    total(
        2,
        "Non-trainable parameters",
        table.non_trainable,
        f"{_at('parameters', totals)}-{_at('parameters', totals + 1)}",
    )
    total(3, "Multiply-adds", table.multiply_adds or 0, f"SUM({column('multiply_adds')})")
    total(4, "Input size (MB)", table.input_mb, f"{_at('memory', INPUT_ROW)}/1024")
    total(5, "Forward/backward pass size (MB): numbered outputs, twice", 2 * BYTES * outputs / MB, f"2*{numbered}/1024")
    total(6, "Parameters size (MB)", table.parameters_mb, f"{BYTES}*{_at('parameters', totals)}/1024/1024")
    total(7, "Estimated total size (MB)", table.total_mb, f"SUM({sizes})")
    return sheet


def _at(name: str, row: int) -> str:
    return f"{COLUMNS[name]}{row}"


def _input(sheet: Sheet, table: ParameterTable) -> None:
    sheet.cells[_at("layer", INPUT_ROW)] = "input"
    shape = table.inputs[0] if table.inputs else ()
    if len(table.inputs) == 1 and len(shape) == 3:
        for name, value in zip(("out", *SIDES), shape, strict=True):
            sheet.given(_at(name, INPUT_ROW), value)
        product = "*".join(_at(name, INPUT_ROW) for name in ("out", *SIDES))
        sheet.put(
            _at("memory", INPUT_ROW), BYTES * size(shape) / 1024, f"{BYTES}*{product}/1024", BYTES * size(shape) / 1024
        )
    else:
        sheet.put(_at("memory", INPUT_ROW), BYTES * sum(map(size, table.inputs)) / 1024)
    for side in SIDES:
        sheet.put(_at(f"field_{side}", INPUT_ROW), 1)
        sheet.put(_at(f"jump_{side}", INPUT_ROW), 1)


class _Line:
    """One layer's row, as far as formulas give it."""

    def __init__(self, sheet: Sheet, table: ParameterTable, number: int) -> None:
        self.sheet, self.rows = sheet, table.rows
        self.here = INPUT_ROW + 1 + number
        row = table.rows[number]
        one_image = len(table.inputs) == 1 and len(table.inputs[0]) == 3
        self.before: int | None = None  # the sheet's row that this one's input stands in
        if row.source is not None:
            self.before = INPUT_ROW + 1 + row.source
            self.given = table.rows[row.source].output_shape
        elif one_image and row.input_shape == table.inputs[0] and not number:
            self.before, self.given = INPUT_ROW, table.inputs[0]

    def at(self, name: str) -> str:
        return _at(name, self.here)

    def fill(self, row: Row) -> None:
        """All that is known of the layer."""
        put = self.sheet.put
        if row.number is not None:
            put(self.at("number"), row.number)
        put(self.at("layer"), row.type)
        put(self.at("name"), row.name)
        if self.before is not None:
            put(self.at("from"), "input" if self.before == INPUT_ROW else f"row {self.before}")
        self._shapes(row)
        product = self._product(("out", *SIDES)[: len(row.output_shape)])
        if row.output_shape:
            memory = BYTES * size(row.output_shape) / 1024
            fits = 0 < len(row.output_shape) <= 3
            put(self.at("memory"), memory, f"{BYTES}*{product}/1024" if fits else "", memory)
        self._parameters(row)
        self._multiply_adds(row)
        put(self.at("comment"), row.comment)
        self._fields(row)

    def _shapes(self, row: Row) -> None:
        """What comes in and what goes out."""
        names_in, names_out = ("in", "in_height", "in_width"), ("out", *SIDES)
        linked = self.before is not None
        flat = linked and len(row.input_shape) == 1 and row.input_shape[0] == size(self.given)
        if flat:
            behind = "*".join(_at(name, self.before or 0) for name in names_out[: len(self.given)])
            self.sheet.put(self.at("in"), row.input_shape[0], behind, row.input_shape[0])
        else:
            for axis, (name, out) in enumerate(zip(names_in, names_out, strict=True)):
                if axis < len(row.input_shape) <= 3:
                    fits = linked and axis < len(self.given) and self.given == row.input_shape
                    value = row.input_shape[axis]
                    self.sheet.put(self.at(name), value, _at(out, self.before or 0) if fits else "", value)
        if row.window is not None and len(row.window.kernel) == 2 and len(row.input_shape) == 3:
            self._window(row)
            return
        same = row.input_shape == row.output_shape
        for axis, (out, name) in enumerate(zip(names_out, names_in, strict=True)):
            if axis < len(row.output_shape) <= 3:
                value = row.output_shape[axis]
                if same:
                    self.sheet.put(self.at(out), value, self.at(name), value)
                elif row.type == "Flatten" and len(row.output_shape) == 1:
                    self.sheet.put(
                        self.at(out), value, self._product(names_in[: len(row.input_shape)]), size(row.input_shape)
                    )
                elif row.type == "Linear" and axis == len(row.output_shape) - 1:
                    self.sheet.given(self.at(out), value)
                else:
                    self.sheet.put(self.at(out), value)
        if row.type == "Linear":
            self.sheet.given(self.at("bias"), int(row.bias))

    def _window(self, row: Row) -> None:
        window = row.window
        assert window is not None
        weighed = row.type == "Conv2d"
        if weighed:
            self.sheet.given(self.at("out"), row.output_shape[0])
            self.sheet.given(self.at("groups"), row.groups)
            self.sheet.given(self.at("bias"), int(row.bias))
        else:
            self.sheet.put(self.at("out"), row.output_shape[0], self.at("in"), row.input_shape[0])
        for axis, side in enumerate(SIDES):
            for what in ("kernel", "stride", "padding", "dilation"):
                self.sheet.given(self.at(f"{what}_{side}"), getattr(window, what)[axis])
            kernel, stride, padding, dilation = (
                self.at(f"{w}_{side}") for w in ("kernel", "stride", "padding", "dilation")
            )
            span = window.dilation[axis] * (window.kernel[axis] - 1) + 1
            value = (row.input_shape[axis + 1] + 2 * window.padding[axis] - span) // window.stride[axis] + 1
            formula = f"INT(({self.at(f'in_{side}')}+2*{padding}-{dilation}*({kernel}-1)-1)/{stride})+1"
            self.sheet.put(self.at(side), row.output_shape[axis + 1], formula, value)

    def _parameters(self, row: Row) -> None:
        formula = "+".join("*".join(map(str, shape)) or "1" for shape in row.tensors)
        counted: float = sum(map(math.prod, row.tensors))
        weight, channels = self.at("in"), row.input_shape[0] if row.input_shape else 0
        if row.tensors and row.type == "Conv2d" and row.window is not None:
            kernel = f"{self.at('kernel_height')}*{self.at('kernel_width')}"
            formula = f"{self.at('out')}*({weight}/{self.at('groups')}*{kernel}+{self.at('bias')})"
        elif row.tensors and row.type == "Linear" and len(row.output_shape) == 1:
            formula = f"{self.at('out')}*({weight}+{self.at('bias')})"
        elif row.type == "BatchNorm2d" and row.parameters == 2 * channels:
            formula = f"2*{weight}"
        self.sheet.put(self.at("parameters"), row.parameters, formula, counted)
        whole = row.trainable == row.parameters and row.parameters > 0
        self.sheet.put(self.at("trainable"), row.trainable, self.at("parameters") if whole else "", row.trainable)

    def _multiply_adds(self, row: Row) -> None:
        formula, value = "", 0
        if row.type == "Conv2d" and row.window is not None and len(row.output_shape) == 3 and row.number is not None:
            kernel = ("kernel_height", "kernel_width")
            formula = f"{self._product(('out', *SIDES, *kernel))}*{self.at('in')}/{self.at('groups')}"
            value = size(row.output_shape) * size(row.window.kernel) * row.input_shape[0] // row.groups
        elif row.type == "Linear" and len(row.output_shape) == len(row.input_shape) == 1:
            formula, value = self._product(("in", "out")), row.input_shape[0] * row.output_shape[0]
        self.sheet.put(self.at("multiply_adds"), row.multiply_adds or 0, formula, value)

    def _fields(self, row: Row) -> None:
        """(span - 1) · jump more than behind the layer before, along each side; the jump times the stride."""
        if not row.fields:
            return
        fields, jumps = self._before_fields()
        for axis, side in enumerate(SIDES[: len(row.fields)]):
            field_formula, jump_formula = "", ""
            grown = further = None
            if len(fields) == len(jumps) == len(row.fields):
                old_field, old_jump = (_at(f"{what}_{side}", self.before or 0) for what in ("field", "jump"))
                field_formula, jump_formula = old_field, old_jump
                grown, further = fields[axis], jumps[axis]
                if row.window is not None and len(row.window.kernel) == len(SIDES):
                    window = row.window
                    kernel, stride, dilation = (self.at(f"{w}_{side}") for w in ("kernel", "stride", "dilation"))
                    field_formula, jump_formula = (
                        f"{old_field}+{dilation}*({kernel}-1)*{old_jump}",
                        f"{old_jump}*{stride}",
                    )
                    grown += window.dilation[axis] * (window.kernel[axis] - 1) * jumps[axis]
                    further *= window.stride[axis]
            self.sheet.put(self.at(f"field_{side}"), row.fields[axis], field_formula, grown)
            self.sheet.put(self.at(f"jump_{side}"), row.jumps[axis], jump_formula, further)

    def _before_fields(self) -> tuple[Shape, Shape]:
        """The fields and the jumps of what this layer stands behind."""
        if self.before is None:
            return (), ()
        if self.before == INPUT_ROW:
            return (1, 1), (1, 1)
        behind = self.rows[self.before - INPUT_ROW - 1]
        return behind.fields, behind.jumps

    def _product(self, names: tuple[str, ...]) -> str:
        return "*".join(map(self.at, names))
