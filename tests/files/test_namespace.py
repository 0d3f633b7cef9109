"""Values by name: listed without being read, found by attribute and by key, changed in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from reading import read_stream, safetensors

from tcalc import Session, files
from tcalc.core.tensor import Tensor
from tcalc.errors import TcalcError
from tcalc.files.namespace import DataNamespace, Unread
from tcalc.lang.parser import tokens
from tcalc.limits import Limits
from tcalc.repl.commands import COMMANDS
from tcalc.repl.complete import complete
from tcalc.repl.scope import SessionScope
from tcalc.repl.variables import table


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session with a small checkpoint in `w`."""
    weights = {
        "fc1.weight": Tensor(np.arange(6, dtype=np.float32).reshape(2, 3)),
        "fc1.bias": Tensor(np.zeros(2, np.float32)),
        "layers.0.scale": Tensor(np.array(2.0)),
        "step": Tensor(np.array(7)),
    }
    path = str(tmp_path / "w.safetensors")
    files.save({**weights, "__metadata__": {"format": "pt", "epoch": 3}}, path)
    session = Session()
    session.eval(f"w = load({path!r})")
    return session


LISTING = """\
namespace of 4 members, 48 bytes
  fc1.weight      float32  [2, 3]  24 bytes
  fc1.bias        float32  [2]     8 bytes
  layers.0.scale  float64  []      8 bytes
  step            int64    []      8 bytes"""


def test_a_namespace_lists_its_members_with_their_shapes(session: Session) -> None:
    (result,) = session.run("w")
    assert result.text == LISTING


def test_a_listing_reads_no_tensor(session: Session) -> None:
    assert repr(session["w"]) == LISTING
    assert all(isinstance(value, Unread) for _, value in session["w"].outlines())


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("w.fc1.weight.shape", (2, 3)),
        ("w['fc1.weight'].shape", (2, 3)),
        ("w['fc1'].weight.shape", (2, 3)),
        ("w.layers[0].scale.item()", 2.0),
        ("w.layers['0.scale'].item()", 2.0),
        ("w.step.item()", 7),
        ("w.metadata", {"format": "pt", "epoch": "3"}),
        ("len(w)", 4),
        ("list(w)", ["fc1.weight", "fc1.bias", "layers.0.scale", "step"]),
        ("w.keys()", ["fc1.weight", "fc1.bias", "layers.0.scale", "step"]),
        ("[name for name in w.fc1]", ["weight", "bias"]),
        ("{name: x.numel() for name, x in w.items()}['fc1.weight']", 6),
        ("sum(x.numel() for x in w.values())", 10),
        ("'step' in w, 'fc1' in w, 'fc' in w, 'fc1.weigh' in w", (True, True, False, False)),
        ("w.get('step').item(), w.get('nothing', 1)", (7, 1)),
        ("hasattr(w, 'fc1'), hasattr(w, 'fc2')", (True, False)),
        ("dict(w)['step'].item()", 7),
        ("{**w, 'x': 1}['x']", 1),
        ("str(type(w))", "<class 'namespace'>"),
        ("'layers' in dir(w), 'items' in dir(w)", (True, True)),
    ],
)
def test_members_are_found_by_attribute_and_by_key(
    session: Session, code: str, expected: object
) -> None:
    assert session.eval(code) == expected


@pytest.mark.parametrize(
    ("code", "message", "remark"),
    [
        ("w.fc2", "the namespace has no member 'fc2'", "did you mean w.fc1?"),
        ("w.fc1.wieght", "the namespace has no member 'wieght'", "did you mean w.fc1.weight?"),
        ("w['fc1.wieght']", "no member 'fc1.wieght'", "did you mean w.fc1.weight?"),
        ("w.layers['0.scal']", "no member '0.scal'", "did you mean w.layers['0.scale']?"),
        ("w.other", "no member 'other'", "its members are fc1.weight, fc1.bias, layers.0.scale,"),
        ("w[0]", "no member 0", "its members are"),
        ("del w['fc1']", "'fc1' is a part of the namespace, and no member", ""),
        ("w.pop('none')", "no member 'none'", ""),
        ("w.member_names", "no member 'member_names'", ""),
        ("w._members", "no member '_members'", ""),
    ],
)
def test_a_name_that_is_not_there_is_an_error_that_knows_the_others(
    session: Session, code: str, message: str, remark: str
) -> None:
    with pytest.raises(TcalcError) as caught:
        session.eval(code)
    assert caught.value.diagnostic is not None
    text = caught.value.diagnostic.render()
    assert message in text
    assert remark in text


