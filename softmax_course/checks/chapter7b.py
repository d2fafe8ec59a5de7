"""Exercises of chapter 7b, and the mistakes that people make in them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_course.activations import naive_softmax, softmax

from .exercises import Chapter
from .probes import BOTH_FAR, LARGEST_LAST, UNROUNDED

Array = NDArray[Any]

SQUARE = "Why the square of the temperature"
SOFTEN = "Soften the answers"
TWENTY = "Teach with twenty images"
ONE_SOFTENED = "Only the teacher softened"

chapter = Chapter(7, "07b_distil_a_teacher.ipynb")

STUDENT = np.array([[1.0, 3.0, 2.0], [0.0, 0.5, 4.0]])
TEACHER = np.array([[0.0, 4.0, 1.0], [1.0, 1.0, 6.0]])


@chapter.exercise(
    probes=[
        (STUDENT, TEACHER, 1.0),
        (STUDENT, TEACHER, 5.0),
        (np.array([[0.0, 2.0, -1.0, 1.0]]), np.array([[1.0, 0.0, 3.0, -2.0]]), 2.0),
        (np.array([[3000.0, 3002.0]] * 3), np.array([[0.0, 3.0]] * 3), 2.0),
    ],
    further=[
        (UNROUNDED, UNROUNDED[::-1], 2.5),
        (
            np.array([[0.0, 3000.0, 0.0], [3000.0, 0.0, 0.0], [1.0, 3.0, 2.0]]),
            np.array([[0.0, 2500.0, 0.0], [2500.0, 0.0, 0.0], [0.0, 4.0, 1.0]]),
            1.0,
        ),
        (np.array([[-3001.0, -3000.0]]), np.array([[-3000.0, -3002.0]]), 2.0),
    ],
)
def distillation_gradient(student: Array, teacher: Array, temperature: float) -> Any:
    """Compute the gradient of the mean of T² H(softened teacher, softened student) in the student's
    scores.
    """
    return temperature * _softened_errors(student, teacher, temperature) / len(student)


def _softened_errors(student: Array, teacher: Array, temperature: float) -> Array:
    errors: Array = softmax(student / temperature) - softmax(teacher / temperature)
    return errors


def _teacher_softened(student: Array, teacher: Array, temperature: float) -> Array:
    errors: Array = softmax(student) - softmax(teacher / temperature)
    return errors


def _student_softened(student: Array, teacher: Array, temperature: float) -> Array:
    errors: Array = softmax(student / temperature) - softmax(teacher)
    return errors


@distillation_gradient.mistake(SQUARE)
def square_of_the_temperature_not_reduced(
    student: Array, teacher: Array, temperature: float
) -> Any:
    """The errors are multiplied by the square of the temperature, and one factor too many is left.

    The scores enter as quotients. What does the inner derivative of z / T contribute?
    """
    return temperature**2 * _softened_errors(student, teacher, temperature) / len(student)


@distillation_gradient.mistake(SQUARE)
def factor_of_the_temperature_missing(student: Array, teacher: Array, temperature: float) -> Any:
    """The errors of the softened probabilities come without a factor, so the gradient shrinks with
    the heat.

    The loss has a factor of T², and the chain rule takes one T away. What remains?
    """
    return _softened_errors(student, teacher, temperature) / len(student)


@distillation_gradient.mistake(SQUARE)
def square_of_the_temperature_missing(student: Array, teacher: Array, temperature: float) -> Any:
    """This is the gradient of the loss without its factor of T²: hot errors are divided by T once
    more.

    What does the factor in front of the loss do to its gradient?
    """
    return _softened_errors(student, teacher, temperature) / temperature / len(student)


@distillation_gradient.mistake(ONE_SOFTENED)
def only_the_teacher_softened(student: Array, teacher: Array, temperature: float) -> Any:
    """The student answers at temperature 1, and is compared with a softened teacher.

    A student with the teacher's scores should have a gradient of zero. Has yours?
    """
    return temperature * _teacher_softened(student, teacher, temperature) / len(student)


@distillation_gradient.mistake(ONE_SOFTENED)
def only_the_student_softened(student: Array, teacher: Array, temperature: float) -> Any:
    """The teacher answers at temperature 1, and the softened student is compared with it.

    A student with the teacher's scores should have a gradient of zero. Has yours?
    """
    return temperature * _student_softened(student, teacher, temperature) / len(student)


@distillation_gradient.mistake(SOFTEN)
def pointing_uphill_for_the_teacher(student: Array, teacher: Array, temperature: float) -> Any:
    """The sign is turned round: this is teacher minus student, the direction of descent.

    Where the student gives a class too much, should its gradient be positive or negative?
    """
    return -temperature * _softened_errors(student, teacher, temperature) / len(student)


@distillation_gradient.mistake(SOFTEN)
def sum_instead_of_mean(student: Array, teacher: Array, temperature: float) -> Any:
    """This is the gradient of the sum over the examples, not of their mean.

    Twice as many examples: should the gradient of the mean double?
    """
    return temperature * _softened_errors(student, teacher, temperature)


@distillation_gradient.mistake(SOFTEN)
def mean_over_all_entries(student: Array, teacher: Array, temperature: float) -> Any:
    """It is divided by the number of all scores, examples times classes.

    The loss is one number per example. How many of them are averaged?
    """
    return temperature * _softened_errors(student, teacher, temperature) / student.size


@distillation_gradient.mistake(SQUARE)
def scores_compared_instead_of_probabilities(
    student: Array, teacher: Array, temperature: float
) -> Any:
    """The centred scores are compared, divided by the number of classes: that is the hot limit.

    It is close only where T is large against the scores. What does it stand for at T = 1?
    """
    centred = student - student.mean(axis=1, keepdims=True)
    aim = teacher - teacher.mean(axis=1, keepdims=True)
    return (centred - aim) / student.shape[1] / len(student)


@distillation_gradient.mistake(SOFTEN)
def exponentials_too_large(student: Array, teacher: Array, temperature: float) -> Any:
    """The exponential of a large score overflows, and what is left is nan.

    What did chapter 2 subtract first?
    """
    errors = naive_softmax(student / temperature) - naive_softmax(teacher / temperature)
    return temperature * errors / len(student)


LESSON = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
TAUGHT = np.array([[3.0, 0.0, 1.0], [0.0, 1.0, 4.0]])


@chapter.exercise(
    probes=[
        (np.array([[1.0, 1.0]]), np.array([[0.0, 2.0]]), 1.0, 1.0, 1),
        (LESSON, TAUGHT, 2.0, 0.5, 1),
        (LESSON, TAUGHT, 2.0, 0.5, 2),
        (LESSON[::-1, :2], np.array([[1.0, 3.0, 2.0], [4.0, 0.0, 0.5]]), 5.0, 0.25, 4),
        (LESSON, np.array([[1000.0, 0.0], [0.0, 1.0]]), 0.5, 1.0, 3),
    ],
    further=[
        (UNROUNDED[:, :3], UNROUNDED[::-1], 2.5, 0.3, 3),
        (UNROUNDED[:, 1:], 30 * UNROUNDED, 4.0, 0.7, 2),
        (np.array([[1500.0, 0.0, 1.0], [1.0, 1499.0, 1.0]]), LARGEST_LAST[[0, 0]], 1.0, 2.0, 3),
        (LESSON, np.array([BOTH_FAR[0], BOTH_FAR[1]]), 1.5, 0.5, 3),
    ],
)
def distil(features: Array, answers: Array, temperature: float, rate: float, steps: int) -> Any:
    """Train a student by gradient descent from zero on the mean of T² H, and return its weights."""
    return _descended(features, answers, temperature, rate, steps)


def _descended(
    features: Array,
    answers: Array,
    temperature: float,
    rate: float,
    steps: int,
    errors: Any = _softened_errors,
    factor: float = 1.0,
) -> Array:
    """Descend with the softened errors, or with others, times T and another factor."""
    weights = np.zeros((features.shape[1], answers.shape[1]))
    pull = rate * temperature * factor / len(features)
    for _ in range(steps):
        wrong = errors(features @ weights, answers, temperature)
        weights = weights - pull * features.T @ wrong
    return weights


@distil.mistake(SQUARE)
def one_factor_of_the_temperature_too_many(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """Each step is the temperature times too long: the square of it stands in the gradient.

    The loss has a factor of T², and the scores enter it as quotients. What does the chain rule
    leave of the square?
    """
    return _descended(features, answers, temperature, rate, steps, factor=temperature)


@distil.mistake(SQUARE)
def step_without_the_temperature(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """The errors of the softened probabilities come without a factor, and hot steps are too short.

    The loss has a factor of T², and the chain rule takes one T away. What remains?
    """
    return _descended(features, answers, temperature, rate, steps, factor=1 / temperature)


@distil.mistake(SQUARE)
def loss_without_the_square(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """This descends on the loss without its factor of T²: hot errors are divided by T once more.

    What does the factor in front of the loss do to its gradient?
    """
    return _descended(features, answers, temperature, rate, steps, factor=1 / temperature**2)


@distil.mistake(ONE_SOFTENED)
def student_not_softened(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """The student learns at temperature 1 what the teacher says at another one.

    Its scores will be too small by the temperature. At which temperature should it answer while it
    learns?
    """
    return _descended(features, answers, temperature, rate, steps, _teacher_softened)


@distil.mistake(ONE_SOFTENED)
def student_not_softened_and_step_without_the_temperature(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """Two things: the student learns at temperature 1, and no step is multiplied by a temperature.

    Begin with the first: at which temperature should it answer while it learns?
    """
    without = 1 / temperature
    return _descended(features, answers, temperature, rate, steps, _teacher_softened, without)


@distil.mistake(ONE_SOFTENED)
def teacher_not_softened(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """The softened student is compared with a teacher at temperature 1.

    The small probabilities of the teacher stay small then. What was to bring them out?
    """
    return _descended(features, answers, temperature, rate, steps, _student_softened)


@distil.mistake(SOFTEN)
def scores_of_the_teacher_taken_for_probabilities(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """The student's probabilities are compared with the teacher's scores, which are none.

    Which function turns the answers into a distribution, and what is divided before?
    """

    def errors(student: Array, teacher: Array, temperature: float) -> Any:
        return softmax(student / temperature) - teacher

    return _descended(features, answers, temperature, rate, steps, errors)


@distil.mistake(TWENTY)
def teacher_reduced_to_a_label(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """Only the teacher's favourite class is taught, as if its answers were labels.

    What did the other scores say about the image?
    """

    def errors(student: Array, teacher: Array, temperature: float) -> Any:
        return softmax(student / temperature) - np.eye(teacher.shape[1])[teacher.argmax(axis=1)]

    return _descended(features, answers, temperature, rate, steps, errors)


@distil.mistake(SOFTEN)
def climbing_instead_of_descending(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """Each step goes uphill: the student moves away from its teacher.

    The gradient has the sign of student minus teacher. Is it added or subtracted?
    """
    return _descended(features, answers, temperature, rate, steps, factor=-1)


@distil.mistake(SOFTEN)
def steps_of_the_sum(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """Each step follows the gradient of the sum over the images, not of their mean.

    Twice as many images: should a step become twice as long?
    """
    return _descended(features, answers, temperature, rate, steps, factor=len(features))


@distil.mistake(SOFTEN)
def divided_by_the_number_of_all_scores(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """Each step is divided by the number of all scores, images times classes.

    The loss is one number per image. How many of them are averaged?
    """
    return _descended(features, answers, temperature, rate, steps, factor=1 / answers.shape[1])


@distil.mistake(SOFTEN)
def same_gradient_in_every_step(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """The errors of the untrained student are used in every step, so all steps are alike.

    After the first step the student answers something else. What has to be computed anew?
    """
    return steps * _descended(features, answers, temperature, rate, 1)


@distil.mistake(TWENTY)
def only_one_step(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """One step is made, however many are asked for.

    Is your `return` inside of the loop, or do the weights begin at zero again in each round?
    """
    return _descended(features, answers, temperature, rate, 1)


@distil.mistake(TWENTY)
def one_step_too_many(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """One step more is made than was asked for.

    How often does your loop run if the number of steps is 1?
    """
    return _descended(features, answers, temperature, rate, steps + 1)


@distil.mistake(SOFTEN)
def scores_of_the_student_returned(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """These are the trained student's scores for the images, and its weights were asked for.

    What does somebody need who wants to classify another image?
    """
    return features @ _descended(features, answers, temperature, rate, steps)


@distil.mistake(SOFTEN)
def exponentials_that_overflow(
    features: Array, answers: Array, temperature: float, rate: float, steps: int
) -> Any:
    """The exponential of a large score overflows, and what is left is nan.

    What did chapter 2 subtract first?
    """

    def errors(student: Array, teacher: Array, temperature: float) -> Any:
        return naive_softmax(student / temperature) - naive_softmax(teacher / temperature)

    return _descended(features, answers, temperature, rate, steps, errors)
