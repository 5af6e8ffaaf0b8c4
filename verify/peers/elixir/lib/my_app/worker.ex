defmodule MyApp.Worker do
  @moduledoc """
  The process of one entity. All connected nodes know it by the entity's id, through `:global`.

  It answers from memory. A new state goes to the database first, and is read back from there.
  """

  use GenServer
  alias MyApp.Database

  def start_link(id), do: GenServer.start_link(__MODULE__, id, name: name(id))

  def get_entity(id), do: GenServer.call(name(id), :get)

  def set_entity_state(id, state), do: GenServer.call(name(id), {:set, state})

  defp name(id), do: {:global, id}

  @impl true
  def init(id) do
    case Database.get_entity(id) do
      {:ok, entity} -> {:ok, entity}
      {:error, reason} -> {:stop, reason}
    end
  end

  @impl true
  def handle_call(:get, _from, entity), do: {:reply, {:ok, entity}, entity}

  def handle_call({:set, state}, _from, entity) do
    with :ok <- Database.set_entity_state(entity.id, state),
         {:ok, stored} <- Database.get_entity(entity.id) do
      {:reply, {:ok, stored}, stored}
    else
      error -> {:reply, error, entity}
    end
  end
end
