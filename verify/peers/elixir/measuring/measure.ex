defmodule Measure do
  @moduledoc "The program behind the script `measure`: one JSON object a line on standard output."

  alias Measure.{Options, Works}

  def main(arguments) do
    case Options.parse(arguments) do
      {:ok, options} -> run(options)
      {:error, words} -> stop("error: #{words}", 2)
    end
  end

  defp run(options) do
    for repetition <- 1..options.repetitions do
      Works.run(options.works, options, &tell(Map.put(&1, :repetition, repetition)))
    end
  rescue
    problem -> stop("error: #{Exception.message(problem)}", 1)
  catch
    :exit, reason -> stop("error: #{Exception.format_exit(reason)}", 1)
  end

  defp stop(words, code) do
    say(words)
    System.halt(code)
  end

  @doc "Says something to the person who waits."
  def say(words), do: IO.puts(:stderr, words)

  defp tell(result) do
    [
      peer: "elixir-global",
      work: result.work,
      concurrency: result.concurrency,
      entities: result.entities,
      repetition: result.repetition,
      median_us: micros(result[:median]),
      p99_us: micros(result[:p99]),
      per_second: result[:per_second] && round(result.per_second),
      bytes: result[:bytes] && round(result.bytes),
      bytes_elsewhere: result[:elsewhere] && round(result.elsewhere)
    ]
    |> Enum.map_join(",", fn {key, value} -> ~s("#{key}":#{json(value)}) end)
    |> then(&IO.puts("{#{&1}}"))
  end

  defp micros(nil), do: nil
  defp micros(nanos), do: Float.round(nanos / 1000, 3)

  # All text here is made of names that need no escapes.
  defp json(nil), do: "null"
  defp json(text) when is_binary(text), do: ~s("#{text}")
  defp json(number) when is_float(number), do: :erlang.float_to_binary(number, decimals: 3)
  defp json(number), do: to_string(number)
end
