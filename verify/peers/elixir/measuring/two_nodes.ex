defmodule Measure.TwoNodes do
  @moduledoc """
  The nodes `foo` and `bar`, each a process of the operating system, driven from a third, hidden one.
  """

  alias __MODULE__

  defstruct [:foo, :bar, :folder]

  @patience_millis 60_000

  # A node ends when its driver does, which closes the pipe.
  @life "Process.register(self(), :booted); IO.read(:stdio, :eof)"

  @doc """
  Boots both and has them run the application on a new folder. `:nodes` is what the application
  connects to when it starts: both, unless told otherwise.
  """
  def start(settings \\ []) do
    await_names_to_be_free()
    folder = new_folder()
    [foo, bar] = Enum.map(["foo", "bar"], &boot(&1, folder))
    nodes = %TwoNodes{foo: foo, bar: bar, folder: folder}
    Enum.each([foo, bar], &await/1)
    run_application(nodes, settings)
    nodes
  end

  @doc "Forgets all entities, lets the nodes lose each other, and begins anew."
  def restart(%TwoNodes{foo: foo, bar: bar} = nodes, settings) do
    Enum.each([foo, bar], &(:ok = on(&1, Application, :stop, [:my_app])))
    on(foo, Node, :disconnect, [bar.name])
    await("the nodes to lose each other", fn -> alone?(foo) and alone?(bar) end)
    File.rm_rf!(nodes.folder)
    File.mkdir!(nodes.folder)
    run_application(nodes, settings)
  end

  def stop(%TwoNodes{} = nodes) do
    Enum.each([nodes.foo, nodes.bar], &kill/1)
    File.rm_rf!(nodes.folder)
  end

  @doc """
  Waits until both know all names of each other. `Node.connect` returns before that, and the article's
  application does not wait: for a moment after its start it may still make two processes for one
  entity. People who type are slower than that.
  """
  def settle(%TwoNodes{} = nodes),
    do: Enum.each([nodes.foo, nodes.bar], &(:ok = on(&1, :global, :sync, [])))

  @doc "Ends a node with SIGKILL, and returns when it is gone."
  def kill(node) do
    unless ended?(node, 0) do
      signal(node, "KILL")
      ended?(node, @patience_millis) || raise "#{node.name} survived SIGKILL"
    end

    File.rm(node.pid_file)
  end

  defp ended?(%{port: port}, millis) do
    receive do
      {^port, {:exit_status, _}} -> true
    after
      millis -> false
    end
  end

  @doc "Sends a signal to a node's process."
  def signal(node, name),
    do: System.cmd("kill", ["-" <> name, "#{node.pid}"], stderr_to_stdout: true)

  @doc "Calls a function on a node."
  def on(node, module, function, arguments),
    do: :erpc.call(node.name, module, function, arguments, :infinity)

  @doc "Makes the files of entities, in the state `initialized`."
  def create(%TwoNodes{folder: folder}, ids) do
    Enum.each(ids, fn id ->
      {:ok, file} = :file.open(Path.join(folder, id), [:write, :raw, :binary])
      :ok = :file.write(file, "initialized")
      :ok = :file.close(file)
    end)
  end

  defp new_folder do
    folder = Path.join(run_folder(), "entities-#{System.unique_integer([:positive])}")
    File.mkdir!(folder)
    folder
  end

  defp run_folder, do: System.fetch_env!("RUN_FOLDER")

  defp boot(short, folder) do
    log = folder <> "." <> short <> ".log"

    arguments =
      ["-c", ~s(exec setpriv --pdeathsig KILL elixir "$@" >"$LOG" 2>&1), "sh"] ++
        ["--name", "#{short}@127.0.0.1", "--erl", "-start_epmd false +Bi"] ++
        ["--erl", "-kernel inet_dist_use_interface {127,0,0,1}", "-e", @life]

    port =
      Port.open({:spawn_executable, System.find_executable("sh")}, [
        :exit_status,
        :binary,
        args: arguments,
        env: [{'LOG', String.to_charlist(log)}, {'ELIXIR_ERL_OPTIONS', false}]
      ])

    {:os_pid, pid} = Port.info(port, :os_pid)
    pid_file = Path.join([run_folder(), "pids", "#{pid}"])
    File.touch!(pid_file)
    %{name: :"#{short}@127.0.0.1", port: port, pid: pid, pid_file: pid_file, log: log}
  end

  defp await(node) do
    port = node.port

    await("#{node.name} to start", fn ->
      receive do
        {^port, {:exit_status, status}} ->
          raise "#{node.name} ended with #{status} when it was started: #{File.read!(node.log)}"
      after
        0 -> Node.connect(node.name) == true and is_pid(on(node, Process, :whereis, [:booted]))
      end
    end)
  end

  defp await_names_to_be_free do
    await("nodes of before to end", fn ->
      {:ok, names} = :erl_epmd.names('127.0.0.1')
      not Enum.any?(names, fn {name, _port} -> name in ['foo', 'bar'] end)
    end)
  end

  defp alone?(node), do: on(node, Node, :list, []) == []

  @doc "Waits until a condition is true; gives up after a minute."
  def await(what, condition, tries \\ div(@patience_millis, 20)) do
    cond do
      condition.() ->
        :ok

      tries == 0 ->
        raise "waited #{div(@patience_millis, 1000)} s in vain for #{what}"

      true ->
        Process.sleep(20)
        await(what, condition, tries - 1)
    end
  end

  # One after the other, as people do: the second finds the first.
  defp run_application(nodes, settings) do
    defaults = [nodes: [nodes.foo.name, nodes.bar.name], synced: false, folder: nodes.folder]

    for node <- [nodes.foo, nodes.bar] do
      on(node, Application, :load, [:my_app])
      on(node, Application, :put_all_env, [[my_app: Keyword.merge(defaults, settings)]])
      {:ok, _} = on(node, Application, :ensure_all_started, [:my_app])
    end
  end
end