def test_changes_stay_in_memory(session: Session) -> None:
    session.eval("w['fc1.bias'] += 1; w['new'] = ones(3); del w['step']; w.fc1['x'] = 5")
    assert session.eval("w.keys()") == ["fc1.weight", "fc1.bias", "layers.0.scale", "new", "fc1.x"]
    assert session.eval("w.fc1.bias.tolist()") == [1, 1]
    assert session.eval("w.fc1.bias[0] = 9; w['fc1.bias'].tolist()") == [9, 1]


def test_a_changed_checkpoint_is_saved_with_its_metadata(session: Session, tmp_path: Path) -> None:
    path = str(tmp_path / "v.safetensors")
    loaded = session.eval(f"w['fc1.bias'] += 1; save(w, {path!r}); v = load({path!r}); v")
    assert loaded.metadata == {"format": "pt", "epoch": "3"}
    assert session.eval("v.fc1.bias.tolist(), v.fc1.weight.tolist() == w.fc1.weight.tolist()") == (
        [1, 1],
        True,
    )


def test_dicts_in_dicts_are_saved_under_names_with_dots(tmp_path: Path) -> None:
    value = {"a": {"b": Tensor(np.ones(2)), "c": {"d": 3}}, "e": [1, 2]}
    for suffix in ("npz", "safetensors"):
        path = str(tmp_path / f"x.{suffix}")
        files.save(value, path)
        loaded: Any = files.load(path)
        assert list(loaded) == ["a.b", "a.c.d", "e"]
        assert loaded.member("a").member("c").member("d").array == 3


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (Tensor(np.zeros(2)), "holds tensors by name, not a Tensor"),
        ({1: Tensor(np.zeros(2))}, "has names that are text, not 1"),
        ({"a": {"b": "word"}}, "b: a str is not an array of numbers"),
        ({"a": {"b": 1}, "a.b": 2}, "two tensors are called a.b"),
    ],
)
def test_what_has_no_names_or_no_numbers_cannot_be_saved_by_name(
    tmp_path: Path, value: object, message: str
) -> None:
    for suffix in ("npz", "safetensors"):
        with pytest.raises(TcalcError, match=message):
            files.save(value, str(tmp_path / f"x.{suffix}"))


def test_safetensors_has_no_element_type_for_complex128(tmp_path: Path) -> None:
    with pytest.raises(TcalcError, match="x: safetensors has no element type complex128"):
        files.save({"x": Tensor(np.zeros(2, complex))}, str(tmp_path / "x.safetensors"))


def test_json_objects_are_namespaces_at_every_level() -> None:
    loaded = read_stream('{"a": {"b": [[1, 2]], "c": [{"d": "word"}]}, "keys": null}')
    session = Session()
    session["x"] = loaded
    assert session.eval("x.a.b.tolist(), x.a.c[0].d, x['keys'], x.keys()") == (
        [[1, 2]],
        "word",
        None,
        ["a", "keys"],
    )
    assert repr(loaded.member("a")).splitlines() == [
        "namespace of 2 members, 16 bytes",
        "  b  int64  [1, 2]  16 bytes",
        "  c  list   1 item",
    ]


def test_small_types_become_float32_and_those_of_half_bytes_are_refused() -> None:
    header = {
        "a": {"dtype": "F8_E4M3", "shape": [3], "data_offsets": [0, 3]},
        "b": {"dtype": "F8_E5M2", "shape": [3], "data_offsets": [3, 6]},
        "c": {"dtype": "F4", "shape": [3], "data_offsets": [6, 8]},
        "d": {"dtype": "X7", "shape": [3], "data_offsets": [8, 9]},
    }
    data = bytes([0x38, 0xC0, 0x7E, 0x3C, 0xC0, 0x7C, 0, 0, 0])
    loaded = read_stream(safetensors(header, data))
    assert "a  F8_E4M3  [3]  3 bytes" in repr(loaded)
    assert loaded["a"].array.dtype == np.float32
    assert loaded["a"].array.tolist() == [1, -2, 448]
    assert loaded["b"].array.tolist() == [1, -2, np.inf]
    for name in "cd":
        with pytest.raises(TcalcError, match="no tensor can have elements of type"):
            loaded[name]


