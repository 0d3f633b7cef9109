import pytest

from tcalc.lang.session import Session
from tcalc.repl.holes import answer, place_of

PATIENT = 600.0


@pytest.fixture
def fits():
    session = Session()
    session.eval("x = zeros(3, 4)\ny = ones(5, 4)\nbig = zeros(100000, 300)\nv = zeros(4)")

    def found(text):
        result = answer(text, place_of(text), session, PATIENT)
        return result.kinds, dict(result.variables)

    return found


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("x @ ?", ["float32 [4, n]", "[4]"]),
        ("mm(?, y)", ["float32 [n, 5]"]),
        ("cat([x, ?])", ["float32 [n, 4]"]),
        ("big @ ?", ["float32 [300, n]", "[300]"]),
        ("z = relu(x @ ? + 1)", ["float32 [4, n]", "[4]"]),
        ("reshape(x, ?)", ["12", "(2, 6)", "(3, 4)", "(4, 3)", "(6, 2)"]),
        ("x.view(?, 4)", ["3"]),
        ("x.sum(?)", ["0", "1"]),
        ("x[?]", ["0 to 2"]),
    ],
)
def test_a_hole_says_what_would_fit(fits, text, kinds):
    assert fits(text)[0] == kinds


def test_variables_fit_as_they_are_or_turned(fits):
    assert fits("x @ ?")[1] == {
        "v": "float32 [3]",
        "y.T": "float32 [3, 5]",
        "x.T": "float32 [3, 3]",
    }
    assert fits("cat([x, ?])")[1]["v.unsqueeze(0)"] == "float32 [4, 4]"


def test_a_number_fits_where_shapes_broadcast(fits):
    assert "a number" in fits("x + ?")[0]


def test_nothing_fits_what_fails_anyway(fits):
    assert fits("(x @ y) + ?") == ([], {})


@pytest.mark.parametrize("text", ["x + 1", "'?'", "x  # why?", "mm(?, ?)", "?"])
def test_other_question_marks_are_no_holes(text):
    assert place_of(text) is None
