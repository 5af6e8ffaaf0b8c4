defmodule Measure.Takeover do
  @moduledoc """
  A client on one node that asks for what lives on the other, while that one fails. Run there.
  """

  @doc """
  Asks until everything is answered by a process of this node, or too much time has passed. Returns
  the nanoseconds from the last answer of the other node to that, or `:never`.
  """
  def await(ids, limit_millis) do
    until = now() + limit_millis * 1_000_000
    last = before_it_fails(ids, ids, now(), until)
    if taken_over?(ids, until), do: now() - last, else: :never
  end

  defp before_it_fails([], all, last, until), do: before_it_fails(all, all, last, until)

  defp before_it_fails([id | rest], all, last, until) do
    cond do
      now() > until -> last
      ask(id) and not here?(id) -> before_it_fails(rest, all, now(), until)
      true -> last
    end
  end

  defp taken_over?(ids, until), do: Enum.all?(ids, &answered_here?(&1, until))

  defp answered_here?(id, until) do
    cond do
      ask(id) and here?(id) -> true
      now() > until -> false
      true -> Process.sleep(1) && answered_here?(id, until)
    end
  end

  # A call to a process that ends, or whose node does, exits; so does one that takes five seconds.
  defp ask(id) do
    match?({:ok, _}, MyApp.get_entity(id))
  catch
    :exit, _reason -> false
  end

  defp here?(id) do
    process = :global.whereis_name(id)
    is_pid(process) and node(process) == node()
  end

  defp now, do: :erlang.monotonic_time(:nanosecond)
end
