package dev.holdfast.server.cli;

import picocli.CommandLine.Command;

@Command(name = "delete", description = "Delete an entity.")
final class DeleteCommand extends ChangeCommand {
  DeleteCommand(Session session) {
    super(session);
  }

  @Override
  void run(Api api, EntityRef entity, Report report) {
    report.entity(api.change("DELETE", entity.path(), "", headers()));
  }
}
