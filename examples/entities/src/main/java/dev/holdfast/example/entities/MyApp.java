package dev.holdfast.example.entities;

import dev.holdfast.Call;
import dev.holdfast.Entities;
import dev.holdfast.Entity;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.NotDone.RevisionMismatch;
import dev.holdfast.example.entities.EntityState.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;

/** What the rest of a bigger application calls; one on each server. Thread-safe. */
public final class MyApp implements AutoCloseable {
  private static final EntityType<EntityState> ENTITY =
      EntityType.named("entity", EntityState.class);

  private final Holdfast node;
  private final Entities<EntityState> entities;

  /** Starts this server's node. */
  public MyApp(String name, Path database) {
    node = Holdfast.builder().database(database).node(name).serving(ENTITY).start();
    entities = node.entities(ENTITY);
  }

  /** The entity, from memory, wherever it lives. */
  public Entity<EntityState> getEntity(String id) {
    return entities.get(id);
  }

  /** Sets the entity's state, which is in the database when this returns. */
  public void setEntityState(String id, State state) {
    entities.set(id, new EntityState(state));
  }

  /** Creates the entity that is named as the file, with what is in it, unless it exists. */
  void seed(Path file) throws IOException {
    String id = "" + file.getFileName();
    try {
      node.json("entity")
          .set(id, Files.readString(file), Entity.ABSENT, Call.DEFAULT)
          .join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof RevisionMismatch)) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    node.close();
  }
}
