import pytest

from tests.load.figures import percentile


@pytest.mark.parametrize(("percent", "told"), [(50, 5), (90, 9), (99, 10), (100, 10)])
def test_a_percentile_is_one_of_the_sample(percent: float, told: float) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], percent) == told


def test_of_nothing_there_is_no_percentile() -> None:
    with pytest.raises(ValueError, match="empty"):
        percentile([], 50)
