defmodule MyApp.Application do
  @moduledoc """
  Connects the nodes that it was told of before any entity can be started. A node that is not up
  yet is passed over: it will connect when it starts.
  """

  use Application

  @impl true
  def start(_type, _args) do
    :my_app |> Application.fetch_env!(:nodes) |> Enum.each(&Node.connect/1)
    Supervisor.start_link([MyApp.Workers], strategy: :one_for_one, name: MyApp.Supervisor)
  end
end
