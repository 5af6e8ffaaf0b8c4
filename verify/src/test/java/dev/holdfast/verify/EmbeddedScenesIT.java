package dev.holdfast.verify;

/** The scenes on the embedded database. */
class EmbeddedScenesIT extends ArticleScenes {
  @Override
  String databaseUrl() {
    return "jdbc:sqlite:" + folder.resolve("holdfast.db");
  }

  @Override
  String user() {
    return "";
  }

  @Override
  long failoverMillis() {
    return 1_500; // with the round of 40 writes that it takes to see it
  }
}
