defmodule HistogramTest do
  use ExUnit.Case, async: true
  alias Measure.Histogram

  test "quantiles are within 0.4 % of the exact ones" do
    times = for i <- 1..20_000, do: i * i
    histogram = Histogram.new()
    Enum.each(times, &Histogram.add(histogram, &1))
    counts = Histogram.counts(histogram)

    for fraction <- [0.001, 0.01, 0.5, 0.9, 0.99, 1.0] do
      exact = Enum.at(times, max(1, ceil(fraction * 20_000)) - 1)
      assert_in_delta Histogram.quantile(counts, fraction), exact, exact * 0.004
    end
  end

  test "nothing and the absurd are counted, too" do
    assert Histogram.quantile(%{}, 0.5) == nil
    histogram = Histogram.new()
    Enum.each([-1, 0, 1_000_000_000_000_000], &Histogram.add(histogram, &1))
    counts = Histogram.counts(histogram)
    assert Enum.sum(Map.values(counts)) == 3
    assert Histogram.quantile(counts, 0.5) == 0
    assert Histogram.merge([counts, counts]) |> Map.values() |> Enum.sum() == 6
  end
end
