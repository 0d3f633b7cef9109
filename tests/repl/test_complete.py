import numpy as np
import pytest

from tcalc.lang.parser import tokens
from tcalc.lang.session import Session
from tcalc.repl.commands import COMMANDS
from tcalc.repl.complete import complete
from tcalc.repl.scope import SessionScope


@pytest.fixture
def session():
    session = Session()
    session["weights"] = np.zeros((3, 4))
    session["word"] = "text"
    return session


@pytest.fixture
def texts(session):
    def candidates(text, cursor=None):
        found = complete(
            text, len(text) if cursor is None else cursor, SessionScope(session), COMMANDS, tokens
        )
        return [candidate.text for candidate in found]

    return candidates


def test_names_of_the_session_and_of_the_language(texts):
    assert "weights" in texts("x = we")
    assert {"softmax", "sort"} <= set(texts("so"))
    assert "torch" in texts("tor")
    assert "heat" in texts("hea")
    assert "while" in texts("whi")


def test_a_candidate_replaces_what_is_typed_before_the_cursor(session):
    (candidate,) = complete("1 + weig * 2", 8, SessionScope(session), COMMANDS, tokens)
    assert (candidate.text, candidate.start, candidate.note) == ("weights", 4, "float64 [3, 4]")


def test_attributes_follow_the_type_of_a_name(texts):
    assert {"sum", "reshape", "T", "requires_grad"} <= set(texts("weights."))
    assert "upper" in texts("word.up")
    assert "upper" not in texts("weights.")
    assert texts("nowhere.") == []


def test_private_names_are_offered_to_those_who_type_the_underscore(texts):
    assert not any(text.startswith("_") for text in texts("weights."))


def test_members_of_modules(texts):
    assert "linalg" in texts("torch.lin")
    assert "softmax" in texts("torch.nn.functional.soft")
    assert "sqrt" in texts("math.sq")


def test_imports_offer_modules_and_what_is_in_them(texts):
    assert texts("import ma") == ["math"]
    assert {"torch", "numpy", "random"} <= set(texts("from "))
    assert texts("import torch.nn.fu") == ["functional"]
    assert texts("from torch.nn import fu") == ["functional"]
    assert texts("x = 1; from torch.nn import functional, Par") == ["Parameter"]
    assert texts("from torch ") == ["import"]
    assert texts("from torch import nn ") == ["as"]
    assert texts("import numpy as n") == []
    assert texts("from nowhere import x") == []
    assert texts("from .") == texts("from . import ") == []
    assert "functional" not in texts("x = fu")


def test_a_call_or_an_index_offers_what_a_tensor_has(texts):
    assert "sum" in texts("f(x).su")
    assert "reshape" in texts("weights[0].res")


def test_keyword_arguments_of_the_op_being_called(texts):
    assert {"dim=", "keepdim="} <= set(texts("sum(weights, "))
    assert texts("sum(weights, keep")[0] == "keepdim="
    assert "dim=" in texts("weights.sum(")
    assert "x=" not in texts("weights.sum(")
    assert "dim=" not in texts("sum(weights, dim=0, ")
    assert "x=" not in texts("sum(weights, ")
    assert "x=" in texts("sum(")
    assert "dim=" not in texts("sum(weights)[")
    assert texts("weights[0].sum(d")[0] == "dim="
    assert "dim=" in texts("f(sum([1, 2], keepdim=True, ")


def test_values_of_keyword_arguments(texts):
    assert texts("weights.sum(dim=") == ["-2", "-1", "0", "1"]
    assert texts("sum(weights, axis=") == ["-2", "-1", "0", "1"]
    assert texts("sum(weights, keepdim=") == ["True", "False"]
    assert "float64" in texts("zeros(3, dtype=fl")


def test_keyword_arguments_of_a_function_of_ones_own(session, texts):
    session.eval("def scale(x, factor=2): return x * factor")
    assert texts("scale(1, fa") == ["factor="]


def test_commands_and_their_arguments(texts, tmp_path, monkeypatch):
    assert texts(":sa") == ["save"]
    assert "weights" in texts(":vars wei")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.tc").write_text("")
    (tmp_path / "data").mkdir()
    (tmp_path / ".hidden").write_text("")
    assert texts(":load ") == ["data/", "model.tc"]
    assert texts(":load mo") == ["model.tc"]
    assert texts("load('mo") == ["model.tc"]


def test_commands_complete_the_words_that_they_take(texts):
    assert texts(":config key") == ["key-mode"]
    assert texts(":display js") == ["json", "jsonl"]
    assert texts(":as ") == ["torch"]
    assert texts(":save work.tc --for wei") == ["weights"]
    assert texts(":config theme ") == ["auto", "dark", "light"]
    assert texts(":config preview f") == ["false"]
    assert texts(":config precision ") == []
    assert texts(":config precision 6 --s") == ["--save"]
    assert texts(":clear word wei") == ["weights"]
    assert texts(":edit wei") == texts(":graph wei") == ["weights"]


def test_nothing_within_comments_numbers_and_finished_strings(texts):
    assert texts("1 # we") == []
    assert texts("12") == []
    assert texts("'we'") == []


def test_help_completes_names(texts):
    assert "softmax" in texts("?softm")


def test_completing_reads_no_data_that_waits(tmp_path):
    def refuse():
        raise AssertionError("read")

    session = Session(data={"stdin": refuse})
    complete("stdin.", 6, SessionScope(session), COMMANDS, tokens)
    complete("stdi", 4, SessionScope(session), COMMANDS, tokens)


def test_completing_calls_no_code_of_the_users(session):
    session.eval("calls = []\ndef f():\n    calls.append(1)\n    return weights")
    complete("f().", 4, SessionScope(session), COMMANDS, tokens)
    complete("f.", 2, SessionScope(session), COMMANDS, tokens)
    assert session["calls"] == []


def test_topics_of_help_are_completed(texts):
    assert texts(":help pipe") == ["pipelines"]
    assert {"undo"} <= set(texts(":help und"))
    assert texts("?:und") == ["undo"]
    assert {"softmax", "softmax2d"} & set(texts("?softm"))
    assert texts(":h gui") == ["guide"]


def test_the_code_of_a_command_is_completed_as_any_code(texts):
    assert texts(":time weights.resh") == texts("weights.resh")
    assert texts(":time sum(weights, keepd") == ["keepdim="]


def test_the_keys_of_a_dict_are_completed(session, texts):
    session.eval("params = {'weight': 1, 'width': 2, 3: 4}")
    assert texts("params['w") == ["weight", "width"]
    assert texts('params["wei') == ["weight"]
    assert texts("load('nowhere") == []
