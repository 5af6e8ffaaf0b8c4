defmodule MyApp.MixProject do
  use Mix.Project

  def project do
    [
      app: :my_app,
      version: "1.0.0",
      elixir: "~> 1.14",
      elixirc_paths: ["lib", "measuring"],
      build_path: "../../target/peers/elixir",
      aliases: [test: "test --no-start"],
      deps: []
    ]
  end

  # The names are free to be fixed: each run has an epmd of its own.
  def application do
    [
      mod: {MyApp.Application, []},
      extra_applications: [:logger],
      env: [nodes: [:"foo@127.0.0.1", :"bar@127.0.0.1"], folder: ".", synced: false]
    ]
  end
end
