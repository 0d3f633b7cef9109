"""What the help says of keywords and operators, and examples for what has none of its own.

A form, what it means, and an example, whose output is made when it is shown. A test holds that
every keyword of the grammar is here, unless the language refuses it, and that every example runs.
"""

from __future__ import annotations

_IF = ("if test: ...", "Runs the block if the test holds; elif and else are for the other cases.",
       "x = tensor([1., -2.])\nif x.sum() > 0: print('up')\nelif x.sum() < 0: print('down')\n"
       "else: print('even')")  # fmt: skip
_FOR = ("for x in values: ...", "Runs the block for each item, or each slice along the first "
        "dimension of a tensor; what stands after else runs unless break ended the loop.",
        "for row in arange(4).reshape(2, 2): print(row.sum())\n"
        "[i * i for i in range(5) if i % 2]")  # fmt: skip
_WHILE = ("while test: ...", "Repeats the block as long as the test holds.",
          "n = 1\nwhile n < 100: n *= 3\n\nn")  # fmt: skip
_DEF = ("def f(x, scale=1): ...", "Defines a function; a text as its first line is its help. "
        "Parameters have defaults, *args and **kwargs take the rest.",
        "def area(r): return pi * r ** 2\n\narea(tensor([1., 2.]))")  # fmt: skip
_IMPORT = ("import torch", "Gives one of the language's own modules a name; Python's are out of "
           "reach. All functions are in scope without it.",
           "from torch.nn import functional as F\nF.relu(tensor([-1., 2.]))")  # fmt: skip
_WITH = ("with no_grad(): ...", "Runs the block in a mode, which ends with the block.",
         "w = ones(2, requires_grad=True)\nwith no_grad(): w -= 0.5\n\nw")  # fmt: skip
_BOOLEAN = ("a and b, a or b, not a", "Whether both hold, one of them, or not; for tensors of "
            "bool, element by element, write & | ~.",
            "1 < 2 and not 2 < 1\n(arange(5) > 1) & (arange(5) < 4)")  # fmt: skip
_GLOBAL = ("global n, nonlocal n", "Lets a function bind a name of the session, or of the function "
           "around it.",
           "n = 1\ndef up():\n    global n\n    n += 1\n\nup(); n")  # fmt: skip
_CONSTANT = ("True, False, None", "The truth values, and nothing, which is not shown.",
             "tensor([1., 2.]) > 1.5\nx = ones(1)\nx.grad is None")  # fmt: skip

# By keyword or operator: the form, what it means, an example.
WORDS: dict[str, tuple[str, str, str]] = {
    **dict.fromkeys(("if", "elif", "else"), _IF),
    "for": _FOR,
    "while": _WHILE,
    "break": ("break", "Ends the loop that it stands in.",
              "for i in range(10):\n    if i * i > 20: break\n\ni"),
    "continue": ("continue", "Goes on with the next round of the loop.",
                 "for i in range(4):\n    if i == 2: continue\n    print(i)\n"),
    "in": ("x in values", "Whether a value is among the items; part of for as well.",
           "3 in [1, 2, 3]\n5. in tensor([1., 2.])"),
    "is": ("a is b, a is not b", "Whether both are one object, as tensors that are equal need not "
           "be.", "x = zeros(2)\ny = x\ny is x, x.clone() is x"),
    "def": _DEF,
    "return": ("return value", "Ends a function with a value.", _DEF[2]),
    "lambda": ("lambda x: ...", "A function without a name, of one expression.",
               "square = lambda x: x ** 2\nsquare(tensor([1., 2., 3.]))"),
    "yield": ("yield value", "Makes a function a generator: it gives one value after another.",
              "def halves(x):\n    while x > 1:\n        yield x\n        x = x / 2\n\n"
              "list(halves(8))"),
    "with": _WITH,
    "as": ("import numpy as np, with a as b", "Names what was imported, or what a mode gives.",
           _IMPORT[2]),
    "import": _IMPORT,
    "from": _IMPORT,
    "pass": ("pass", "Does nothing, where a block has to stand.", "if 1 > 2: pass\n\n'done'"),
    "assert": ("assert test, message", "Fails with the message unless the test holds.",
               "x = softmax(randn(3), dim=0)\nassert allclose(x.sum(), tensor(1.)), x\nx.shape"),
    "del": ("del x, del items[0]", "Forgets a name, or takes an item out of a container.",
            "items = [1, 2, 3]\ndel items[0]\nitems"),
    **dict.fromkeys(("and", "or", "not"), _BOOLEAN),
    **dict.fromkeys(("global", "nonlocal"), _GLOBAL),
    **dict.fromkeys(("True", "False", "None"), _CONSTANT),
    "|>": ("x |> f(args)", "Means f(x, args): a pipeline, from left to right.",
           "arange(12) |> reshape(3, 4) |> sum(axis=0)"),
    "@": ("a @ b", "The product of matrices, of stacks of matrices, or of a matrix and a vector.",
          "eye(2) @ tensor([3., 4.])"),
    "**": ("x ** y", "x to the power y, elementwise.", "tensor([1., 2., 3.]) ** 2"),
    "//": ("x // y", "Division rounded down.", "7 // 2, -7 // 2\ntensor([7, -7]) // 2"),
    "%": ("x % y", "What a division rounded down leaves, with the sign of y.",
          "7 % 3, -7 % 3"),
    "^": ("x ^ y", "Exclusive or, of bools or of the bits of integers; a power is **.", "6 ^ 3"),
    "...": ("x[..., 0]", "In an index: all dimensions that are not named.",
            "arange(8).reshape(2, 2, 2)[..., 0]"),
    ":=": ("(name := value)", "Names a value on the way.", "(n := 5) + n"),
}  # fmt: skip

