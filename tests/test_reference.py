import pytest

from tcalc import reference
from tcalc.errors import NameFault
from tcalc.lang.offers import BUILTINS


def test_a_page_shows_every_form_the_doc_and_the_example():
    text = reference.page("exp").text(width=60)
    assert text.split("\n")[:2] == ["exp(x)", "x.exp()"]
    assert "\n  >>> exp(" in text


def test_any_name_of_an_op_leads_to_its_page():
    for name in ("softmax", "F.softmax", "torch.softmax", "torch.nn.functional.softmax"):
        assert reference.page(name).title == "softmax"


def test_builtins_have_pages_too():
    page = reference.page("len")
    assert page.forms == ("len(x)",)
    assert page.body.startswith("the number of items")


@pytest.mark.parametrize("name", BUILTINS)
def test_functions_of_upper_rooms_have_pages_that_say_how_to_call_them(name):
    page = reference.page(name)
    assert page.forms[0].startswith(f"{name}(")
    assert page.summary


def test_an_unknown_topic_says_what_is_near():
    with pytest.raises(NameFault) as caught:
        reference.page("logsumex")
    assert caught.value.helps == ("did you mean logsumexp?",)


@pytest.mark.parametrize("topic", reference.topics())
def test_every_topic_has_a_page_that_fits_a_terminal(topic):
    page = reference.page(topic)
    assert page.forms
    assert page.summary, f"{topic} is not documented"
    prose = [line for line in page.text(width=72).split("\n") if line and ">>>" not in line]
    assert prose
