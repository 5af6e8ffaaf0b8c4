defmodule MyApp.Workers do
  @moduledoc "Supervises the processes of those entities that were first asked for on this node."

  use DynamicSupervisor
  alias MyApp.Worker

  def start_link(_none), do: DynamicSupervisor.start_link(__MODULE__, :none, name: __MODULE__)

  @doc "The entity's process, wherever it runs; if there is none, it is started here."
  def get_or_start(id) do
    case DynamicSupervisor.start_child(__MODULE__, {Worker, id}) do
      {:ok, pid} -> {:ok, pid}
      {:error, {:already_started, pid}} -> {:ok, pid}
      {:error, reason} -> {:error, reason}
    end
  end

  @impl true
  def init(:none), do: DynamicSupervisor.init(strategy: :one_for_one)
end
