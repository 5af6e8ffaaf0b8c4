package dev.holdfast.verify;

/** The race on the embedded database. */
class EmbeddedStartRaceIT extends StartRace {
  @Override
  String emptyDatabase(int round) {
    return "jdbc:sqlite:" + folder.resolve(round + "/holdfast.db");
  }
}
