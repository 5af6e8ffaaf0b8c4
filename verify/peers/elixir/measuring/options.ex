defmodule Measure.Options do
  @moduledoc "What `measure` was told to do."

  alias Measure.Works

  @switches [brief: :boolean, repetitions: :integer, works: :string, takeover_limit: :integer]

  @thorough %{
    warm_millis: 500,
    count_millis: 2_000,
    time_millis: 2_000,
    entities: 1_000,
    cold: 2_000,
    cold_limit_millis: 20_000,
    crowd: 20_000,
    repetitions: 5
  }
  @brief %{
    warm_millis: 100,
    count_millis: 200,
    time_millis: 200,
    entities: 100,
    cold: 200,
    cold_limit_millis: 5_000,
    crowd: 10_000,
    repetitions: 1
  }

  @doc "The options, or what is wrong with them."
  def parse(arguments) do
    {told, rest, wrong} = OptionParser.parse(arguments, strict: @switches)

    with :ok <- nothing_wrong(rest, wrong),
         {:ok, repetitions} <- within(told, :repetitions, 1, 100),
         {:ok, limit} <- within(told, :takeover_limit, 1, 3_600),
         {:ok, works} <- works(told[:works]) do
      scale = if told[:brief], do: @brief, else: @thorough

      options = %{
        works: works,
        clients: [1, 16, 256],
        takeover_limit_millis: (limit || 120) * 1_000
      }

      options = Map.merge(scale, options)
      {:ok, if(repetitions, do: %{options | repetitions: repetitions}, else: options)}
    end
  end

  defp nothing_wrong([], []), do: :ok

  defp nothing_wrong([word | _], []),
    do: {:error, ~s("#{word}" means nothing here; --help tells what does)}

  defp nothing_wrong(_, [{option, value} | _]) do
    if Macro.underscore(String.trim_leading(option, "-")) in names(),
      do:
        {:error,
         "#{option} needs #{needs(option)}, not #{if value, do: inspect(value), else: "nothing"}"},
      else: {:error, "there is no option #{option}; --help tells which there are"}
  end

  defp names, do: Enum.map(@switches, fn {name, _} -> to_string(name) end)

  defp needs("--brief"), do: "no value"
  defp needs("--works"), do: "names of works"
  defp needs(_), do: "a whole number"

  defp within(told, name, least, most) do
    case told[name] do
      nil -> {:ok, nil}
      number when number in least..most -> {:ok, number}
      number -> {:error, "--#{dashed(name)} must be #{least} to #{most}, not #{number}"}
    end
  end

  defp dashed(name), do: name |> to_string() |> String.replace("_", "-")

  defp works(nil), do: {:ok, Works.usual()}

  defp works(text) do
    asked = text |> String.split(",") |> Enum.map(&String.trim/1) |> Enum.uniq()

    case asked -- Works.all() do
      [] ->
        {:ok, asked}

      [word | _] ->
        {:error, ~s(there is no work "#{word}"; there are #{Enum.join(Works.all(), ", ")})}
    end
  end
end
