package dev.holdfast.server.cli;

import picocli.CommandLine.Command;

@Command(name = "get", description = "Read an entity.")
final class GetCommand extends EntityCommand {
  GetCommand(Session session) {
    super(session);
  }

  @Override
  void run(Api api, EntityRef entity, Report report) {
    report.entity(api.read(entity.path()));
  }
}
