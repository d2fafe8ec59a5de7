"""Derived answers that are right all the same, each with its reason.

Four patterns say to which they belong: the exercise, the change, the changed line, and the reason.
"""

import re

FLOATS_ARE_FREE = "float32 and float16 are judged by the precision of their own type"
SAME_AXIS = "1 and -1 are the same axis of two, or of one the only one"
SAME_VALUE = "another way to write the same numbers"
ANY_SHIFT = "the shift cancels, whatever it is within the range of floats"
BORDER = "both formulas are right on both sides of the border between them"
CLOSE_ENOUGH = "the difference is below the tolerance"
UNDONE = "hiding nan is a right way here: it puts 0 where the right answer is 0"
WHOLE = "the right answer consists of whole numbers"
TOGETHER = "the examples are exchanged in all arguments together: their order has no part"
NO_DUTY = "what is dropped or exchanged has no part in the result"

EQUIVALENTS: list[tuple[str, str, str, str]] = [
    (".*", "floats in as f[24]|everything in as f[24]|out as f[24]", "", FLOATS_ARE_FREE),
    ("softmax_.*|stable_.*|safe_.*|jacobian_matrix|decode_batch", "in centred", "", ANY_SHIFT),
    ("one_hot_codes|draw_from_uniform|gumbel_max_draws", "out .*|rounded to .*", "", WHOLE),
    ("stable_sigmoid", "in clipped to .*", "", CLOSE_ENOUGH),
    ("scores_from_probabilities", "out plus .*", "", "any constant may be added"),
    ("overflow_threshold", "(out|rounded) .*", "", CLOSE_ENOUGH),
    ("overflow_threshold", ".*", "log1p|expm1|number|arange|_of|float", CLOSE_ENOUGH),
    ("largest_safe_step", "in (negated|reversed).*", "", "the singular values stay the same"),
    ("largest_safe_step|gumbel_max_draws", "floats in as f[24], float64 out", "", CLOSE_ENOUGH),
    ("smallest_flip", "floats in as f4, float64 out", "", CLOSE_ENOUGH),
    ("find_the_bug|weights_gradient", "in reversed in columns", "", TOGETHER),
    ("initial_loss", "rounded to 8|in .*|everything .*", "", CLOSE_ENOUGH),
    ("top_k_filter", "rounded to 8", "", CLOSE_ENOUGH),
    ("masked_softmax_rows|entropy_at_temperature", "nan to 0.0, .*", "", UNDONE),
    (
        ".*",
        "another constant|no sign",
        r"axis=-*1\b|shape\[-1\]|(max|sum|argmax)\(-1[,)]|softmax, -1",
        SAME_AXIS,
    ),
    (".*", "arguments of .* exchanged", "min|max|dot|print", SAME_VALUE),
    (".*", "no (tolist|float|float32|array|astype|asmatrix|reshape|dtype)", "", SAME_VALUE),
    ("two_scores_.*|softmax_list|cross_.*", "another constant", r"-1\]", SAME_VALUE),
    (".*", "constant turned round", "strict=False", "the lengths are equal"),
    (".*", "operands exchanged", "@", "the product of vectors, or its norm, has no order"),
    (".*", "another operator", r"[/+-] 1(\.0)?\b|\* p\[None\]|p \* p\[0\]", SAME_VALUE),
    (".*", "another constant|left operand only|another operator", "max.*keepdims", ANY_SHIFT),
    ("stable_sigmoid|two_scores_to_one", ".*", r"z >|x >|gap >", BORDER),
    (".*", "another constant", "700|701|699|1400", "exp of 700 makes a share of 0 already"),
    ("softmax_list", "another (constant|comparison)", "largest", "the loop finds it all the same"),
    ("softmax_batch", "a statement dropped", "pass", "the line only prints"),
    ("scores_from_probabilities", ".*", "np.log", "any constant may be added"),
    ("cross_entropy_from_logits", "no axis", "take_along_axis", SAME_VALUE),
    (
        "decode_batch",
        ".*",
        "best = 1|largest_.*_of|range",
        "probabilities are never negative, and a row has fewer than nine",
    ),
    (
        "largest_safe_step",
        "the largest is .*",
        "svd|eigvalsh",
        "they come sorted, and are positive",
    ),
    ("masked_softmax_rows", "another constant", "default|sum|isfinite|total|-[0-9]", NO_DUTY),
    ("draw_from_uniform", ".*", "= 2|digitize", "a uniform number is below 1"),
    ("gumbel_max_draws", "log is .*|no log_softmax", "", "another base shifts all noise alike"),
    ("top_p_filter", "another constant", "concatenate", "the first class is kept in any case"),
    ("jacobian_matrix", "out transposed", "", "the matrix is symmetric"),
    ("entropy_at_temperature", "in reversed.*", "", "the entropy does not depend on the order"),
    ("cheapest_.*|choose_.*|confusion_.*|balanced_.*", "in reversed.*|in sorted", "", TOGETHER),
    ("cheapest_threshold", "another constant|a statement dropped", "cost|pass", "all costs move"),
    ("cheapest_threshold", "no index|another constant", r"acts|cost\(t\)", SAME_VALUE),
    ("cheapest_threshold|choose_penalty", "sum is mean|mean is sum", "", "the order is the same"),
    ("cheapest_threshold", "constant turned round", "roc_curve", "it drops what is never best"),
    ("name_the_tokens", "the largest is .*", "values", "probabilities are never negative"),
    ("name_the_tokens|repair_.*|smallest_flip", "no asarray|no int", "", SAME_VALUE),
    ("cheapest_threshold", "no int", "", SAME_VALUE),
    ("repair_served_model", "a statement dropped|another .*|left operand only", "", ANY_SHIFT),
    ("repair_served_model", "size only", "", CLOSE_ENOUGH),
    ("doubled_floor", ".*", "eye", "the row has a single one, and every class is alike"),
    ("loss_of_scores", ".*", "1e-07|low, high", "the upper limit moves the loss by 1e-7 at most"),
    ("loss_of_scores|smallest_flip|temperature_of_a_log", "(out|rounded) .*", "", CLOSE_ENOUGH),
    ("loss_of_scores", "floats in as f4, float64 out", "", CLOSE_ENOUGH),
    ("temperature_of_a_log", "in rounded to .*", "", CLOSE_ENOUGH),
    ("temperature_of_a_log", "in reversed in columns", "", TOGETHER),
    ("confusion_matrix", ".*", "histogram2d", "whole numbers fall into the same bins"),
    ("balanced_weights", "the largest is .*", "", "codes are never negative"),
    ("choose_penalty", "rounded to 8", "", CLOSE_ENOUGH),
    ("smallest_flip", "in clipped to .* from below", "", "the scores that count are above that"),
    ("smallest_flip", "another comparison|sum is mean", "best|found", "the order is the same"),
    ("smallest_flip", "another constant|a statement dropped", r"-1\]|pass", NO_DUTY),
    ("distillation_gradient", ".*", r"expm1|p\[0\]|e-300", SAME_VALUE),
]


def reason(exercise: str, change: str, line: str) -> str | None:
    """Say why a derived answer is right, if the list does."""
    for exercises, changes, lines, why in EQUIVALENTS:
        if (
            re.fullmatch(exercises, exercise)
            and re.fullmatch(changes, change)
            and re.search(lines, line)
        ):
            return why
    return None