def test_many_members_that_differ_in_numbers_share_a_line() -> None:
    members: dict[str, object] = {"embed": Tensor(np.zeros((9, 4), np.float32))}
    for layer in range(32):
        members[f"layers.{layer}.weight"] = Tensor(np.zeros((4, 4), np.float32))
        members[f"layers.{layer}.bias"] = Tensor(np.zeros(4, np.float32))
    members["odd.7"] = members["odd.9"] = Tensor(np.zeros(1, np.float32))
    assert repr(DataNamespace(members)).splitlines() == [
        "namespace of 67 members, 2.7 kB",
        "  embed                 float32  [9, 4]       144 bytes",
        "  layers.{0-31}.weight  float32  32 x [4, 4]  2.0 kB",
        "  layers.{0-31}.bias    float32  32 x [4]     512 bytes",
        "  odd.{7,9}             float32  2 x [1]      8 bytes",
    ]


def test_of_very_many_different_members_the_first_and_the_last_are_shown() -> None:
    names = [a + b for a in "abcdefghijklmnop" for b in "abcdefghijklmnop"]
    lines = repr(DataNamespace(dict.fromkeys(names, 1))).splitlines()
    assert lines[0] == "namespace of 256 members"
    assert len(lines) == 102
    assert "  ..." in lines


def test_a_name_cannot_command_the_terminal() -> None:
    listing = repr(DataNamespace({"a\x1b[31m\n": 1, "b": "\x1b[2J"}))
    assert "\x1b" not in listing
    assert r"'a\x1b[31m\n'" in listing


def test_a_sandbox_reads_the_namespaces_that_it_is_given() -> None:
    session = Session(limits=Limits(strict=True))
    session["w"] = DataNamespace({"a": Tensor(np.ones(2))})
    assert session.eval("w.a.sum().item()") == 2
    for code in ("w._members", "w.outlines", "w._part('a')", "w.member('a')", "load('x.npy')"):
        with pytest.raises(TcalcError):
            session.eval(code)


REFERENCE = [
    "bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16",
    "float32", "float64", "complex64", ml_dtypes.bfloat16,
]  # fmt: skip


def test_the_table_of_names_says_what_a_namespace_is(session: Session) -> None:
    assert table({"w": session["w"]}).startswith("w  namespace")


def test_completion_knows_the_members_and_reads_none(session: Session) -> None:
    def offered(text: str) -> list[str]:
        scope = SessionScope(session)
        return [found.text for found in complete(text, len(text), scope, COMMANDS, tokens)]

    assert {"fc1", "layers", "step"} <= set(offered("w."))
    assert offered("w.fc1.w") == ["weight"]
    assert offered("w.fc1.weight.resh") == []
    assert all(isinstance(value, Unread) for _, value in session["w"].outlines())
    session.eval("w.fc1.weight")
    assert "reshape" in offered("w.fc1.weight.resh")


def test_real_safetensors_files_agree_in_both_directions(tmp_path: Path) -> None:
    reference = pytest.importorskip("safetensors.numpy")
    weights = {
        f"{np.dtype(kind)}{number}": np.arange(size).astype(kind).reshape(shape)
        for kind in REFERENCE
        for number, (size, shape) in enumerate([(1, ()), (0, (0, 3)), (7, (7,)), (6, (2, 3))])
    }
    path = str(tmp_path / "ours.safetensors")
    files.save({**{k: Tensor(v) for k, v in weights.items()}, "__metadata__": {"a": "é"}}, path)
    for name, value in reference.load_file(path).items():
        assert (value.dtype, value.shape) == (weights[name].dtype, weights[name].shape)
        np.testing.assert_array_equal(value, weights[name])
    path = str(tmp_path / "theirs.safetensors")
    reference.save_file(weights, path, metadata={"format": "np"})
    loaded: Any = files.load(path)
    assert loaded.metadata == {"format": "np"}
    for name, value in weights.items():
        assert loaded[name].array.dtype == value.dtype
        np.testing.assert_array_equal(loaded[name].array, value)