# By name, for what is documented in a line.
EXAMPLES: dict[str, str] = {
    "bin": "bin(10)", "callable": "callable(relu), callable(3)", "chr": "chr(955)",
    "dict": "dict(a=1, b=2)", "dir": "x = 1\ndir()", "divmod": "divmod(17, 5)",
    "enumerate": "list(enumerate('ab'))", "filter": "list(filter(lambda n: n > 1, [1, 2, 3]))",
    "graph": "w = ones(2, requires_grad=True)\ngraph((w * 2).sum())",
    "explain": "explain(arange(6).reshape(2, 3).sum(dim=0))",
    "hasattr": "hasattr(ones(2), 'grad')", "heat": "heat(linspace(-1, 1, 40).reshape(4, 10))",
    "help": "help(relu)", "hex": "hex(255)", "hist": "hist(randn(1000))",
    "id": "x = ones(2)\nid(x) == id(x[:])", "image": "image(linspace(0, 1, 64).reshape(4, 16))",
    "isinstance": "isinstance(3, int)", "iter": "next(iter([1, 2]))", "len": "len(zeros(3, 4))",
    "list": "list(range(3))", "load": "x = load('table.csv')", "map": "list(map(abs, [-1, 2]))",
    "next": "squares = (n * n for n in range(3, 9))\nnext(squares), next(squares)",
    "oct": "oct(8)", "ord": "ord('a')", "plot": "plot(linspace(-3, 3, 60).sin())",
    "print": "print('mean', arange(5).float().mean())",
    "progress": "for i in progress(range(3)): pass", "range": "list(range(2, 10, 3))",
    "repr": "repr('a')", "reversed": "list(reversed([1, 2, 3]))", "save": "save(eye(2), 'eye.npy')",
    "scatter": "scatter([1, 2, 3], [2, 1, 3])", "set": "set([1, 2, 2])",
    "show": "show(arange(6).reshape(2, 3))", "slice": "arange(10)[slice(2, 8, 3)]",
    "sorted": "sorted([3, 1, 2], reverse=True)", "stats": "stats(randn(100))", "str": "str(1.5)",
    "time_it": "x = randn(100, 100)\ntime_it(lambda: x @ x) < 1", "tuple": "tuple([1, 2])",
    "why_nan": "why_nan(log(tensor([1., -1.])))", "zip": "list(zip([1, 2], 'ab'))",
    "int": "int('ff', 16)", "float": "float('1e-3')", "complex": "complex(1, 2)",
    "bool": "bool([])",
    "sum": "sum([1, 2, 3]), sum(ones(2, 3), dim=0)", "min": "min(3, 1), min(tensor([3., 1.]))",
    "max": "max(3, 1), max(tensor([3., 1.]))", "any": "any([False, True])", "all": "all([1, 0])",
    "abs": "abs(-3), abs(tensor([-1., 2.]))", "round": "round(2.675, 2)", "pow": "pow(2, 10, 1000)",
    "type": "type(ones(2))",
}  # fmt: skip

# By attribute of a tensor that is no function: what it is, an example.
ATTRIBUTES: dict[str, tuple[str, str]] = {
    "shape": ("The sizes, one for each dimension; x.size(0) is the first of them.",
              "x = zeros(2, 3)\nx.shape, x.shape[-1]"),
    "dtype": ("What the elements are; x.to(float64), x.float() and so on make another.",
              "tensor([1, 2]).dtype, tensor([1., 2.]).dtype"),
    "device": ("Where the elements are: always the CPU.", "zeros(2).device"),
    "ndim": ("The number of dimensions, as x.dim().", "zeros(2, 3).ndim"),
    "grad": ("What backward has added up for a leaf; None before. x.grad = None forgets it.",
             "w = tensor([1., 2.], requires_grad=True)\n(w ** 2).sum().backward()\nw.grad"),
    "requires_grad": ("Whether gradients are wanted for it; x.requires_grad_() says so of a leaf.",
                      "w = ones(2, requires_grad=True)\nw.requires_grad, (w * 2).requires_grad"),
    "grad_fn": ("The op that made it, as a node of the graph; None of a leaf.",
                "w = ones(2, requires_grad=True)\n(w * 2).grad_fn"),
    "is_leaf": ("Whether no op that is recorded made it: backward fills the grad of leaves.",
                "w = ones(2, requires_grad=True)\nw.is_leaf, (w * 2).is_leaf"),
    "data": ("The same memory without a history: writes into it are not recorded.",
             "w = ones(2, requires_grad=True)\nw.data"),
    "itemsize": ("Bytes of one element.", "zeros(2).itemsize"),
    "nbytes": ("Bytes of all elements.", "zeros(2, 3).nbytes"),
    "layout": ("How the elements are laid out: always strided.", "zeros(2).layout"),
    "names": ("Names of the dimensions, which no tensor has here.", "zeros(2, 3).names"),
}  # fmt: skip
