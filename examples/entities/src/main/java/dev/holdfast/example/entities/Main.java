package dev.holdfast.example.entities;

import dev.holdfast.example.entities.EntityState.State;
import java.io.IOException;
import java.nio.file.Path;

/** Two servers, foo and bar, on one embedded database: and a session on them. */
public final class Main {
  private Main() {}

  /** Takes the folder of the entities' files, and that of the database. */
  public static void main(String[] args) throws IOException {
    Path files = Path.of(args.length > 0 ? args[0] : "examples/entities/data");
    Path database = Path.of(args.length > 1 ? args[1] : "examples/entities/target/database");
    try (MyApp foo = new MyApp("foo", database);
        MyApp bar = new MyApp("bar", database)) {
      foo.seed(files.resolve("entity_1"));
      foo.seed(files.resolve("entity_2"));
      System.out.println("bar: " + bar.getEntity("entity_1"));
      foo.setEntityState("entity_1", State.WORKING);
      bar.setEntityState("entity_2", State.FINALIZED);
      System.out.println("bar: " + bar.getEntity("entity_1"));
      System.out.println("foo: " + foo.getEntity("entity_2"));
    }
  }
}
