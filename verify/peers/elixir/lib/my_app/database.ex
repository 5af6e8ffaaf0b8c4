defmodule MyApp.Database do
  @moduledoc """
  A folder with one file for each entity: its name is the id, its text the state.

  As in the article nothing makes sure that a write is on the disk before it is called done, unless
  `synced` is set: only with that can it be compared with a commit.
  """

  import MyApp.Entity, only: [is_state: 1]
  alias MyApp.Entity

  @longest 100

  def get_entity(id) do
    with {:ok, path} <- path(id),
         {:ok, text} <- read(path),
         {:ok, state} <- parse(text) do
      {:ok, %Entity{id: id, state: state}}
    end
  end

  def set_entity_state(id, state) when is_state(state) do
    with {:ok, path} <- path(id), do: write(path, Atom.to_string(state))
  end

  def set_entity_state(_id, _state), do: {:error, :unknown_state}

  defp write(path, text) do
    on_file(path, :write, fn file ->
      with :ok <- :file.write(file, text) do
        if Application.fetch_env!(:my_app, :synced), do: :file.sync(file), else: :ok
      end
    end)
  end

  defp read(path) do
    on_file(path, :read, fn file ->
      with :eof <- :file.read(file, @longest), do: {:ok, ""}
    end)
  end

  # Raw: what goes through the functions of File waits for one process that all of a node share.
  defp on_file(path, mode, body) do
    with {:ok, file} <- :file.open(path, [mode, :raw, :binary]) do
      result = body.(file)
      with :ok <- :file.close(file), do: result
    end
  end

  defp parse(text) do
    with :error <- Entity.parse(text), do: {:error, :unreadable}
  end

  # An id becomes the name of a file, so it must not lead out of the folder.
  defp path(id) do
    if is_binary(id) and id =~ ~r/\A[A-Za-z0-9_-]{1,100}\z/ do
      {:ok, Path.join(Application.fetch_env!(:my_app, :folder), id)}
    else
      {:error, :bad_id}
    end
  end
end
