defmodule MyApp do
  @moduledoc """
  What the rest of the application calls. It never needs to know whether an entity's process runs
  already, nor on which node.
  """

  alias MyApp.{Worker, Workers}

  def get_entity(id) do
    with {:ok, _pid} <- Workers.get_or_start(id), do: Worker.get_entity(id)
  end

  def set_entity_state(id, state) do
    with {:ok, _pid} <- Workers.get_or_start(id), do: Worker.set_entity_state(id, state)
  end
end
