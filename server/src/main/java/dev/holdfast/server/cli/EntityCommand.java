package dev.holdfast.server.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command about one entity. */
abstract class EntityCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "ID", description = "The entity's id, or type/id.")
  String id = "";

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "The type; else entity if that is served, else the only one there is.")
  String type = "";

  EntityCommand(Session session) {
    super(session);
  }

  abstract void run(Api api, EntityRef entity, Report report);

  @Override
  final void run(Api api, Report report) {
    run(api, EntityRef.parse(id, type, () -> session.usualType(api)), report);
  }
}
