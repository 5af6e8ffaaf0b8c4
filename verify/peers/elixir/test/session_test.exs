defmodule SessionTest do
  @moduledoc "The article's session on two processes, in its happy form and in the other one."

  use ExUnit.Case
  alias Measure.TwoNodes

  setup_all do
    nodes = TwoNodes.start()
    on_exit(fn -> Enum.each([nodes.foo, nodes.bar], &TwoNodes.signal(&1, "KILL")) end)
    %{nodes: nodes, foo: nodes.foo, bar: nodes.bar}
  end

  setup %{nodes: nodes} = context do
    TwoNodes.restart(nodes, Map.get(context, :settings, []))
    TwoNodes.settle(nodes)
    TwoNodes.create(nodes, ["entity_1", "entity_2"])
  end

  defp get(node, id) do
    {:ok, %{id: ^id, state: state}} = TwoNodes.on(node, MyApp, :get_entity, [id])
    state
  end

  defp set(node, id, state) do
    {:ok, %{id: ^id, state: ^state}} = TwoNodes.on(node, MyApp, :set_entity_state, [id, state])
  end

  defp process(node, id), do: TwoNodes.on(node, :global, :whereis_name, [id])

  # For a moment after its end, a process still has its name, and whoever asks for it is told so.
  defp await_another(node, id, ended) do
    TwoNodes.await("another process than that which ended", fn ->
      answers?(node, id) and process(node, id) != ended
    end)
  end

  defp answers?(node, id) do
    match?({:ok, _entity}, TwoNodes.on(node, MyApp, :get_entity, [id]))
  catch
    :exit, {:exception, _reason} -> false
  end

  defp file(nodes, id), do: File.read!(Path.join(nodes.folder, id))

  # Either node may be the one that tells.
  defp said?(nodes, words), do: Enum.any?([nodes.foo, nodes.bar], &(File.read!(&1.log) =~ words))

  defp connect(foo, bar), do: assert(TwoNodes.on(foo, Node, :connect, [bar.name]))

  test "on one server, what was set is what is got", %{nodes: nodes, foo: foo} do
    assert get(foo, "entity_1") == :initialized
    set(foo, "entity_1", :working)
    set(foo, "entity_2", :finalized)
    assert get(foo, "entity_1") == :working
    assert file(nodes, "entity_1") == "working"
    assert file(nodes, "entity_2") == "finalized"
  end

  test "connected before they are asked, the nodes show one truth", %{foo: foo, bar: bar} do
    assert get(bar, "entity_1") == :initialized
    set(foo, "entity_1", :working)
    assert get(bar, "entity_1") == :working
    set(bar, "entity_1", :finalized)
    assert get(foo, "entity_1") == :finalized
    assert process(foo, "entity_1") == process(bar, "entity_1")
    assert node(process(foo, "entity_1")) == bar.name
  end

  @tag settings: [nodes: []]
  test "asked before they are connected, each has a truth of its own", context do
    %{nodes: nodes, foo: foo, bar: bar} = context
    assert get(foo, "entity_1") == :initialized
    assert get(bar, "entity_1") == :initialized
    set(foo, "entity_1", :working)
    set(bar, "entity_1", :finalized)
    assert get(bar, "entity_1") == :finalized
    assert get(foo, "entity_1") == :working
    assert file(nodes, "entity_1") == "finalized"
  end

  @tag settings: [nodes: []]
  test "connected too late, they agree on what is not the last that was written", context do
    %{nodes: nodes, foo: foo, bar: bar} = context
    assert get(foo, "entity_2") == :initialized
    set(bar, "entity_1", :finalized)
    set(foo, "entity_1", :working)
    loser = process(foo, "entity_1")
    bystander = process(foo, "entity_2")

    connect(foo, bar)
    TwoNodes.await("one process", fn -> process(foo, "entity_1") == process(bar, "entity_1") end)

    TwoNodes.await("the end of the other", fn ->
      not TwoNodes.on(foo, Process, :alive?, [loser])
    end)

    assert node(process(foo, "entity_1")) == bar.name

    TwoNodes.await("the word of it", fn ->
      said?(nodes, ~s(Name conflict terminating {"entity_1"))
    end)

    assert {get(foo, "entity_1"), get(bar, "entity_1")} == {:finalized, :finalized}
    assert file(nodes, "entity_1") == "working"

    # foo's supervisor tries to start the loser again, cannot, gives up, and takes all others along.
    TwoNodes.await("the end of foo's other processes", fn ->
      not TwoNodes.on(foo, Process, :alive?, [bystander])
    end)

    await_another(foo, "entity_2", bystander)
    assert get(foo, "entity_2") == :initialized
  end

  test "an entity whose process fails is started again from the file", context do
    %{nodes: nodes, foo: foo, bar: bar} = context
    set(foo, "entity_1", :working)
    assert get(bar, "entity_1") == :working
    failed = process(foo, "entity_1")
    TwoNodes.on(foo, Process, :exit, [failed, :kill])
    await_another(bar, "entity_1", failed)
    assert get(bar, "entity_1") == :working
    assert file(nodes, "entity_1") == "working"
  end

  test "what there is no file for is not made up", %{foo: foo, bar: bar} do
    assert TwoNodes.on(foo, MyApp, :get_entity, ["nobody"]) == {:error, :enoent}
    assert TwoNodes.on(bar, MyApp, :get_entity, ["../secret"]) == {:error, :bad_id}
    assert TwoNodes.on(foo, MyApp, :get_entity, [:entity_1]) == {:error, :bad_id}

    assert TwoNodes.on(foo, MyApp, :set_entity_state, ["entity_1", :odd]) ==
             {:error, :unknown_state}

    assert get(bar, "entity_1") == :initialized
  end

  @tag settings: [synced: true]
  test "a write that waits for the disk writes the same", %{nodes: nodes, bar: bar} do
    set(bar, "entity_1", :finalized)
    assert file(nodes, "entity_1") == "finalized"
  end
end
