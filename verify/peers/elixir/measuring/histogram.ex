defmodule Measure.Histogram do
  @moduledoc """
  Counts times in nanoseconds, exactly below 256 and within 0.4 % above, up to a quarter of an hour.
  Any number of processes of one node may add to it.
  """

  import Bitwise

  @exact 256
  @steps 128
  @largest 1 <<< 40
  @size 5000

  def new, do: :counters.new(@size, [:atomics])

  def add(histogram, nanos), do: :counters.add(histogram, index(nanos) + 1, 1)

  @doc "What was counted, as something that can be sent to another node."
  def counts(histogram) do
    for i <- 1..@size, (n = :counters.get(histogram, i)) > 0, into: %{}, do: {i - 1, n}
  end

  def merge(counts), do: Enum.reduce(counts, %{}, &Map.merge(&1, &2, fn _, a, b -> a + b end))

  @doc "The time that this fraction of all did not exceed, or `nil` if there were none."
  def quantile(counts, _fraction) when counts == %{}, do: nil

  def quantile(counts, fraction) do
    rank = max(1, ceil(fraction * Enum.sum(Map.values(counts))))

    counts
    |> Enum.sort()
    |> Enum.reduce_while(0, fn {i, n}, seen ->
      if seen + n >= rank, do: {:halt, {:found, value(i)}}, else: {:cont, seen + n}
    end)
    |> elem(1)
  end

  defp index(nanos) when nanos < 0, do: 0
  defp index(nanos) when nanos < @exact, do: nanos
  defp index(nanos) when nanos >= @largest, do: index(@largest - 1)

  defp index(nanos) do
    shift = trunc(:math.log2(nanos)) - 7
    @exact + (shift - 1) * @steps + (nanos >>> shift) - @steps
  end

  defp value(i) when i < @exact, do: i

  defp value(i) do
    shift = div(i - @exact, @steps) + 1
    (rem(i - @exact, @steps) + @steps + 0.5) * (1 <<< shift)
  end
end
