defmodule Measure.Clients do
  @moduledoc """
  Clients on one node, each a process that makes its next call when the last has returned.

  Calls per second come from loops that look at no clock, times from others, run after them, in which
  the end of one call is the beginning of the next. What times are put into is counted apart, every
  500 calls, and that pause is not part of any time.
  """

  alias Measure.Histogram
  alias MyApp.{Worker, Workers}

  @states {:initialized, :working, :finalized}
  @pause_every 500

  @doc """
  Calls for a while; to be run on a node. `calls` is a list for each client, which goes through its
  own again and again. Returns the calls per second and the times in nanoseconds, as a histogram.
  """
  def run(calls, %{warm_millis: warm, count_millis: count, time_millis: time}) do
    count_for(calls, warm)
    per_second = count_for(calls, count)
    {per_second, time_for(calls, time)}
  end

  @doc "Makes each call once, the clients taking turns; the same results."
  def run_once(calls, clients, limit_millis) do
    calls = List.to_tuple(calls)
    next = :atomics.new(1, [])
    histogram = Histogram.new()
    began = now()
    until = began + millis(limit_millis)

    together(List.duplicate([], clients), fn _ -> take(calls, next, until, now(), histogram) end)
    counts = Histogram.counts(histogram)
    {Enum.sum(Map.values(counts)) * 1.0e9 / (now() - began), counts}
  end

  @doc "The bytes that a node uses when all its processes have collected their garbage."
  def live_bytes do
    Enum.each(Process.list(), &:erlang.garbage_collect/1)
    :erlang.memory(:total)
  end

  defp take(calls, next, until, before, histogram) do
    i = :atomics.add_get(next, 1, 1) - 1

    if i < tuple_size(calls) and before < until do
      call(elem(calls, i))
      after_it = now()
      Histogram.add(histogram, after_it - before)
      take(calls, next, until, now(), histogram)
    end
  end

  defp count_for(calls, millis) do
    stop = :atomics.new(1, [])
    began = now()
    spawn_link(fn -> Process.sleep(millis) && :atomics.put(stop, 1, 1) end)
    total = calls |> together(&count(&1, &1, stop, 0)) |> Enum.sum()
    total * 1.0e9 / (now() - began)
  end

  defp count([], all, stop, done), do: count(all, all, stop, done)

  defp count([call | rest], all, stop, done) do
    if :atomics.get(stop, 1) == 1 do
      done
    else
      call(call)
      count(rest, all, stop, done + 1)
    end
  end

  defp time_for(calls, millis) do
    histogram = Histogram.new()
    until = now() + millis(millis)
    together(calls, &time(&1, &1, until, now(), [], 0, histogram))
    Histogram.counts(histogram)
  end

  defp time(_calls, _all, until, before, times, _n, histogram) when before >= until,
    do: Enum.each(times, &Histogram.add(histogram, &1))

  defp time(calls, all, until, _before, times, @pause_every, histogram) do
    Enum.each(times, &Histogram.add(histogram, &1))
    time(calls, all, until, now(), [], 0, histogram)
  end

  defp time([], all, until, before, times, n, histogram),
    do: time(all, all, until, before, times, n, histogram)

  defp time([call | rest], all, until, before, times, n, histogram) do
    call(call)
    now = now()
    time(rest, all, until, now, [now - before | times], n + 1, histogram)
  end

  # Starts a process for each, and lets them go when all are there.
  defp together(each, body) do
    tasks =
      for one <- each do
        Task.async(fn ->
          receive do
            :go -> body.(one)
          end
        end)
      end

    Enum.each(tasks, &send(&1.pid, :go))
    Task.await_many(tasks, :infinity)
  end

  defp call({:get, id}), do: {:ok, _} = MyApp.get_entity(id)
  defp call({:get_bare, id}), do: {:ok, _} = Worker.get_entity(id)
  defp call({:set, id, i}), do: {:ok, _} = MyApp.set_entity_state(id, elem(@states, rem(i, 3)))
  defp call({:start, id}), do: {:ok, _} = Workers.get_or_start(id)

  # The process alone: no name, so nobody else has to be asked.
  defp call({:start_unnamed, id}) do
    start = {GenServer, :start_link, [Worker, id]}
    {:ok, _} = DynamicSupervisor.start_child(Workers, %{id: id, start: start})
  end

  defp now, do: :erlang.monotonic_time(:nanosecond)

  defp millis(millis), do: millis * 1_000_000
end
