"""Labels to codes, codes to one-hot targets, probabilities back to labels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import inf, nan
from sklearn.preprocessing import LabelBinarizer, LabelEncoder

from softmax_course import label_decode, label_encode, one_hot

LABELS = st.lists(st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=5))


# --- label_encode ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "codes", "classes"),
    [
        (["setosa", "virginica", "setosa"], [0, 1, 0], ["setosa", "virginica"]),
        ([30, 10, 20, 10], [2, 0, 1, 0], [10, 20, 30]),
        ([2.5, -1.0], [1, 0], [-1.0, 2.5]),
        ([True, False], [1, 0], [False, True]),
        ([["b", "a"], ["a", "b"]], [[1, 0], [0, 1]], ["a", "b"]),
        ("a", 0, ["a"]),
        ([], [], []),
    ],
)
def test_classes_are_the_sorted_labels(labels, codes, classes):
    encoded, known = label_encode(labels)
    np.testing.assert_array_equal(encoded, codes, strict=False)
    assert encoded.shape == np.shape(labels)
    assert encoded.dtype == np.intp
    assert known.tolist() == classes


@settings(max_examples=20)
@given(LABELS.filter(bool))
def test_label_encode_agrees_with_scikit_learn(labels):
    theirs = LabelEncoder().fit(labels)
    codes, classes = label_encode(labels)
    np.testing.assert_array_equal(codes, theirs.transform(labels))
    np.testing.assert_array_equal(classes, theirs.classes_)


@given(LABELS)
def test_classes_indexed_by_codes_are_the_labels(labels):
    codes, classes = label_encode(labels)
    assert [classes[code] for code in codes] == labels


def test_given_classes_keep_their_order():
    codes, classes = label_encode(["cat", "dog", "cat"], classes=["dog", "fox", "cat"])
    assert codes.tolist() == [2, 0, 2]
    assert classes.tolist() == ["dog", "fox", "cat"]


def test_a_test_set_is_not_renumbered():
    _, classes = label_encode(["a", "b", "c"])
    assert label_encode(["c", "b"], classes)[0].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("labels", "classes", "message"),
    [
        (["a", "x", "b"], ["a", "b"], r"labels\[1\] = x is not one of the classes \['a', 'b'\]"),
        ([["a"], ["x"]], ["a"], r"labels\[1, 0\] = x is not one of"),
        ([1], ["1"], r"labels\[0\] = 1 is not one of the classes \['1'\]"),
        (["a"], ["a", "b", "a"], r"classes\[2\] = 'a' is a class already"),
        (["a"], [["a"]], r"classes must have one dimension, not shape \(1, 1\)"),
        ([1.0, nan], None, r"labels\[1\] = nan is not a label"),
    ],
)
def test_label_encode_names_what_is_wrong(labels, classes, message):
    with pytest.raises(ValueError, match=message):
        label_encode(labels, classes)


def test_label_encode_refuses_masked_labels():
    with pytest.raises(TypeError, match="labels is a masked array"):
        label_encode(np.ma.array([1, 2], mask=[True, False]))


# --- one_hot -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "num_classes", "expected"),
    [
        ([0, 1, 2], None, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        ([0, 2], 4, [[1, 0, 0, 0], [0, 0, 1, 0]]),
        (1, 3, [0, 1, 0]),
        ([[1], [0]], None, [[[0, 1]], [[1, 0]]]),
        ([0, 0], None, [[1], [1]]),
        ([], 3, np.zeros((0, 3))),
        ([2.0, 0.0], None, [[0, 0, 1], [1, 0, 0]]),
        (np.array([1, 0], np.uint8), None, [[0, 1], [1, 0]]),
        ([True, False], None, [[0, 1], [1, 0]]),
    ],
)
def test_one_hot(codes, num_classes, expected):
    result = one_hot(codes, num_classes)
    np.testing.assert_array_equal(result, expected, strict=False)
    assert result.shape == np.shape(expected)
    assert result.dtype == np.float64


@pytest.mark.parametrize("dtype", [float, np.float32, int, bool, np.uint8])
def test_one_hot_has_the_type_asked_for(dtype):
    assert one_hot([1, 0], dtype=dtype).dtype == dtype
    assert one_hot([1, 0], dtype=dtype).tolist() == [[0, 1], [1, 0]]


@settings(max_examples=20)
@given(st.lists(st.integers(0, 5), min_size=1))
def test_one_hot_agrees_with_scikit_learn(codes):
    expected = LabelBinarizer().fit([0, 1, 2, 3, 4, 5]).transform(codes)
    np.testing.assert_array_equal(one_hot(codes, 6), expected)


@pytest.mark.parametrize(
    ("codes", "num_classes", "error", "message"),
    [
        ([0, -1], None, ValueError, r"codes\[1\] = -1 is not a class code: .* 0 or more"),
        ([0, 3], 3, ValueError, r"codes\[1\] = 3 is not a class code: .* 0 to 2"),
        ([[0], [7]], 3, ValueError, r"codes\[1, 0\] = 7 is not a class code"),
        (-1, 3, ValueError, "codes = -1 is not a class code"),
        ([0.5], 3, ValueError, r"codes\[0\] = 0.5 is not a class code: expected an integer"),
        ([nan], 3, ValueError, r"codes\[0\] = nan is not a class code"),
        ([inf], None, ValueError, r"codes\[0\] = inf is not a class code"),
        ([0], 0, ValueError, r"codes\[0\] = 0 is not a class code"),
        ([0], -1, ValueError, "num_classes must not be negative"),
        ([], None, ValueError, "num_classes is needed"),
        (["a"], None, TypeError, "class codes .integers., not <U1"),
        ([0], 2.5, TypeError, "num_classes must be an integer, not 2.5"),
        ([0], True, TypeError, "num_classes must be an integer, not True"),
        (np.ma.array([0, 1], mask=[0, 1]), None, TypeError, "codes is a masked array"),
    ],
)
def test_one_hot_names_what_is_wrong(codes, num_classes, error, message):
    with pytest.raises(error, match=message):
        one_hot(codes, num_classes)


# --- label_decode ------------------------------------------------------------------------------

ROWS = [[0.09, 0.67, 0.24], [0.94, 0.02, 0.04]]


def test_label_decode_gives_codes_or_names():
    assert label_decode(ROWS).tolist() == [1, 0]
    assert label_decode(ROWS, classes=["cat", "dog", "fox"]).tolist() == ["dog", "cat"]
    assert label_decode(ROWS, axis=0).tolist() == [1, 0, 0]
    assert label_decode([[ROWS]], axis=2, classes=["a", "b"]).tolist() == [[["b", "a", "a"]]]


def test_label_decode_of_one_row_is_a_scalar():
    assert isinstance(label_decode(ROWS[0]), np.intp)
    assert label_decode(ROWS[0], classes=["cat", "dog", "fox"]) == "dog"


def test_the_first_of_a_tie_wins():
    assert label_decode([0.4, 0.4, 0.2]) == 0


def test_logits_decode_like_their_probabilities():
    assert label_decode([-1.0, -inf, inf]) == 2
    assert label_decode(np.array([3, 120, -128], np.int8)) == 1


def test_no_rows_decode_to_no_codes():
    assert label_decode(np.ones((0, 3))).shape == (0,)
    assert label_decode(np.ones((0, 3)), classes=["a", "b", "c"]).shape == (0,)


@given(LABELS.filter(bool))
def test_decoding_one_hot_codes_gives_the_labels_back(labels):
    codes, classes = label_encode(labels)
    assert label_decode(one_hot(codes, len(classes)), classes).tolist() == labels


@pytest.mark.parametrize(
    ("probabilities", "arguments", "error", "message"),
    [
        ([[1, 0], [nan, 1]], {}, ValueError, r"probabilities\[1, 0\] = nan cannot be ranked"),
        (np.ones((2, 0)), {}, ValueError, r"shape \(2, 0\) have no class on axis 1"),
        (0.5, {}, ValueError, "must have an axis of classes"),
        (ROWS, {"classes": ["a", "b"]}, ValueError, "2 names for 3 probabilities on axis 1"),
        (ROWS, {"classes": ["a", "b", "a"]}, ValueError, r"classes\[2\] = 'a' is a class already"),
        (ROWS, {"classes": [["a", "b", "c"]]}, ValueError, "one dimension"),
        (ROWS, {"axis": 2}, np.exceptions.AxisError, "axis 2 is out of bounds"),
        (ROWS, {"axis": None}, TypeError, "axis must be an integer, not None"),
        (np.ma.array(ROWS, mask=False), {}, TypeError, "probabilities is a masked array"),
        ([1j], {}, TypeError, "real numbers"),
    ],
)
def test_label_decode_names_what_is_wrong(probabilities, arguments, error, message):
    with pytest.raises(error, match=message):
        label_decode(probabilities, **arguments)


def test_the_input_is_never_modified():
    for function, argument in [
        (label_encode, np.array(["b", "a"])),
        (one_hot, np.array([1, 0])),
        (label_decode, np.array(ROWS)),
    ]:
        before = argument.copy()
        function(argument)
        np.testing.assert_array_equal(argument, before)
