"""On Dask the answers are those of SciPy, and a worker needs memory for a few chunks."""

import dask
import dask.array as da
import distributed
import numpy as np
import pytest
import scipy.special

from softmax_course import scale


@pytest.fixture(scope="module", autouse=True)
def in_this_thread():
    with dask.config.set(scheduler="synchronous"):
        yield


CHUNKS = [(1, 1), (2, 5), (7, 13), (3, (1, 12)), ((4, 3), (6, 6, 1))]


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_any_chunks_give_scipys_answers(chunks, dtype, axis):
    z = np.random.default_rng(0).normal(scale=20, size=(7, 13)).astype(dtype)
    x = da.from_array(z, chunks=chunks)
    rtol = 200 * np.finfo(dtype).eps
    for keepdims in (False, True):
        got = scale.logsumexp(x, axis, keepdims=keepdims)
        expected = scipy.special.logsumexp(z, axis=axis, keepdims=keepdims)
        assert got.dtype == dtype
        assert got.shape == expected.shape
        np.testing.assert_allclose(got.compute(), expected, rtol=rtol)
    got = scale.softmax(x, axis)
    assert (got.dtype, got.chunks) == (dtype, x.chunks)
    np.testing.assert_allclose(got.compute(), scipy.special.softmax(z, axis=axis), rtol=rtol)


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_chunks_give_the_cross_entropy(chunks, dtype):
    rng = np.random.default_rng(1)
    z, t = rng.normal(scale=5, size=(7, 13)).astype(dtype), rng.integers(0, 13, 7)
    expected = -scipy.special.log_softmax(z.astype(float), axis=1)[np.arange(7), t]
    x, rtol = da.from_array(z, chunks=chunks), 100 * np.finfo(dtype).eps
    for targets in (t, da.from_array(t, chunks=2), t.tolist()):
        losses = scale.cross_entropy(x, targets, reduction="none")
        np.testing.assert_allclose(losses.compute(), expected, rtol=rtol)
    np.testing.assert_allclose(scale.cross_entropy(x, t).compute(), expected.mean(), rtol=rtol)
    total = scale.cross_entropy(x, t, reduction="sum")
    np.testing.assert_allclose(total.compute(), expected.sum(), rtol=rtol)


@pytest.mark.parametrize(
    "row",
    [
        [-np.inf] * 4,
        [-np.inf, -np.inf, 1.0, 3.0],
        [1.0, 3.0, -np.inf, -np.inf],
        [1.0, np.inf, 2.0, 0.0],
        [1.0, 0.0, np.nan, np.inf],
        [1000.0, 0.0, 0.0, 1000.0],
        [-1e308, 0.0, 0.0, 1e308],
    ],
)
def test_edge_cases_are_those_of_scipy(row):
    x = da.from_array(np.array(row), chunks=2)
    with np.errstate(all="ignore"):
        total, shares = scipy.special.logsumexp(row), scipy.special.softmax(row)
    np.testing.assert_allclose(scale.logsumexp(x).compute(), total, rtol=1e-15)
    np.testing.assert_allclose(scale.softmax(x).compute(), shares, rtol=1e-15)


def test_a_huge_score_does_not_swallow_the_loss():
    z = da.from_array(np.array([[1e17, 1e17]]), chunks=1)
    np.testing.assert_allclose(scale.cross_entropy(z, [1]).compute(), np.log(2), rtol=1e-15)


def test_integers_and_float16_are_promoted():
    z = np.array([[127, -128, 0]], np.int8)
    assert scale.logsumexp(da.from_array(z, chunks=1)).compute() == [127]
    half = scale.softmax(da.from_array(np.float16([1, 3, 2]), chunks=2)).compute()
    np.testing.assert_allclose(half, scipy.special.softmax([1, 3, 2]), rtol=1e-6)


def test_what_does_not_fit_is_refused():
    x = da.zeros((3, 4), chunks=2)
    with pytest.raises(TypeError, match="must be a dask array"):
        scale.logsumexp(np.zeros((3, 4)))
    with pytest.raises(TypeError, match="must be real numbers"):
        scale.softmax(x.astype(complex))
    with pytest.raises(ValueError, match="do not fit logits"):
        scale.cross_entropy(x, [1, 2])
    with pytest.raises(ValueError, match="reduction must be"):
        scale.cross_entropy(x, [1, 2, 3], reduction="max")
    assert np.isnan(scale.cross_entropy(x, [1, 2, 4], reduction="none").compute()[2])


def test_the_second_look_reads_again_and_waits_for_the_first_to_end():
    looks = []

    def chunk(block_info=None):
        looks.append(tuple(block_info[None]["chunk-location"]))
        return np.ones((2, 2))

    x = da.map_blocks(chunk, chunks=((2, 2), (2, 2)), dtype=float, meta=np.empty((0, 0)))
    np.testing.assert_array_equal(scale.softmax(x).compute(), np.full((4, 4), 0.25))
    assert len(looks) == 8
    assert set(looks[:4]) == set(looks[4:]) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def naive(x):
    e = da.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def test_a_worker_whose_memory_the_naive_form_exceeds_computes_ours():
    """400 MB of scores, each row in all chunks, and 330 MB for a worker and its code."""
    strict = {
        "distributed.worker.memory.target": False,  # no spilling to disk,
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.pause": False,
        "distributed.worker.memory.terminate": 0.95,
        "distributed.scheduler.allowed-failures": 0,
        "distributed.nanny.environ.MALLOC_TRIM_THRESHOLD_": 65536,
    }
    with dask.config.set(strict):
        cluster = distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            memory_limit="330MB",
            dashboard_address=":0",
            silence_logs=50,
        )
        with cluster, distributed.Client(cluster) as client:
            x = da.random.default_rng(0).normal(size=(1000, 50_000), chunks=(1000, 1000))
            largest = scale.softmax(x).max(axis=1)
            worst, total = client.gather(client.compute([largest.min(), scale.logsumexp(x).mean()]))
            assert 0 < worst < 1
            assert abs(total - (np.log(50_000) + 0.5)) < 0.01  # E[exp] of a normal number
            with pytest.raises(distributed.KilledWorker):
                client.compute(naive(x).max(axis=1)).result()
