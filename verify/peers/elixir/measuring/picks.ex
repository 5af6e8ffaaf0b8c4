defmodule Measure.Picks do
  @moduledoc "Which entities clients ask for, chosen before they begin, the same at each run."

  # As many for each client as keep its list short enough to stay near the processor.
  @all_clients 40_000
  @least 200

  @doc "One list of calls for each client."
  def calls(clients, kind, ids) do
    for client <- 1..clients do
      :rand.seed(:exsss, client)
      for i <- 1..max(@least, div(@all_clients, clients)), do: call(kind, ids, i)
    end
  end

  # YCSB's: a fraction of reads, and a few entities that are asked for far more often than others.
  defp call({:mix, reads}, ids, i) do
    if :rand.uniform() < reads, do: {:get, popular(ids)}, else: {:set, popular(ids), i}
  end

  defp call(:set, ids, i), do: {:set, any(ids), i}
  defp call(kind, ids, _i), do: {kind, any(ids)}

  defp any(%{names: names}), do: elem(names, :rand.uniform(tuple_size(names)) - 1)

  defp popular(%{names: names, sums: sums}),
    do: elem(names, find(sums, :rand.uniform() * elem(sums, tuple_size(sums) - 1)))

  @doc "Entities to choose from, with the weights of a Zipf distribution of exponent 0.99."
  def from(names) do
    {sums, _} = Enum.map_reduce(1..length(names), 0.0, &add_weight/2)
    %{names: List.to_tuple(names), sums: List.to_tuple(sums)}
  end

  defp add_weight(rank, sum) do
    sum = sum + 1 / :math.pow(rank, 0.99)
    {sum, sum}
  end

  # The first whose sum of weights reaches the wanted one.
  defp find(sums, wanted, low \\ 0, high \\ nil)
  defp find(sums, wanted, low, nil), do: find(sums, wanted, low, tuple_size(sums) - 1)
  defp find(_sums, _wanted, same, same), do: same

  defp find(sums, wanted, low, high) do
    middle = div(low + high, 2)

    if elem(sums, middle) >= wanted,
      do: find(sums, wanted, low, middle),
      else: find(sums, wanted, middle + 1, high)
  end
end
