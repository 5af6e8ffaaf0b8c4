defmodule MyApp.Entity do
  @moduledoc "An id, and one of three states."

  @states [:initialized, :working, :finalized]

  @enforce_keys [:id]
  defstruct [:id, state: :initialized]

  @doc "Whether this is one of the states; usable in guards."
  defguard is_state(state) when state in @states

  @doc "The state that was written as text, or `:error`."
  for state <- @states do
    def parse(unquote(Atom.to_string(state))), do: {:ok, unquote(state)}
  end

  def parse(_text), do: :error
end
