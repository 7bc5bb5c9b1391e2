"""Random numbers of a sample: the same whoever asks, correlated as stated, and more of them extend the first."""

from __future__ import annotations

import numpy as np
import pytest

from treasury_sim.domain.result import Method
from treasury_sim.market.sampling import CHUNK, REPLICATES, Sample, rounded_up
from treasury_sim.market.sampling.sobol import COORDINATES

METHODS: list[Method] = ["sobol", "pseudorandom"]


def sample(method: Method, paths: int = CHUNK, correlation: float = 0.0) -> Sample:
    loadings = np.array([[1.0, 0.0], [correlation, np.sqrt(1.0 - correlation**2)]])
    return Sample(7, paths, method, ("BTC", "ETH"), loadings)


@pytest.mark.parametrize(
    ("method", "asked", "drawn"),
    [
        ("sobol", 1, 16),
        ("sobol", 16, 16),
        ("sobol", 17, 32),
        ("sobol", 100_000, 131_072),
        ("pseudorandom", 1, CHUNK),
        ("pseudorandom", 8_193, 3 * CHUNK),
    ],
)
def test_counts_are_rounded_up(method: Method, asked: int, drawn: int) -> None:
    assert rounded_up(asked, method) == drawn


@pytest.mark.parametrize("method", METHODS)
def test_the_same_questions_have_the_same_answers(method: Method) -> None:
    def answers() -> list[float]:
        noise = sample(method, 2 * CHUNK).noise(1)
        drawn = [noise.normals("BTC", 3), noise.exponentials("BTC", 2), noise.uniforms("ETH", 2)]
        return [float(array.sum()) for array in drawn] + [float(noise.generator("days").random())]

    assert answers() == answers()


@pytest.mark.parametrize("method", METHODS)
def test_numbers_are_distributed_as_they_say(method: Method) -> None:
    noise = sample(method).noise(0)
    normals, exponentials = noise.normals("BTC", 4), noise.exponentials("BTC", 4)
    uniforms = noise.uniforms("BTC", 4)
    assert normals.shape == exponentials.shape == uniforms.shape == (CHUNK, 4)
    assert abs(normals.mean()) < 4.0 / np.sqrt(normals.size)
    assert abs(normals.var() - 1.0) < 4.0 * np.sqrt(2.0 / normals.size)
    assert abs(exponentials.mean() - 1.0) < 4.0 / np.sqrt(exponentials.size)
    assert 0.0 < uniforms.min()
    assert uniforms.max() < 1.0
    assert (exponentials > 0.0).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("correlation", [0.0, 0.8, -1.0])
def test_columns_of_two_assets_are_correlated(method: Method, correlation: float) -> None:
    """Whoever is asked first, and also where one asks for more."""
    noise = sample(method, correlation=correlation).noise(0)
    ether, bitcoin = noise.normals("ETH", 2), noise.normals("BTC", 3)
    for column in range(2):
        found = np.corrcoef(ether[:, column], bitcoin[:, column])[0, 1]
        assert found == pytest.approx(correlation, abs=4.0 / np.sqrt(CHUNK))
    assert abs(np.corrcoef(ether[:, 0], bitcoin[:, 2])[0, 1]) < 4.0 / np.sqrt(CHUNK)


@pytest.mark.parametrize("count", [5, COORDINATES + 8])
def test_more_paths_extend_a_sobol_sample(count: int) -> None:
    """Also past the coordinates that the sequence has, where random numbers take over."""
    few, many = (Sample(3, paths, "sobol", ("BTC",), np.eye(1)).noise(0) for paths in (256, 1_024))
    np.testing.assert_array_equal(many.normals("BTC", count)[:256], few.normals("BTC", count))
    np.testing.assert_array_equal(many.exponentials("BTC", 3)[:256], few.exponentials("BTC", 3))


def test_a_replicate_is_every_sixteenth_path() -> None:
    """Each replicate of a sobol sample is evenly spread on its own."""
    uniforms = Sample(3, 1_024, "sobol", ("BTC",), np.eye(1)).noise(0).uniforms("BTC", 2)
    for replicate in range(REPLICATES):
        own = uniforms[replicate::REPLICATES]
        np.testing.assert_array_equal(np.sort((own[:, 1] * 64).astype(int)), np.arange(64))


def test_a_named_stream_is_the_same_for_every_asset() -> None:
    noise = sample("pseudorandom").noise(0)
    assert noise.generator("days").random() == noise.generator("days").random()
    assert noise.generator("days").random() != noise.generator("nights").random()
    assert noise.generator("days").random() != sample("pseudorandom", 2 * CHUNK).noise(1).generator("days").random()
