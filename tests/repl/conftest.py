import pytest

from tcalc.options import Settings


@pytest.fixture
def plain():
    """Settings for PyTorch's own text without colours, and what else is asked for."""

    def settings(**changes):
        made = Settings()
        for name, value in ({"output": "text", "color": "never"} | changes).items():
            setattr(made, name, value)
        return made

    return settings
