"""Where tensors live: on the CPU."""

from __future__ import annotations

from tcalc.errors import RuntimeFault

_OTHERS = frozenset(("cuda", "hip", "meta", "mps", "tpu", "xpu"))


class Device:
    """Where a tensor lives; there is only the CPU."""

    __slots__ = ()
    type = "cpu"
    index = None

    def __repr__(self) -> str:
        """PyTorch's spelling."""
        return "device(type='cpu')"

    def __str__(self) -> str:
        """The short name."""
        return "cpu"

    def __eq__(self, other: object) -> bool:
        """Equal to itself and to its name."""
        return other == "cpu" if isinstance(other, str) else isinstance(other, Device)

    def __hash__(self) -> int:
        """Consistent with equality."""
        return hash("cpu")


CPU = Device()


def is_cpu(value: object) -> bool:
    """Whether `value` names the CPU. Raises RuntimeFault if it names another device."""
    if isinstance(value, Device):
        return True
    kind, _, index = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind == "cpu" and index in ("", "0"):
        return True
    if kind in _OTHERS:
        raise RuntimeFault(
            "Torch not compiled with CUDA enabled"
            if kind == "cuda"
            else f"PyTorch is not linked with support for {kind} devices",
            notes=["tensors live on the CPU, and so does all that is computed with them"],
            helps=["leave the device out, or name it 'cpu'"],
        )
    return False


def device(type: object = "cpu", index: int = 0) -> Device:
    """The device of that name. Raises RuntimeFault for any but the CPU."""
    if is_cpu(type) and index == 0:
        return CPU
    raise RuntimeFault(
        f"Expected one of cpu device type at start of device string: {type}", blame={"type": ""}
    )


def cuda_is_available() -> bool:
    """Whether there is a graphics card to compute on: never."""
    return False
