defmodule Measure.Works do
  @moduledoc "What is measured. Each work gives a result or several, on nodes of its own."

  alias Measure.{Clients, Histogram, Picks, Takeover, TwoNodes}

  @steady %{
    "get-own-bare" => {:get_bare, :own},
    "get-own" => {:get, :own},
    "get-elsewhere-bare" => {:get_bare, :elsewhere},
    "get-elsewhere" => {:get, :elsewhere},
    "set-own" => {:set, :own},
    "set-elsewhere" => {:set, :elsewhere},
    "set-own-synced" => {:set, :own},
    "ycsb-a" => {{:mix, 0.5}, :both},
    "ycsb-b" => {{:mix, 0.95}, :both},
    "ycsb-c" => {{:mix, 1.0}, :both}
  }
  @starts %{"activate-here" => :start_unnamed, "activate" => :start, "activate-both" => :start}
  @order ~w(get-own-bare get-own get-elsewhere-bare get-elsewhere set-own set-elsewhere
    set-own-synced ycsb-a ycsb-b ycsb-c activate-here activate activate-both memory failover-kill)
  @on_demand ~w(failover-freeze)

  def usual, do: @order
  def all, do: @order ++ @on_demand

  @doc "Measures these works once, and hands each result to `tell`."
  def run(works, options, tell) do
    {steady, others} = Enum.split_with(works, &is_map_key(@steady, &1))
    if steady != [], do: on_new_nodes(&run_steady(&1, steady, options, tell))

    for work <- others, entities <- sizes(work, options) do
      on_new_nodes(&run_other(&1, work, entities, options, tell))
    end
  end

  defp sizes("memory", options), do: [options.crowd]
  defp sizes("failover-kill", options), do: [1, options.entities]
  defp sizes("failover-freeze", _options), do: [1]
  defp sizes(_start, options), do: [options.cold]

  defp on_new_nodes(body) do
    nodes = TwoNodes.start()

    try do
      TwoNodes.settle(nodes)
      body.(nodes)
    after
      TwoNodes.stop(nodes)
    end
  end

  # All on the same two nodes: each work leaves to the next what it found.
  defp run_steady(nodes, works, options, tell) do
    own = names("own", options.entities)
    elsewhere = names("elsewhere", options.entities)
    TwoNodes.create(nodes, own ++ elsewhere)
    start_all(nodes.foo, own)
    start_all(nodes.bar, elsewhere)

    # Of entities that both nodes are asked for, every second lives on either.
    both = Enum.zip_with(own, elsewhere, &[&1, &2]) |> Enum.concat() |> Enum.take(options.entities)
    ids = Map.new([own: own, elsewhere: elsewhere, both: both], fn {k, v} -> {k, Picks.from(v)} end)

    for work <- works, clients <- options.clients do
      {kind, place} = @steady[work]
      synced(nodes, work == "set-own-synced")
      asked = if place == :both and clients > 1, do: [nodes.foo, nodes.bar], else: [nodes.foo]
      calls = Picks.calls(clients, kind, ids[place])
      parts = Enum.chunk_every(calls, div(clients, length(asked)))

      Enum.zip(asked, parts)
      |> in_parallel(fn {node, part} -> TwoNodes.on(node, Clients, :run, [part, options]) end)
      |> tell_times(work, clients, options.entities, tell)
    end
  end

  defp run_other(nodes, work, entities, options, tell) when is_map_key(@starts, work) do
    asked = if work == "activate-both", do: [nodes.foo, nodes.bar], else: [nodes.foo]

    for clients <- options.clients, clients >= length(asked) do
      asked
      |> Enum.with_index(fn node, i -> {node, names("cold-#{clients}-#{i}", entities)} end)
      |> Enum.map(fn {node, ids} ->
        TwoNodes.create(nodes, ids)
        {node, Enum.map(ids, &{@starts[work], &1})}
      end)
      |> in_parallel(fn {node, calls} ->
        arguments = [calls, div(clients, length(asked)), options.cold_limit_millis]
        TwoNodes.on(node, Clients, :run_once, arguments)
      end)
      |> tell_times(work, clients, entities * length(asked), tell)
    end
  end

  defp run_other(nodes, "memory", entities, _options, tell) do
    ids = names("own", entities)
    TwoNodes.create(nodes, ids)
    before = live_bytes(nodes)
    start_all(nodes.foo, ids)
    [here, elsewhere] = Enum.zip_with(live_bytes(nodes), before, &((&1 - &2) / entities))
    tell.(%{work: "memory", concurrency: 1, entities: entities, bytes: here, elsewhere: elsewhere})
  end

  defp run_other(nodes, "failover-" <> how = work, entities, options, tell) do
    ids = names("elsewhere", entities)
    TwoNodes.create(nodes, ids)
    start_all(nodes.bar, ids)
    limit = options.takeover_limit_millis
    asking = Task.async(fn -> TwoNodes.on(nodes.foo, Takeover, :await, [ids, limit]) end)
    Process.sleep(500)
    TwoNodes.signal(nodes.bar, Map.fetch!(%{"kill" => "KILL", "freeze" => "STOP"}, how))

    nanos =
      with :never <- Task.await(asking, :infinity) do
        Measure.say("#{work}: foo did not answer for all within #{div(limit, 1000)} s")
        nil
      end

    tell.(%{work: work, concurrency: 1, entities: entities, median: nanos})
  end

  defp names(prefix, count), do: for(i <- 1..count, do: "#{prefix}-#{i}")

  defp start_all(node, ids) do
    calls = Enum.map(ids, &{:start, &1})
    {_, counts} = TwoNodes.on(node, Clients, :run_once, [calls, 1, :timer.hours(1)])
    true = Enum.sum(Map.values(counts)) == length(ids)
  end

  defp synced(nodes, synced) do
    for node <- [nodes.foo, nodes.bar],
        do: TwoNodes.on(node, Application, :put_env, [:my_app, :synced, synced])
  end

  defp live_bytes(nodes),
    do: Enum.map([nodes.foo, nodes.bar], &TwoNodes.on(&1, Clients, :live_bytes, []))

  defp in_parallel(each, body),
    do: each |> Enum.map(&Task.async(fn -> body.(&1) end)) |> Task.await_many(:infinity)

  defp tell_times(parts, work, clients, entities, tell) do
    counts = parts |> Enum.map(&elem(&1, 1)) |> Histogram.merge()

    tell.(%{
      work: work,
      concurrency: clients,
      entities: entities,
      median: Histogram.quantile(counts, 0.5),
      p99: Histogram.quantile(counts, 0.99),
      per_second: parts |> Enum.map(&elem(&1, 0)) |> Enum.sum()
    })
  end
end
