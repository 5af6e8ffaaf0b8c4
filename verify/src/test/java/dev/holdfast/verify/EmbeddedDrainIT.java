package dev.holdfast.verify;

import java.util.List;

/** Two nodes on the embedded database. */
class EmbeddedDrainIT extends DrainScenes {
  @Override
  String databaseUrl() {
    return "jdbc:sqlite:" + folder.resolve("holdfast.db");
  }

  @Override
  String user() {
    return "";
  }

  @Override
  List<String> names() {
    return List.of("foo", "bar");
  }
}
