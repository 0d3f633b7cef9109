"""What NumPy, other libraries and other languages call things, and what they are called here.

A name that does not exist is looked up here before near names are offered. The texts are helps, in
which `{x}` stands for what is before the dot. To teach a spelling: its line in the table of the
place that it is used in.
"""

from __future__ import annotations

# Methods and attributes of tensors.
OF_TENSORS = {
    "append": "torch.cat(({x}, y)) joins tensors",
    "as_in_ctx": "there is one device: {x}",
    "asnumpy": "{x}.numpy()",
    "asscalar": "{x}.item()",
    "as_list": "list({x})",
    "assign": "{x}[:] = value",
    "assign_add": "{x} += value",
    "assign_sub": "{x} -= value",
    "astype": "{x}.to(dtype), such as {x}.to(float32), or {x}.float()",
    "attach_grad": "{x}.requires_grad_(True)",
    "average": "{x}.mean()",
    "avg": "{x}.mean()",
    "cuda": "there is one device, the CPU: {x}",
    "dims": "{x}.ndim",
    "expand_dims": "{x}.unsqueeze(dim)",
    "fill": "{x}.fill_(value)",
    "float32": "{x}.float()",
    "float64": "{x}.double()",
    "get_shape": "{x}.shape",
    "int32": "{x}.int()",
    "int64": "{x}.long()",
    "len": "len({x}) is the first size, {x}.numel() the number of elements",
    "length": "len({x}) is the first size, {x}.numel() the number of elements",
    "minus": "{x} - y",
    "plus": "{x} + y",
    "power": "{x} ** y",
    "rank": "{x}.ndim is the number of dimensions, torch.linalg.matrix_rank({x}) the rank",
    "resize": "{x}.reshape(sizes)",
    "resize_": "{x}.reshape(sizes)",
    "times": "{x} * y",
    "to_list": "{x}.tolist()",
    "to_numpy": "{x}.numpy()",
    "value": "{x}.item()",
    "values": "{x}.tolist()",
    "zero_grad": "{x}.grad.zero_()",
}  # fmt: skip

# What tensors have and plain numbers have not.
_NUMBER = "{x} is a plain number: tensor({x}) is a tensor"
OF_NUMBERS = {
    "backward": "a plain number has no graph: leave out item() or float() on the way to {x}",
    "item": "{x} is a plain number already",
    **dict.fromkeys(
        ("detach", "dtype", "grad", "requires_grad_", "shape", "size", "tolist"), _NUMBER
    ),
    **dict.fromkeys(("exp", "log", "max", "mean", "min", "norm", "reshape", "sum"), _NUMBER),
}

# Functions below torch or np, or without a module.
OF_MODULES = {
    "Variable": "torch.tensor(data, requires_grad=True)",
    "array": "torch.tensor(data)",
    "around": "torch.round(x)",
    "average": "torch.mean(x)",
    "avg": "torch.mean(x)",
    "cast": "x.to(dtype)",
    "constant": "torch.tensor(data)",
    "degrees": "torch.rad2deg(x)",
    "dims": "x.ndim",
    "expand_dims": "torch.unsqueeze(x, dim)",
    "len": "len(x)",
    "lg": "torch.log10(x), or torch.log2(x)",
    "ln": "torch.log(x)",
    "mod": "torch.remainder(x, y), or x % y",
    "ndim": "x.ndim",
    "power": "torch.pow(x, y), or x ** y",
    "product": "torch.prod(x)",
    "radians": "torch.deg2rad(x)",
    "range": "torch.arange(start, end, step)",
    "reduce_max": "torch.amax(x, dim)",
    "reduce_mean": "torch.mean(x, dim)",
    "reduce_min": "torch.amin(x, dim)",
    "reduce_sum": "torch.sum(x, dim)",
    "shape": "x.shape",
    "size": "x.shape, or x.numel() for the number of elements",
    "solve": "torch.linalg.solve(A, b)",
    "sqr": "torch.square(x)",
}  # fmt: skip
_DATA = {"load": "load(path)", "save": "save(x, path)"}
IN_MODULE = {
    "numpy": _DATA
    | {
        "concat": "np.concatenate((x, y))",
        "genfromtxt": "load(path)",
        "loadtxt": "load(path)",
        "random": "torch.rand(sizes), torch.randn(sizes) or torch.normal(mean, std, sizes)",
        "tensor": "np.array(data), or torch.tensor(data)",
    },
    "torch": _DATA
    | {
        "random": "torch.rand(sizes) draws, torch.manual_seed(n) starts anew",
        "utils": "batches in an order of chance: for rows in torch.randperm(len(X)).split(n)",
    },
    "torch.nn": {
        "Dropout": "F.dropout(x, p)",
        "Flatten": "x.flatten(1)",
        "LazyLinear": "F.linear(x, weight, bias), with tensors that require grad",
        "Linear": "F.linear(x, weight, bias), with tensors that require grad",
        "ReLU": "F.relu(x)",
        "Sequential": "a function that calls one after the other: lambda X: f(g(X))",
        "Softmax": "F.softmax(x, dim)",
        "init": "w.normal_(0, 0.01) and b.zero_() fill tensors, in torch.no_grad()",
    },
}

# Keywords of arguments.
KEYWORDS = {"learning_rate": "lr", "batchsize": "batch_size", "n": "num_samples"}

_DRAWN = "plot(x, y), hist(x), scatter(x, y) and image(x) draw in the terminal"
# Names that other programs have bound by an import, or that other languages have.
_OTHER_EDITION = "this is the book for another library: choose its PyTorch tab"
ALONE = {
    "jnp": _OTHER_EDITION,
    "mx": _OTHER_EDITION,
    "nd": _OTHER_EDITION,
    "npx": _OTHER_EDITION,
    "pd": "pandas is not in the language; load(path) reads a table of numbers",
    "plt": _DRAWN,
    "tf": _OTHER_EDITION,
    "xrange": "range(n)",
}
CONSTANTS = {
    "NULL": "None", "false": "False", "infinity": "inf", "none": "None", "null": "None",
    "true": "True", "undefined": "None", "π": "pi",
}  # fmt: skip

# Modules of Python that are not in the language: why, and what to do.
_ELSEWHERE = {
    "pylab seaborn": _DRAWN,
    "tensorflow mxnet jax paddle keras mindspore": _OTHER_EDITION,
    "pandas": "tables with names and texts are not in the language; load(path) reads a table of "
    "numbers (CSV, TSV, JSON, npy) into a tensor",
    "scipy sklearn sympy": "what there is of it is below torch: torch.linalg, torch.special",
    "torchvision torchtext torchaudio": "data sets are not in the language; load(path) reads "
    "numbers from a file",
    "io os pathlib pickle shutil subprocess sys": "a program has no way to the system; load(path) "
    "and save(x, path) read and write data",
    "requests socket urllib": "a program has no way to the network",
    "collections copy functools itertools operator re typing": "there are only modules of numbers",
}  # fmt: skip
MODULES = {name: why for names, why in _ELSEWHERE.items() for name in names.split()}

# Modules that can be imported, so that cells of the book run, but have next to nothing in them.
INSIDE = {
    "d2l": "of the book's own functions there are plot and the short names of PyTorch's; what "
    "loads data or trains networks is not in the language",
    "IPython": _DRAWN,
    "matplotlib": _DRAWN,
    "matplotlib_inline": _DRAWN,
}
