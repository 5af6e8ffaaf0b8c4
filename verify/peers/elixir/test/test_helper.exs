unless System.get_env("RUN_FOLDER") do
  IO.puts(:stderr, "error: these tests need an epmd of their own: run ./check")
  System.halt(2)
end

ExUnit.start(timeout: 120_000)
